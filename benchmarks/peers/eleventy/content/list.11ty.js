import { kinds } from "../layouts/lists.js";
import { crumbs, feedLinks, frame, row } from "../layouts/parts.js";

export const data = {
  pagination: { data: "collections.termPages", size: 1, alias: "list" },
  permalink: (data) => data.list.url,
  eleventyExcludeFromCollections: true,
};

const names = { "atom.xml": "Atom", "rss.xml": "RSS", "feed.json": "JSON" };

export function render({ list }) {
  const { term, number, newer, older } = list;
  const kind = kinds[term.kind];
  const title = kind.title ?? "Archiv";
  const pages = `<nav class="kn-pagination" aria-label="Weitere Seiten dieser Liste">
${newer ? `<a class="kn-pagination-newer" href="${newer}" rel="prev">Neuere Meldungen</a>` : ""}
<span class="kn-pagination-number">Seite ${number}</span>
${older ? `<a class="kn-pagination-older" href="${older}" rel="next">Ältere Meldungen</a>` : ""}
</nav>`;
  const feeds = Object.entries(names).map(([file, name]) => `<li><a href="${term.url}${file}">${name}</a></li>`);
  return frame({
    url: list.url,
    title: `${title}: ${term.name}`,
    description: `Alle Meldungen: ${term.name}`,
    section: term.kind === "section" ? term.name : "",
    metadata: kind.feeds ? feedLinks(term.url, `Messportal: ${term.name}`) : "",
    main: `${crumbs(title, kind.base)}
<header class="kn-list-header">
<h1 class="kn-headline"><span class="kn-kicker">${title}<span class="kn-colon">:</span></span> ${term.name}</h1>
${number > 1 ? `<p class="kn-list-number">Seite ${number}</p>` : ""}
</header>
<div class="kn-list">
${list.articles.map(row).join("\n")}
</div>
${newer || older ? pages : ""}`,
    aside: kind.feeds
      ? `<aside class="kn-aside" aria-label="Feeds und Anbieter">
<section class="kn-subscribe" aria-labelledby="kn-subscribe">
<h2 class="kn-rubric" id="kn-subscribe">Diese Liste abonnieren</h2>
<ul class="kn-feeds">
${feeds.join("\n")}
</ul>
</section>
</aside>`
      : "",
  });
}
