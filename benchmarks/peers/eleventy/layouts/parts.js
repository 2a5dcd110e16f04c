// What every page shows.
import { link, sections, slug } from "./lists.js";

export const escape = (text) =>
  String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

export const host = "https://www.example.org";

export const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'">`;

export const iso = (date) => date.toISOString().slice(0, 10);

const mark =
  '<svg class="kn-mark-icon" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">' +
  '<path fill="currentColor" d="M2 30V18h5v-6h5V6h2.5V2h3v4H20v6h5v6h5v12H19v-8a3 3 0 0 0-6 0v8z"/></svg>';

const searchBox = `<form class="kn-search-box" action="/suche/" method="get" role="search">
<label><span class="kn-hidden">Suchbegriff</span>
<input type="search" name="q" placeholder="Suchen …" autocomplete="off"></label>
<button type="submit"><span class="kn-hidden">Suchen</span></button>
</form>`;

const menu = (current) =>
  sections
    .map(
      (name) =>
        `<li><a href="/bereiche/${slug(name)}/"${name === current ? ' aria-current="true"' : ""}>${name}</a></li>`,
    )
    .join("\n");

const services = `<li><a href="/anbieter/">Anbieter</a></li>
<li><a href="/archiv/">Archiv</a></li>`;

const masthead = (current) => `<header class="kn-masthead">
<div class="kn-masthead-row">
<a class="kn-wordmark" href="/" rel="home">${mark}<span class="kn-wordmark-text">Messportal</span></a>
<div class="kn-masthead-search">
${searchBox}
</div>
<details class="kn-menu">
<summary>Menü</summary>
<div class="kn-menu-panel">
${searchBox}
<nav aria-label="Menü">
<ul>
${menu(current)}
${services}
</ul>
</nav>
</div>
</details>
</div>
<nav class="kn-sections" aria-label="Hauptmenü">
<ul class="kn-sections-list">
${menu(current)}
</ul>
<ul class="kn-sections-services">
${services}
</ul>
</nav>
</header>`;

const mastheads = Object.fromEntries(["", ...sections].map((name) => [name, masthead(name)]));

const footer = `<footer class="kn-footer">
<div class="kn-footer-inner">
<div class="kn-imprint">
<p class="kn-footer-wordmark">${mark}Messportal</p>
<p class="kn-publisher">Messportal</p>
</div>
<nav aria-labelledby="kn-footer-sections">
<h2 id="kn-footer-sections">Bereiche</h2>
<ul>
${menu("")}
</ul>
</nav>
<nav aria-labelledby="kn-footer-overview">
<h2 id="kn-footer-overview">Suchen und finden</h2>
<ul>
<li><a href="/suche/">Meldungen suchen</a></li>
<li><a href="/archiv/">Archiv</a></li>
<li><a href="/stichworte/">Stichwörter</a></li>
<li><a href="/orte/">Orte</a></li>
<li><a href="/anbieter/">Anbieter</a></li>
</ul>
</nav>
<nav aria-labelledby="kn-footer-feeds">
<h2 id="kn-footer-feeds">Abonnieren</h2>
<ul class="kn-feeds">
<li><a href="/atom.xml" type="application/atom+xml">Atom</a></li>
<li><a href="/rss.xml" type="application/rss+xml">RSS</a></li>
<li><a href="/feed.json" type="application/feed+json">JSON</a></li>
</ul>
</nav>
</div>
</footer>`;

export const feedLinks = (base, title) => `<link rel="alternate" type="application/atom+xml" title="${title} (Atom)" href="${base}atom.xml">
<link rel="alternate" type="application/rss+xml" title="${title} (RSS)" href="${base}rss.xml">
<link rel="alternate" type="application/feed+json" title="${title} (JSON)" href="${base}feed.json">`;

const styles = `${feedLinks("/", "Messportal")}
${["tokens", "base", "components", "article", "pages"].map((name) => `<link rel="stylesheet" href="/css/${name}.css">`).join("\n")}
<link rel="stylesheet" href="/css/paper.css" media="print">
<link rel="icon" href="/icons/favicon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icons/apple-touch-icon.png">
<script src="/js/fragments.js" type="module"></script>`;

export const frame = ({ url, title, description, section = "", metadata = "", main, aside = "" }) => `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
${policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Messportal</title>
<meta name="description" content="${escape(description)}">
<meta name="robots" content="max-image-preview:large">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#0b5156">
<link rel="canonical" href="${host}${url}">
<meta property="og:type" content="${metadata ? "article" : "website"}">
<meta property="og:site_name" content="Messportal">
<meta property="og:locale" content="de_DE">
<meta property="og:title" content="${escape(title)}">
<meta property="og:description" content="${escape(description)}">
<meta property="og:url" content="${host}${url}">
<meta name="twitter:card" content="summary">
${metadata}
${styles}
</head>
<body class="kn-page">
<a class="kn-skip" href="#kn-main">Zum Inhalt springen</a>
${mastheads[section]}
<div class="kn-frame">
<main id="kn-main" class="kn-main" tabindex="-1">
${main}
</main>
${aside}
</div>
${footer}
</body>
</html>
`;

export const crumbs = (label, href) => `<nav class="kn-breadcrumbs" aria-label="Sie sind hier">
<ol>
<li><a href="/">Startseite</a></li>
${href ? `<li><a href="${href}">${label}</a></li>` : ""}
</ol>
</nav>`;

export const headline = (data) =>
  `<span class="kn-kicker">${escape(data.kicker)}<span class="kn-colon">:</span></span> ${escape(data.title)}`;

export const dateline = (date) =>
  `<time class="kn-date" datetime="${iso(date)}">[${date.getUTCDate()}.${date.getUTCMonth() + 1}.${date.getUTCFullYear()}]</time>`;

export const row = (article) => `<article class="kn-teaser kn-teaser-row">
<h2 class="kn-teaser-title"><a href="${article.url}">${headline(article.data)}</a></h2>
<p class="kn-teaser-text">${dateline(article.date)} <span class="kn-teaser-section">${article.data.section}</span> ${escape(article.data.lead)} <a class="kn-more" href="${article.url}">mehr …<span class="kn-hidden"> zu „${escape(article.data.kicker)}: ${escape(article.data.title)}“</span></a></p>
</article>`;

export const line = (article) =>
  `<li><a class="kn-line" href="${article.url}">${dateline(article.date)} <span class="kn-line-title">${headline(article.data)}</span></a></li>`;

export const latest = (articles, url) => `<section class="kn-latest" aria-labelledby="kn-latest">
<h2 class="kn-rubric" id="kn-latest">Aktuelle Meldungen</h2>
<ul class="kn-lines">
${articles
  .slice(0, 9)
  .filter((article) => article.url !== url)
  .slice(0, 8)
  .map(line)
  .join("\n")}
</ul>
</section>`;

export const signature = (mark, name) =>
  `<p class="kn-signature"><span class="kn-mark">(${mark})</span> ${link("author", name).replace("<a", '<a rel="author"')}</p>`;

export const paper = mark;
