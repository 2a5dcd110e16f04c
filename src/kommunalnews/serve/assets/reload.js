// Keeps a served page up to date: reloads it, swaps its style sheets, shows what a build complained of.
"use strict";
{
  const own = "/__kommunalnews__/";
  const shown = { ...document.currentScript.dataset };

  const sheets = (page) =>
    [...page.querySelectorAll('link[rel~="stylesheet"]')].filter((link) => !link.getAttribute("href").startsWith(own));

  const swapStyles = async (version) => {
    const answer = await fetch(location.href);
    const fresh = sheets(new DOMParser().parseFromString(await answer.text(), "text/html"));
    const old = sheets(document);
    if (fresh.length !== old.length) {
      location.reload();
      return;
    }
    old.forEach((link, index) => {
      const next = link.cloneNode();
      const address = new URL(fresh[index].getAttribute("href"), location.href);
      address.searchParams.set("version", version); // a sheet may import another that has changed
      next.href = address.href;
      next.addEventListener("load", () => link.remove());
      link.after(next);
    });
  };

  const swapPanel = async () => {
    const answer = await fetch(own + "panel");
    document.getElementById("kommunalnews-panel").innerHTML = await answer.text(); // our own words, escaped there
  };

  const events = new EventSource(own + "events");
  events.addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    if (state.page !== shown.page) {
      events.close();
      location.reload();
      return;
    }
    if (state.style !== shown.style) swapStyles(state.style);
    if (state.panel !== shown.panel) swapPanel();
    Object.assign(shown, state);
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
