import { crumbs, frame } from "../layouts/parts.js";

export const data = {
  pagination: { data: "collections.indexes", size: 1, alias: "index" },
  permalink: (data) => data.index.base,
  eleventyExcludeFromCollections: true,
};

export function render({ index }) {
  const entries = index.terms.map(
    ({ url, name, articles }) =>
      `<li><a href="${url}">${name}</a> <span class="kn-count"><span class="kn-hidden">${articles.length} Meldungen</span><span aria-hidden="true">${articles.length}</span></span></li>`,
  );
  return frame({
    url: index.base,
    title: index.title,
    description: index.title,
    main: `${crumbs()}
<header class="kn-list-header">
<h1 class="kn-headline">${index.title}</h1>
</header>
<div class="kn-index">
<ul class="kn-index-list">
${entries.join("\n")}
</ul>
</div>`,
  });
}
