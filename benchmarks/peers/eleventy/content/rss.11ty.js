import * as feeds from "../layouts/feeds.js";
import { escape, host } from "../layouts/parts.js";

export const data = feeds.data("rss.xml");

const entry = (item) => `<item>
<title>${escape(item.title)}</title>
<link>${item.url}</link>
<guid isPermaLink="true">${item.url}</guid>
<pubDate>${item.date.toUTCString()}</pubDate>
<dc:creator>${item.author}</dc:creator>
${item.categories.map((name) => `<category>${escape(name)}</category>`).join("\n")}
<description>${escape(item.lead)}</description>
<content:encoded>${escape(item.text)}</content:encoded>
</item>`;

export function render({ feed }) {
  const items = feeds.items(feed);
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${feeds.title(feed)}</title>
<link>${host}${feed.url}</link>
<description>${feeds.title(feed)}</description>
<language>de</language>
<lastBuildDate>${items[0].date.toUTCString()}</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="${host}${feed.url}rss.xml"/>
${items.map(entry).join("\n")}
</channel>
</rss>
`;
}
