"""Published site → what a first search costs in the browser: milliseconds to the first result, and bytes.

    python benchmarks/search_page.py ARTICLES             # makes and builds a portal of so many from corpus.py
    python benchmarks/search_page.py public/ WORD …       # one that is built, with ``-b http://127.0.0.1:8765/``

It is served on loopback, uncompressed. Each word is
searched several times, each time in a new browser without cache, in two ways: by somebody who has opened the search
page and has read it (milliseconds from the click, until the first result is shown and until all are in order), and by
somebody whom another page sends there with the question (milliseconds from the start of the navigation). The median and
the least of them are told. Bytes are those of the index and of the program that searches, headers included, whenever
they came. The exit code is 1 where, for any word, the median until the first result is shown on the open page or the
bytes are above the limits, or nothing was found.
"""

import functools
import http.server
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import corpus
from chromium import QUIET
from playwright.sync_api import Browser, Request, sync_playwright

PORT = 8765
ASK = """word => new Promise(done => {
  const list = document.querySelector("#kn-search-results ol");
  const status = document.getElementById("kn-search-status");
  const { loading } = document.getElementById("kn-search").dataset;
  const start = performance.now();
  let first = null;
  const watch = new MutationObserver(() => {
    if (list.childElementCount) first ??= performance.now() - start;
    if (["", loading].includes(status.textContent)) return;
    watch.disconnect();
    const all = performance.now() - start;
    done([first ?? all, all]);
  });
  list.replaceChildren();
  status.textContent = "";
  for (const place of [list, status]) watch.observe(place, { childList: true });
  document.getElementById("kn-query").value = word;
  document.getElementById("kn-search").requestSubmit();
})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, keeps connections open, says nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


ARRIVED = """window.firstResult = new Promise(done => addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("#kn-search-results ol");
  const status = document.getElementById("kn-search-status");
  const { loading } = document.getElementById("kn-search").dataset;
  const watch = new MutationObserver(() => {
    if (!list.childElementCount && ["", loading].includes(status.textContent)) return;
    watch.disconnect();
    done(performance.now());
  });
  for (const place of [list, status]) watch.observe(place, { childList: true });
}))"""
TIMES = 5
SOONEST = 300
"""Milliseconds to the first result, at most."""
LIGHTEST = 400_000
"""Bytes of a first search, at most."""
EVERYWHERE = "Zwischenstand"
"""A word that every article of ``corpus.py`` has."""


def measure(browser: Browser, word: str) -> tuple[str, bool]:
    """One line about searches for ``word``, and whether they keep to the limits."""
    searches = [ask(browser, word) for _ in range(TIMES)]
    firsts, weights = [one.first for one in searches], [one.weight for one in searches]
    arrived = [arrive(browser, word) for _ in range(TIMES)]
    told = f"{searches[-1].hits}, {searches[-1].requests} requests, {statistics.median(weights) / 1000:.0f} kB"
    ordered = _told([one.last for one in searches])
    line = f"{word}: {told}; asked {_told(firsts)}, in order {ordered}, arrived {_told(arrived)}"
    is_found = all(one.found for one in searches)
    return line, is_found and statistics.median(firsts) <= SOONEST and statistics.median(weights) <= LIGHTEST


class Search(NamedTuple):
    """What a search from the open page cost."""

    first: float
    """Milliseconds to the first result …"""
    last: float
    """… and until all are in order."""
    hits: str
    """What the page says of them."""
    found: bool
    requests: int
    weight: int
    """Bytes."""


def ask(browser: Browser, word: str) -> Search:
    """Search from the open page."""
    with browser.new_context() as context:
        page = context.new_page()
        sizes: list[int] = []

        def note(request: Request) -> None:
            if "/index/" in request.url:
                taken = request.sizes()
                sizes.append(taken["responseBodySize"] + taken["responseHeadersSize"])

        page.on("requestfinished", note)
        page.goto(f"http://127.0.0.1:{PORT}/suche/", wait_until="networkidle")
        first, last = page.evaluate(ASK, word)
        page.wait_for_load_state("networkidle")
        hits = page.locator("#kn-search-status").inner_text()
        found = page.locator("#kn-search-results li").count() > 0
        return Search(first, last, hits, found, len(sizes), sum(sizes))


def arrive(browser: Browser, word: str) -> float:
    """Come with the question: milliseconds."""
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(ARRIVED)
        page.goto(f"http://127.0.0.1:{PORT}/suche/?q={quote(word)}")
        found: float = page.evaluate("window.firstResult")
        return found


def _told(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms (least {min(times):.0f})"


def build(count: int, folder: Path) -> Path:
    """A portal of so many articles; where it is published."""
    here, source, public = Path(__file__).parent, folder / "portal", folder / "public"
    subprocess.run([sys.executable, here / "corpus.py", source, str(count)], check=True)
    command = [sys.executable, "-m", "kommunalnews", "build", "-s", source, "-d", public, "--no-pdf", "--no-cache"]
    subprocess.run([*command, "-b", f"http://127.0.0.1:{PORT}/"], check=True)
    return public


def measured(folder: Path, words: Sequence[str]) -> bool:
    """Print a line for each word; whether all keep to the limits."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    are_good = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for word in words:
            line, is_good = measure(browser, word)
            print(
                line if is_good else f"{line}: ABOVE {SOONEST} ms or {LIGHTEST // 1000} kB, or nothing found",
                flush=True,
            )
            are_good = are_good and is_good
        browser.close()
    server.shutdown()
    return are_good


def words_of(count: int) -> tuple[str, ...]:
    """A word of every article of the portal, and one of the headline of its newest and of its oldest."""
    titles = [article.title for article in corpus.articles(count)]
    return EVERYWHERE, *(max(re.findall(r"\w+", title), key=len) for title in (titles[-1], titles[0]))


def main(what: str, *words: str) -> int:
    """Measure a portal that is built, or one that is made for it; the exit code."""
    if not what.isdecimal():
        return 0 if measured(Path(what), words) else 1
    with tempfile.TemporaryDirectory() as folder:
        return 0 if measured(build(int(what), Path(folder)), words or words_of(int(what))) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
