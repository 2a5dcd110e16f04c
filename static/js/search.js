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
const title = document.title;

const PAGE = 10;
const SUGGESTED = 6;
const MOST_VALUES = 100;
const SHORTEST = 3;
const PATIENCE = 400; // ms
const RANKING = { metaWeights: { title: 6, kicker: 4, teaser: 2, date: 0 } };

// ── the index ────────────────────────────────────────────────────────────────────────────────────────────────────────

let opening = null;
let countsWanted = false;

/** Every shard: the newest first, pages and vendors last. */
function shards() {
  opening ??= open().catch((fault) => {
    opening = null;
    throw fault;
  });
  return opening;
}

/** Whoever opens this page is about to search, and need not wait for what every search needs. */
async function prepare() {
  try {
    const word = document.title.split(" ").at(-1);
    await answered((await shards()).at(-1), word, {}); // has the browser compile what a search runs
  } catch {
    // told when somebody searches
  }
}

/** Everything at once: nothing that is fetched has to wait for what something else says. */
async function open() {
  const folders = [...say.shards.split(" ").filter(Boolean), say.index];
  const metas = Promise.all(folders.map((folder) => unpacked(`${folder}pagefind.pf_meta`)));
  const [{ PagefindInstance }, entry, stemmer] = await Promise.all([
    import(`${say.index}pagefind.js`),
    fetched(`${say.index}pagefind-entry.json`).then((response) => response.json()),
    unpacked(`${say.index}wasm.pagefind`),
    metas,
  ]);
  const made = folders.map((basePath) => new PagefindInstance({ basePath, baseUrl: "/", ranking: RANKING }));
  for (const shard of made) shard.throttledFetch = piece;
  const memory = await made[0].backend({ module_or_path: made[0].decompress(stemmer) }); // all share it
  const room = ROOM * folders.length;
  memory.__wbindgen_free(memory.__wbindgen_malloc(room, 1), room, 1); // grown at once, not while somebody waits
  await Promise.all((await metas).map((meta, number) => begin(made[number], entry, meta)));
  return made;
}

/**
 * What PagefindInstance.init does with what it fetches; but it is not told the language. With that, each search would make
 * an Intl.Segmenter for each shard, which takes longer than to search it, and finds the same letters in German and English.
 */
async function begin(shard, entry, meta) {
  shard.includeCharacters = entry.include_characters;
  shard.raw_ptr = shard.backend.init_pagefind(shard.decompress(meta));
  await shard.set_ranking(shard.ranking);
  await shard.enterPlaygroundMode(); // results then say which words were found
}

/** As it is on the server now: names of files, which change with what is in them, stand in it. */
async function fetched(address, cache = "no-cache") {
  const response = await fetch(address, { cache });
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return response;
}

/** How a shard fetches a piece of its index or a fragment: what is in it never changes under its name. */
async function piece(address) {
  const bytes = await unpacked(address, "default");
  return { arrayBuffer: async () => bytes };
}

const GZIP = 0x1f;
const SMALL = 1000; // bytes
const ROOM = 1 << 17; // bytes that a shard takes: what it is opened by, and the pieces of a search

/** A file without gzip, which some servers take off themselves; a small one, or an old browser, leaves that to Pagefind. */
async function unpacked(address, cache) {
  const bytes = new Uint8Array(await (await fetched(address, cache)).arrayBuffer());
  if (bytes[0] !== GZIP || bytes.length < SMALL || !window.DecompressionStream) return bytes;
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => {}); // told to who reads
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

/** As the stemmer sees it: “Köln” and “Koeln” are one word. */
function folded(text) {
  const plain = text.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}+/gu, "");
  return plain.replace(/([aou])e/g, "$1");
}

/**
 * Whether a shard has every word of the query, by their stems. Where it has none that begins like one, Pagefind takes a
 * word that the query begins with, or leaves the word out: of use in one large index, but not where the next shard may
 * know better.
 */
function hasAll({ results: [hit], search_keywords: stems = [] }) {
  const known = (hit.scores ?? []).map((score) => score.search_term);
  for (const field of hit.verbose_meta_scores ?? []) known.push(...field.matched_terms);
  const beginnings = known.map(folded);
  return stems.map(folded).every((stem) => beginnings.some((one) => one.startsWith(stem)));
}

/** The same query for texts that write “Open Data”; empty where that would ask for half of the index. */
function apart(query) {
  const spaced = query.replace(/([\p{L}\p{N}])[\p{Pd}/](?=[\p{L}\p{N}])/gu, "$1 ");
  return spaced !== query && spaced.split(/\s+/).every((word) => word.length >= SHORTEST) ? spaced : "";
}

async function searched(shard, query, options) {
  const answer = await shard.search(query || null, options);
  if (!query || query.startsWith('"') || !answer.results.length || hasAll(answer)) return answer;
  return { ...answer, results: [], filters: {}, totalFilters: {} };
}

async function answered(shard, query, options) {
  const answer = await searched(shard, query, options);
  const spaced = answer.results.length ? "" : apart(query);
  return spaced ? searched(shard, spaced, options) : answer;
}

function add(counts, more) {
  for (const [name, values] of Object.entries(more ?? {})) {
    counts[name] ??= {};
    for (const [value, number] of Object.entries(values)) counts[name][value] = (counts[name][value] ?? 0) + number;
  }
}

const byScore = (one, other) => other.score - one.score;

/** The best of the newest shard that has anything. */
async function newest(answers) {
  for (const answer of answers) {
    const [best] = (await answer).results;
    if (best) return best;
  }
  return null;
}

/** What is found; ``early`` is told one hit of it before all shards have answered. */
async function find(asked, early = () => {}) {
  const found = { hits: [], counts: {}, totals: {} };
  const chosen = Object.fromEntries(choices.map(({ name }) => [name, asked[name]]).filter(([, value]) => value));
  const opened = await shards();
  if (countsWanted) await Promise.all(opened.map((shard) => shard.filters()));
  const isQuestion = asked.q || Object.keys(chosen).length;
  const byDate = asked.sort === "date" || !asked.q;
  const options = { filters: chosen, sort: byDate ? { date: "desc" } : {} };
  const answers = opened.map(async (shard) => {
    const answer = await answered(shard, asked.q, options);
    answer.results.sort(byScore); // sorted by date, the score is the place
    return answer;
  });
  if (isQuestion) newest(answers).then(early).catch(() => {}); // told below
  for (const answer of await Promise.all(answers)) {
    if (isQuestion) found.hits.push(...answer.results);
    add(found.counts, answer.filters);
    add(found.totals, answer.totalFilters);
  }
  if (!byDate) found.hits.sort(byScore);
  return isQuestion ? found : { ...found, isEmpty: true };
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
  const [href, picture, ...focus] = found.raw_url.split("#");
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
    const image = element("img", focus.join(" "));
    Object.assign(image, { src: picture, alt: "", loading: "lazy", decoding: "async", width: 168, height: 112 });
    teaser.classList.add("kn-teaser-pictured");
    teaser.append(element("div", "kn-teaser-picture", image));
  }
  return element("li", "", teaser);
}

let hits = [];
let shown = 0;
let latest = 0;
let outcome = ""; // what is said of the results that are shown
let isBusy = false; // whether whoever waits for results has been told so

/** Say nothing of suggestions that are no longer there. */
function quiet() {
  const said = isBusy ? say.loading : outcome;
  if (status.textContent !== said) status.textContent = said;
}

/** Wait for what is found, and say so after a while: at once, it would be read before every answer. */
async function patient(token, found, explain) {
  const timer = setTimeout(() => token === latest && explain(), PATIENCE);
  try {
    return await found;
  } finally {
    clearTimeout(timer);
  }
}

/** Show one result where there is none yet, while others are looked for; it may stand elsewhere among them. */
async function showEarly(token, hit) {
  const item = hit && result(await hit.data());
  if (!item || token !== latest || !results.hidden) return;
  list.replaceChildren(item);
  more.hidden = true;
  results.hidden = false;
  results.setAttribute("aria-busy", "true");
}

/** A result that was shown early does not stay alone. */
function settle() {
  isBusy = false;
  if (results.hasAttribute("aria-busy")) results.hidden = true;
  results.removeAttribute("aria-busy");
}

/** Show the next results; whoever asked for them goes on reading at the first of these. */
async function showMore(token, from) {
  const next = await Promise.all(hits.slice(from, from + PAGE).map((hit) => hit.data()));
  if (token !== latest) return;
  const items = next.map(result);
  const links = items.map((item) => item.querySelector("a"));
  const read = list.contains(document.activeElement) ? document.activeElement.href : "";
  if (from) list.append(...items);
  else list.replaceChildren(...items);
  if (read && !from) (links.find(({ href }) => href === read) ?? links[0])?.focus();
  shown = from + items.length;
  results.removeAttribute("aria-busy");
  results.hidden = !hits.length;
  more.hidden = shown >= hits.length;
  if (from) links[0]?.focus();
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

function clear() {
  hits = [];
  results.hidden = true;
  order.parentElement.hidden = false;
  tell("");
}

function tell(said) {
  isBusy = false;
  status.textContent = outcome = said;
}

function tellBusy() {
  isBusy = true;
  quiet();
}

async function search() {
  const token = ++latest;
  settle();
  const wanted = asked();
  close();
  document.title = wanted.q ? `${wanted.q} – ${title}` : title;
  if (!wanted.q && !countsWanted) return clear();
  try {
    const found = await patient(token, find(wanted, (hit) => showEarly(token, hit)), tellBusy);
    if (token !== latest) return;
    hits = found.hits;
    await showMore(token, 0);
    if (token !== latest) return;
    tell(found.isEmpty ? "" : counted(hits.length));
    order.parentElement.hidden = !found.isEmpty && !hits.length; // nothing to put in order
    for (const select of countsWanted ? choices : []) {
      const own = wanted[select.name];
      fill(select, (own ? found.totals : found.counts)[select.name] ?? {}, own);
    }
  } catch (fault) {
    console.error(fault);
    if (token !== latest) return;
    settle();
    tell(say.failed);
  }
}

// ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────

let active = -1;

function close() {
  listbox.hidden = true;
  listbox.replaceChildren();
  activate(-1);
  input.setAttribute("aria-expanded", "false");
  quiet();
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
  settle();
  const wanted = asked();
  if (wanted.q.length < 2) return close();
  try {
    const found = await patient(token, find(wanted), () => {
      if (document.activeElement === input) status.textContent = say.loading;
    });
    const next = await Promise.all(found.hits.slice(0, SUGGESTED).map((hit) => hit.data()));
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
    const said = counted(found.hits.length);
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
  if (choices.some((select) => select.value)) countsWanted = filters.open = true;
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
    settle();
    close();
  }
});
input.addEventListener("focus", prepare, { once: true });
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
if (!navigator.connection?.saveData) (window.requestIdleCallback ?? setTimeout)(prepare);
