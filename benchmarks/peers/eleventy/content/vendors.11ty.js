import { frame } from "../layouts/parts.js";

export const data = { permalink: "/anbieter/", eleventyExcludeFromCollections: true };

export const render = () =>
  frame({
    url: "/anbieter/",
    title: "Anbieter",
    description: "Anbieter",
    main: '<h1 class="kn-headline">Anbieter</h1>\n<p class="kn-empty">Hier steht noch nichts.</p>',
  });
