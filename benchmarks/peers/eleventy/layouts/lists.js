// Articles → the lists of a portal, each in pages of 20.

export const months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(" ");

export const sections = ["Panorama", "Politik", "Infrastruktur", "Portale", "IT-Sicherheit", "Organisation"];

export const authors = { bs: "Birte Sandhorst", ml: "Mara Lind" };

export const slug = (text) =>
  text
    .toLowerCase()
    .replace(/ä/g, "ae")
    .replace(/ö/g, "oe")
    .replace(/ü/g, "ue")
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

const year = (article) => String(article.date.getUTCFullYear());
const month = (article) => `${year(article)}/${String(article.date.getUTCMonth() + 1).padStart(2, "0")}`;

export const kinds = {
  section: { title: "Bereiche", base: "/bereiche/", of: (a) => [a.data.section], feeds: true },
  tag: { title: "Stichwörter", base: "/stichworte/", of: (a) => a.data.tags, feeds: true },
  place: { title: "Orte", base: "/orte/", of: (a) => [a.data.location], feeds: true },
  author: { title: "Autorinnen und Autoren", base: "/autoren/", of: (a) => [authors[a.data.author]] },
  year: { title: "Archiv", base: "/archiv/", of: (a) => [year(a)] },
  month: { base: "/archiv/", of: (a) => [month(a)] },
};

const size = 20;

const address = (kind, name) => kinds[kind].base + (kind === "month" ? name : slug(name)) + "/";

export const link = (kind, name) => `<a href="${address(kind, name)}">${name}</a>`;

export function lists(articles) {
  const found = new Map();
  for (const article of articles) {
    for (const [kind, { of }] of Object.entries(kinds)) {
      for (const name of of(article)) {
        const url = address(kind, name);
        if (!found.has(url)) found.set(url, { kind, name, url, articles: [] });
        found.get(url).articles.push(article);
      }
    }
  }
  const terms = [...found.values()].sort((a, b) => (a.url < b.url ? -1 : 1));
  for (const term of terms) {
    const count = Math.ceil(term.articles.length / size);
    const url = (number) => (number === 1 ? term.url : `${term.url}seite/${number}/`);
    term.pages = Array.from({ length: count }, (_, index) => ({
      term,
      number: index + 1,
      url: url(index + 1),
      articles: term.articles.slice(index * size, (index + 1) * size),
      newer: index ? url(index) : "",
      older: index + 1 < count ? url(index + 2) : "",
    }));
  }
  return terms;
}
