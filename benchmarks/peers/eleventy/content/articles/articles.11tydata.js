import { slug } from "../../layouts/lists.js";

export default {
  layout: "article.11ty.js",
  eleventyComputed: {
    permalink: (data) => `/meldungen/${data.page.date.getUTCFullYear()}/${slug(data.title)}/`,
  },
};
