// Search as you type: query → the articles that contain every word of it, best first.
// The index comes in one file a year (data-shards, newest first), is loaded on the first query and kept in memory.

const form = document.getElementById("kn-search");
const input = document.getElementById("kn-query");
const status = document.getElementById("kn-search-status");
const results = document.getElementById("kn-search-results");
const say = form.dataset;

const PAGE = 20;
const WEIGHTS = { title: 12, kicker: 10, words: 8, section: 4, text: 2 };

let index = [];
let loading = null;
let failed = false;
let shown = PAGE;
let latest = "";

/** One spelling for all: München, Muenchen and Munchen meet at "munchen", Straße at "strasse". */
function fold(text) {
  return text
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replace(/([aou])e/g, "$1");
}

/** Folded words of a query or a text. */
function wordsOf(text) {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function prepare(entry) {
  const fields = {};
  for (const name of Object.keys(WEIGHTS)) fields[name] = ` ${wordsOf([entry[name]].flat().join(" ")).join(" ")}`;
  return { entry, fields };
}

async function loadShard(href) {
  try {
    const response = await fetch(href, { credentials: "same-origin" });
    if (!response.ok) throw new Error(response.statusText);
    const shard = await response.json();
    index.push(...shard.entries.map(prepare));
  } catch {
    failed = true;
  }
}

function loadAll() {
  loading ??= Promise.all(say.shards.split(" ").filter(Boolean).map(loadShard));
  return loading;
}

/** How well one article answers; 0 where a word is missing. The start of a word counts more than its inside. */
function score(fields, words) {
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const [name, weight] of Object.entries(WEIGHTS)) {
      if (fields[name].includes(` ${word}`)) best = Math.max(best, weight * 2);
      else if (word.length > 2 && fields[name].includes(word)) best = Math.max(best, weight);
    }
    if (!best) return 0;
    total += best;
  }
  return total;
}

function find(words) {
  return index
    .map(({ entry, fields }) => ({ entry, points: score(fields, words) }))
    .filter((hit) => hit.points)
    .sort((a, b) => b.points - a.points || (a.entry.day < b.entry.day ? 1 : a.entry.day > b.entry.day ? -1 : 0));
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function result({ entry }) {
  const link = element("a", "");
  link.href = entry.href;
  if (entry.kicker) link.append(element("span", "kn-kicker", entry.kicker, element("span", "kn-colon", ":")), " ");
  link.append(entry.title);
  const [year, month, day] = entry.day.split("-").map(Number);
  const shownDay = say.date.replace("{day}", day).replace("{month}", month).replace("{year}", year);
  const date = element("time", "kn-date", `[${shownDay}]`);
  date.dateTime = entry.day;
  return element(
    "article",
    "kn-teaser kn-teaser-row",
    element("h3", "kn-teaser-title", link),
    element("p", "kn-teaser-text", date, " ", element("span", "kn-teaser-section", entry.section), " ", entry.text),
  );
}

function show(hits, query) {
  const title = element("h2", "kn-hidden", `${query}`);
  const list = element("div", "kn-list", ...hits.slice(0, shown).map(result));
  results.replaceChildren(...(hits.length ? [title, list] : []));
  if (hits.length <= shown) return;
  const more = element("button", "kn-button", say.more);
  more.type = "button";
  more.addEventListener("click", () => {
    const first = shown;
    shown += PAGE;
    show(hits, query);
    results.querySelectorAll(".kn-teaser-title a")[first]?.focus();
  });
  results.append(more);
}

async function search() {
  const query = input.value.trim();
  const words = wordsOf(query);
  latest = query;
  const address = new URL(location.href);
  if (query) address.searchParams.set("q", query);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
  if (!words.length) {
    status.textContent = "";
    results.replaceChildren();
    return;
  }
  if (!index.length && !failed) status.textContent = say.loading;
  await loadAll();
  if (query !== latest) return;
  const hits = find(words);
  const counted = hits.length === 1 ? say.one : say.many.replace("{count}", hits.length.toLocaleString(say.language));
  status.textContent = [hits.length ? counted : say.none, failed ? say.failed : ""].filter(Boolean).join(" ");
  show(hits, query);
}

let timer;
input.addEventListener("input", () => {
  clearTimeout(timer);
  shown = PAGE;
  timer = setTimeout(search, 150);
});
input.addEventListener("focus", loadAll, { once: true });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  search();
});

input.value = new URLSearchParams(location.search).get("q") ?? "";
if (input.value) search();
