import { authors, link, slug } from "./lists.js";
import { neighbours, structured } from "./furniture.js";
import { crumbs, dateline, escape, feedLinks, frame, headline, host, iso, latest, row, signature } from "./parts.js";

export function render(data) {
  const { page, collections, section } = data;
  const full = `${data.kicker}: ${data.title}`;
  const words = data.content.replace(/<[^>]*>/g, " ").trim().split(/\s+/).length;
  const minutes = Math.max(1, Math.ceil(words / 200));
  const more = collections.sections[section].filter((article) => article.url !== page.url).slice(0, 5);
  const mail = `subject=${encodeURIComponent(full)}&amp;body=${encodeURIComponent(`${data.lead}\r\n\r\n${host}${page.url}`)}`;
  return frame({
    url: page.url,
    title: full,
    description: data.lead,
    section,
    metadata: `<meta property="article:published_time" content="${iso(page.date)}">
<meta property="article:section" content="${section}">
${data.tags.map((tag) => `<meta property="article:tag" content="${escape(tag)}">`).join("\n")}
<meta name="author" content="${authors[data.author]}">
${structured(data, full)}
${feedLinks(`/bereiche/${slug(section)}/`, `Messportal: ${section}`)}`,
    main: `${crumbs(section, `/bereiche/${slug(section)}/`)}
<article class="kn-article">
<header class="kn-article-header">
<h1 class="kn-headline">${headline(data)}</h1>
<p class="kn-reading-time">Lesezeit: ${minutes} Minute${minutes > 1 ? "n" : ""}</p>
</header>
<p class="kn-lead">${dateline(page.date)} ${escape(data.lead)}</p>
<div class="kn-text">
${data.content}
</div>
${signature(data.author, authors[data.author])}
<footer class="kn-article-footer">
<ul class="kn-links">
${data.links.map((url) => `<li><a class="external" href="https://${url}" rel="external noopener">${url}</a></li>`).join("\n")}
</ul>
<section class="kn-keywords" aria-labelledby="kn-keywords">
<h2 id="kn-keywords">Stichwörter<span class="kn-colon">:</span></h2>
<ul class="kn-terms">
<li>${link("section", section)}</li>
${data.tags.map((tag) => `<li>${link("tag", tag)}</li>`).join("\n")}
<li>${link("place", data.location)}</li>
</ul>
</section>
</footer>
<div class="kn-article-tools">
<ul class="kn-actions">
<li><a class="kn-action-print" href="${page.url}druck.html">Druckversion</a></li>
<li><a class="kn-action-mail" href="mailto:?${mail}">Link mailen</a></li>
</ul>
</div>
</article>
${neighbours(collections.sections[section], page.url, section)}
<section class="kn-more-reports" aria-labelledby="kn-more-reports">
<h2 class="kn-rubric" id="kn-more-reports">Weitere Meldungen und Beiträge aus dem Bereich ${section}</h2>
${more.map(row).join("\n")}
</section>`,
    aside: `<aside class="kn-aside" aria-label="Anbieter und aktuelle Meldungen">
${latest(collections.articles, page.url)}
</aside>`,
  });
}
