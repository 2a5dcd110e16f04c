// Full-text search: query, filters and order → results. Pagefind does the finding, with a shard of its index for each
// part of a year (data-shards, newest first). While somebody types, titles are suggested as in the ARIA practice for
// comboboxes (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/); what was searched for stands in the address.

const form = document.getElementById("kn-search");
const input = document.getElementById("kn-query");
const listbox = document.getElementById("kn-suggestions");
const filters = document.getElementById("kn-search-filters");
const status = document.getElementById("kn-search-status");
const results = document.getElementById("kn-search-results");
const list = results.querySelector("ol");
const more = results.querySelector("button");
const say = form.dataset;
const choices = [...form.querySelectorAll("fieldset select")];
const order = form.elements.sort;

const PAGE = 10;
const SUGGESTED = 6;
const MOST_VALUES = 100;
const RANKING = { metaWeights: { title: 6, kicker: 4, teaser: 2, date: 0 } };

// ── the index ────────────────────────────────────────────────────────────────────────────────────────────────────────

const engines = {};

/**
 * Pagefind with all shards. It merges the hits of shards by score; where the weight of all is 0, the order of the
 * shards remains, newest first, and in each of them that of the dates.
 */
function engine(byDate) {
  const name = byDate ? "date" : "score";
  engines[name] ??= open(byDate ? 0 : 1).catch((fault) => {
    delete engines[name];
    throw fault;
  });
  return engines[name];
}

async function open(indexWeight) {
  const { createInstance } = await import(`${say.index}pagefind.js`);
  const options = { indexWeight, ranking: RANKING };
  const made = createInstance({ ...options, basePath: say.index, baseUrl: "/", noWorker: true });
  const shards = say.shards.split(" ").filter(Boolean);
  await Promise.all(shards.map((shard) => made.mergeIndex(new URL(shard, location).pathname, options)));
  return made;
}

let countsWanted = false;

async function find(asked) {
  const pagefind = await engine(asked.sort === "date");
  if (countsWanted) await pagefind.filters();
  const chosen = Object.fromEntries(choices.map(({ name }) => [name, asked[name]]).filter(([, value]) => value));
  if (!asked.q && !Object.keys(chosen).length) return null;
  const sort = asked.sort === "date" ? { date: "desc" } : {};
  return pagefind.search(asked.q || null, { filters: chosen, sort });
}

// ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function counted(hits) {
  if (!hits) return say.none;
  return hits === 1 ? say.one : say.many.replace("{count}", hits.toLocaleString(say.language));
}

function headline(meta) {
  if (!meta.kicker) return [meta.title];
  return [element("span", "kn-kicker", meta.kicker, element("span", "kn-colon", ":")), " ", meta.title];
}

function result(found) {
  const [href, picture] = found.raw_url.split("#");
  const { meta } = found;
  const link = element("a", "", ...headline(meta));
  link.href = href;
  const text = element("p", "kn-teaser-text");
  if (meta.date) {
    const [year, month, day] = meta.date.slice(0, 10).split("-").map(Number);
    const date = element("time", "kn-date");
    date.textContent = `[${say.date.replace("{day}", day).replace("{month}", month).replace("{year}", year)}]`;
    date.dateTime = meta.date.slice(0, 10);
    text.append(date, " ");
  }
  const section = found.filters.section?.[0];
  if (section) text.append(element("span", "kn-teaser-section", section), " ");
  text.append(meta.teaser ?? "");
  const teaser = element("article", "kn-teaser kn-teaser-row", element("h2", "kn-teaser-title", link), text);
  if (picture) {
    const image = element("img", "");
    Object.assign(image, { src: picture, alt: "", loading: "lazy", decoding: "async", width: 168, height: 112 });
    teaser.classList.add("kn-teaser-pictured");
    teaser.append(element("div", "kn-teaser-picture", image));
  }
  return element("li", "", teaser);
}

let hits = [];
let shown = 0;
let latest = 0;

/** Show the next results; whoever asked for them goes on reading at the first of these. */
async function showMore(token, from) {
  const next = await Promise.all(hits.slice(from, from + PAGE).map((hit) => hit.data()));
  if (token !== latest) return;
  const items = next.map(result);
  if (from) list.append(...items);
  else list.replaceChildren(...items);
  shown = from + items.length;
  results.hidden = !hits.length;
  more.hidden = shown >= hits.length;
  if (from) items[0]?.querySelector("a").focus();
}

function fill(select, counts, chosen) {
  const byNumber = Object.entries(counts).filter(([value, number]) => number || value === chosen);
  const newestFirst = select.name === "year";
  byNumber.sort(([a, m], [b, n]) => (newestFirst ? b.localeCompare(a) : n - m || a.localeCompare(b, say.language)));
  if (chosen && !byNumber.some(([value]) => value === chosen)) byNumber.unshift([chosen, 0]);
  const kept = byNumber.filter(([value], index) => index < MOST_VALUES || value === chosen);
  const options = kept.map(([value, number]) => new Option(`${value} (${number.toLocaleString(say.language)})`, value));
  select.replaceChildren(new Option(say.any, ""), ...options);
  select.value = chosen;
}

function asked() {
  return Object.fromEntries([input, ...choices, order].map((field) => [field.name, field.value.trim()]));
}

async function search() {
  const token = ++latest;
  const wanted = asked();
  close();
  if (!engines.score && wanted.q) status.textContent = say.loading;
  try {
    const found = await find(wanted);
    if (token !== latest) return;
    hits = found?.results ?? [];
    await showMore(token, 0);
    if (token !== latest) return;
    status.textContent = found ? counted(hits.length) : "";
    if (!countsWanted) return;
    const everything = found ?? { filters: await (await engine(false)).filters() };
    for (const select of choices) {
      const own = wanted[select.name];
      const counts = (own ? everything.totalFilters : everything.filters) ?? everything.filters;
      fill(select, counts[select.name] ?? {}, own);
    }
  } catch (fault) {
    console.error(fault);
    if (token === latest) status.textContent = say.failed;
  }
}

// ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────

let active = -1;

function close() {
  listbox.hidden = true;
  listbox.replaceChildren();
  activate(-1);
  input.setAttribute("aria-expanded", "false");
}

function activate(index) {
  const options = [...listbox.children];
  active = options.length ? (index + options.length + 1) % (options.length + 1) : -1;
  if (active === options.length) active = -1;
  for (const [number, option] of options.entries()) option.setAttribute("aria-selected", String(number === active));
  if (active < 0) input.removeAttribute("aria-activedescendant");
  else {
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }
}

async function suggest() {
  const token = ++latest;
  const wanted = asked();
  if (wanted.q.length < 2) return close();
  try {
    const found = await find(wanted);
    const next = await Promise.all(found.results.slice(0, SUGGESTED).map((hit) => hit.data()));
    if (token !== latest || document.activeElement !== input) return;
    const options = next.map((one, number) => {
      const option = element("li", "", ...headline(one.meta));
      Object.assign(option, { id: `kn-suggestion-${number}`, role: "option" });
      option.dataset.href = one.raw_url.split("#")[0];
      return option;
    });
    listbox.replaceChildren(...options);
    activate(-1);
    listbox.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!listbox.hidden));
    const said = counted(found.results.length);
    status.textContent = options.length ? say.suggested.replace("{hits}", said) : said;
  } catch (fault) {
    console.error(fault);
    if (token === latest) status.textContent = say.failed;
  }
}

// ── what readers do ──────────────────────────────────────────────────────────────────────────────────────────────────

function address() {
  const url = new URL(location);
  for (const [name, value] of Object.entries(asked())) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url;
}

function submit() {
  clearTimeout(timer);
  if (address().href !== location.href) history.pushState(null, "", address());
  search();
}

function restore() {
  const said = new URLSearchParams(location.search);
  input.value = said.get("q") ?? "";
  order.value = said.get("sort") === "date" ? "date" : "";
  for (const select of choices) {
    const value = said.get(select.name) ?? "";
    if (value && ![...select.options].some((option) => option.value === value)) select.add(new Option(value, value));
    select.value = value;
  }
  if (choices.some((select) => select.value)) filters.open = true;
  search();
}

let timer;
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, 120);
});
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (listbox.hidden) suggest();
    else if (event.key === "ArrowUp" && active < 0) activate(listbox.children.length - 1);
    else activate(active + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    location.assign(listbox.children[active].dataset.href);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (listbox.hidden) input.value = "";
    clearTimeout(timer);
    latest++;
    close();
  }
});
input.addEventListener("focus", () => engine(false).catch(() => {}), { once: true });
input.addEventListener("blur", close);
listbox.addEventListener("pointerdown", (event) => event.preventDefault()); // or the field would lose its focus first
listbox.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) location.assign(option.dataset.href);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
form.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) submit();
});
filters.addEventListener("toggle", () => {
  if (!filters.open || countsWanted) return;
  countsWanted = true;
  search();
});
more.addEventListener("click", () => showMore(latest, shown));
addEventListener("popstate", restore);

restore();
