// What stands round an article besides its text: for programs, and the way to the next one.
import { authors, slug } from "./lists.js";
import { escape, host } from "./parts.js";

const block = (value) =>
  `<script type="application/ld+json">${JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)}</script>`;

const publisher = { "@type": "NewsMediaOrganization", name: "Messportal", url: `${host}/` };

export function structured(data, full) {
  const url = host + data.page.url;
  const name = authors[data.author];
  const date = data.page.date.toISOString();
  const step = (position, name, item) => ({ "@type": "ListItem", position, name, item });
  return [
    block({
      "@context": "https://schema.org",
      "@type": "NewsArticle",
      mainEntityOfPage: url,
      url,
      headline: data.title,
      alternativeHeadline: data.kicker,
      datePublished: date,
      dateModified: date,
      author: [{ "@type": "Person", name, url: `${host}/autoren/${slug(name)}/` }],
      publisher,
      articleSection: data.section,
      inLanguage: "de",
      isAccessibleForFree: true,
      description: data.lead,
      keywords: data.tags,
      contentLocation: { "@type": "Place", name: data.location },
    }),
    block({
      "@context": "https://schema.org",
      "@type": "BreadcrumbList",
      itemListElement: [
        step(1, "Startseite", `${host}/`),
        step(2, data.section, `${host}/bereiche/${slug(data.section)}/`),
        step(3, full, url),
      ],
    }),
  ].join("\n");
}

const places = new WeakMap();

/** Where each article stands among those of its section. */
function placesOf(articles) {
  if (!places.has(articles)) places.set(articles, new Map(articles.map((article, place) => [article.url, place])));
  return places.get(articles);
}

export function neighbours(articles, url, section) {
  const place = placesOf(articles).get(url);
  const way = (article, name, words, rel) =>
    article
      ? `<a class="kn-neighbours-${name}" href="${article.url}" rel="${rel}"><span class="kn-neighbours-way">${words}<span class="kn-colon">:</span></span> ${escape(article.data.kicker)}: ${escape(article.data.title)}</a>\n`
      : "";
  return `<nav class="kn-neighbours" aria-label="Mehr aus dem Bereich ${section}">
${way(articles[place - 1], "newer", "Neuere Meldung", "next")}${way(articles[place + 1], "older", "Ältere Meldung", "prev")}</nav>`;
}
