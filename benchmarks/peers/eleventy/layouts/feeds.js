// A list → what feeds say of its newest articles.
import { authors } from "./lists.js";
import { escape, host } from "./parts.js";

export const title = (feed) => (feed.name ? `Messportal: ${escape(feed.name)}` : "Messportal");

export const data = (file) => ({
  pagination: { data: "collections.feeds", size: 1, alias: "feed" },
  permalink: (data) => data.feed.url + file,
  eleventyExcludeFromCollections: true,
});

export const items = (feed) =>
  feed.articles.slice(0, 20).map((article) => ({
    url: host + article.url,
    title: `${article.data.kicker}: ${article.data.title}`,
    date: article.date,
    lead: article.data.lead,
    text: `<p><strong>${escape(article.data.lead)}</strong></p>\n${article.content}`,
    author: authors[article.data.author],
    categories: [article.data.section, ...article.data.tags, article.data.location],
  }));
