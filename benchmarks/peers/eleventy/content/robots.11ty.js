import { host } from "../layouts/parts.js";

export const data = { permalink: "/robots.txt", eleventyExcludeFromCollections: true };

export const render = () =>
  `User-agent: *\nDisallow:\n\nSitemap: ${host}/sitemap.xml\n\nSitemap: ${host}/sitemap-news.xml\n`;
