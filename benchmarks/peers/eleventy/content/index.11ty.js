import { sections, slug } from "../layouts/lists.js";
import { frame, line, row } from "../layouts/parts.js";

export const data = { permalink: "/", eleventyExcludeFromCollections: true };

export function render({ collections }) {
  const top = collections.articles.slice(0, 4);
  const block = (name) => {
    const [first, ...others] = (collections.sections[name] ?? []).filter((article) => !top.includes(article)).slice(0, 4);
    return `<section class="kn-block">
<h2 class="kn-rubric"><a href="/bereiche/${slug(name)}/">${name}</a></h2>
${first ? row(first) : ""}
<ul class="kn-lines">
${others.map(line).join("\n")}
</ul>
</section>`;
  };
  return frame({
    url: "/",
    title: "Messportal",
    description: "Messportal",
    main: `<h1 class="kn-hidden">Messportal</h1>
<section class="kn-top">
${top.map(row).join("\n")}
</section>
<div class="kn-front-columns">
<div class="kn-blocks">
${sections.map(block).join("\n")}
</div>
<div class="kn-front-side">
<section class="kn-latest" aria-labelledby="kn-latest">
<h2 class="kn-rubric" id="kn-latest">Aktuelle Meldungen</h2>
<ul class="kn-lines">
${collections.articles.slice(4, 12).map(line).join("\n")}
</ul>
<p class="kn-onward"><a href="/archiv/">Alle Meldungen im Archiv</a></p>
</section>
</div>
</div>`,
  });
}
