import { frame } from "../layouts/parts.js";

export const data = { permalink: "/404.html", eleventyExcludeFromCollections: true };

export const render = () =>
  frame({
    url: "/404.html",
    title: "Diese Seite gibt es nicht",
    description: "",
    main: '<h1 class="kn-headline"><span class="kn-kicker">Fehler 404:</span> Diese Seite gibt es nicht</h1>',
  });
