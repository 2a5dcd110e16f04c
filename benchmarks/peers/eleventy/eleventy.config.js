// The same portal for Eleventy: its templates are JavaScript functions, the fastest language it has.
import { kinds, lists } from "./layouts/lists.js";

export default function (config) {
  let made; // collections are asked for one by one, and each is made of the same two
  config.on("eleventy.before", () => {
    made = undefined;
  });
  const all = (api) => {
    if (!made) {
      const articles = api
        .getFilteredByGlob("content/articles/**/*.md")
        .sort((a, b) => b.date - a.date || (a.url < b.url ? -1 : 1));
      made = { articles, terms: lists(articles) };
    }
    return made;
  };
  const ofKind = (api, wanted) => all(api).terms.filter(({ kind }) => kind === wanted);

  config.setQuietMode(true);
  config.addPassthroughCopy({ static: "." });
  config.addCollection("articles", (api) => all(api).articles);
  config.addCollection("terms", (api) => all(api).terms);
  config.addCollection("termPages", (api) => all(api).terms.flatMap((term) => term.pages));
  config.addCollection("years", (api) => ofKind(api, "year"));
  config.addCollection("feeds", (api) => [
    { url: "/", name: "", articles: all(api).articles.slice(0, 20) },
    ...all(api).terms.filter((term) => kinds[term.kind].feeds),
  ]);
  config.addCollection("indexes", (api) =>
    Object.entries(kinds)
      .filter(([, { title }]) => title)
      .map(([kind, about]) => ({ ...about, terms: ofKind(api, kind) })),
  );
  config.addCollection("sections", (api) =>
    Object.fromEntries(ofKind(api, "section").map((term) => [term.name, term.articles.slice(0, 8)])),
  );
}

export const config = {
  dir: { input: "content", includes: "../layouts", layouts: "../layouts", output: "public" },
  markdownTemplateEngine: false, // articles are plain Markdown
  templateFormats: ["md", "11ty.js"],
};
