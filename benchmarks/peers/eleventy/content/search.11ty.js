import { crumbs, frame } from "../layouts/parts.js";

export const data = { permalink: "/suche/", eleventyExcludeFromCollections: true };

export function render({ collections }) {
  const shards = collections.years.map((year) => `/suche/${year.name}.json`).join(" ");
  return frame({
    url: "/suche/",
    title: "Meldungen suchen",
    description: "Meldungen suchen",
    main: `${crumbs()}
<header class="kn-list-header">
<h1 class="kn-headline">Meldungen suchen</h1>
</header>
<form class="kn-search" id="kn-search" action="/suche/" method="get" role="search" data-shards="${shards}">
<label class="kn-search-label" for="kn-query">Suchbegriff</label>
<input id="kn-query" type="search" name="q">
<button type="submit">Suchen</button>
</form>
<div id="kn-search-results"></div>
<script src="/js/search.js" type="module"></script>`,
  });
}
