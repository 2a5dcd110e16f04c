import { escape, host } from "../layouts/parts.js";

export const data = { permalink: "/sitemap-news.xml", eleventyExcludeFromCollections: true };

export function render({ collections }) {
  const since = Date.now() - 2 * 24 * 3600 * 1000;
  const fresh = collections.articles.slice(0, 1000).filter((article) => article.date.getTime() >= since);
  const entry = ({ url, date, data }) => `<url><loc>${host}${url}</loc><news:news>
<news:publication><news:name>Messportal</news:name><news:language>de</news:language></news:publication>
<news:publication_date>${date.toISOString()}</news:publication_date>
<news:title>${escape(data.kicker)}: ${escape(data.title)}</news:title>
</news:news></url>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
${fresh.map(entry).join("\n")}
</urlset>
`;
}
