import { authors, months } from "../layouts/lists.js";
import { dateline, escape, headline, host, iso, paper, policy, signature } from "../layouts/parts.js";

export const data = {
  pagination: { data: "collections.articles", size: 1, alias: "article" },
  permalink: (data) => `${data.article.url}druck.html`,
  eleventyExcludeFromCollections: true,
};

export function render({ article }) {
  const data = article.data;
  const full = `${escape(data.kicker)}: ${escape(data.title)}`;
  const keywords = [data.section, ...data.tags, data.location].map(escape).join(", ");
  const url = host + article.url;
  const day = `${article.date.getUTCDate()}. ${months[article.date.getUTCMonth()]} ${article.date.getUTCFullYear()}`;
  return `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
${policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${full}</title>
<meta name="description" content="${escape(data.lead)}">
<meta name="author" content="${authors[data.author]}">
<meta name="keywords" content="${keywords}">
<meta name="dcterms.created" content="${iso(article.date)}">
<meta name="dcterms.modified" content="${iso(article.date)}">
<meta name="robots" content="noindex, follow">
<meta name="color-scheme" content="light">
<link rel="canonical" href="${url}">
<link rel="stylesheet" href="/css/print.css">
<link rel="icon" href="/icons/favicon.svg" type="image/svg+xml">
</head>
<body class="kn-print">
<div class="kn-running" aria-hidden="true">
<p class="kn-running-title"><b>Messportal</b> ${full}</p>
<p class="kn-running-source">${url}</p>
<p class="kn-running-folio">Seite <span class="kn-page-number"></span> von <span class="kn-page-total"></span></p>
</div>
<header class="kn-print-masthead">
<p class="kn-print-wordmark">${paper}Messportal</p>
<p class="kn-print-section">${data.section}</p>
</header>
<nav class="kn-print-back" aria-label="Druckversion">
<a href="${url}">Zurück zur Meldung</a>
</nav>
<main>
<article>
<h1>${headline(data)}</h1>
<p class="kn-lead">${dateline(article.date)} ${escape(data.lead)}</p>
<div class="kn-text">
${article.content}
</div>
${signature(data.author, authors[data.author])}
<footer class="kn-print-footer">
<p class="kn-links">${data.links.map((link) => `<a href="https://${link}">${link}</a>`).join(", ")}</p>
<dl class="kn-imprint">
<dt>Stichwörter</dt>
<dd>${keywords}</dd>
<dt>Quelle</dt>
<dd>Messportal, ${day}<br><a href="${url}">${url}</a></dd>
</dl>
</footer>
</article>
</main>
</body>
</html>
`;
}
