import * as feeds from "../layouts/feeds.js";
import { host } from "../layouts/parts.js";

export const data = feeds.data("feed.json");

export function render({ feed }) {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: feeds.title(feed),
    home_page_url: host + feed.url,
    feed_url: `${host}${feed.url}feed.json`,
    language: "de",
    authors: [{ name: "Messportal" }],
    items: feeds.items(feed).map((item) => ({
      id: item.url,
      url: item.url,
      title: item.title,
      summary: item.lead,
      content_html: item.text,
      date_published: item.date.toISOString(),
      date_modified: item.date.toISOString(),
      authors: [{ name: item.author }],
      tags: item.categories,
    })),
  });
}
