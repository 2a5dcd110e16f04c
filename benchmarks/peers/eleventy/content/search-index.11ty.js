import { iso } from "../layouts/parts.js";

export const data = {
  pagination: { data: "collections.years", size: 1, alias: "year" },
  permalink: (data) => `/suche/${data.year.name}.json`,
  eleventyExcludeFromCollections: true,
};

export function render({ year }) {
  const entries = year.articles.map(({ url, date, data }) => ({
    href: url,
    kicker: data.kicker,
    title: data.title,
    text: data.lead,
    day: iso(date),
    section: data.section,
    words: [...data.tags, data.location],
  }));
  return JSON.stringify({ year: Number(year.name), entries });
}
