import { host, iso } from "../layouts/parts.js";

export const data = { permalink: "/sitemap.xml", eleventyExcludeFromCollections: true };

const entry = (url, date) => `<url><loc>${host}${url}</loc><lastmod>${iso(date)}</lastmod></url>`;

export function render({ collections }) {
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${collections.terms.map((term) => entry(term.url, term.articles[0].date)).join("\n")}
${collections.articles.map((article) => entry(article.url, article.date)).join("\n")}
</urlset>
`;
}
