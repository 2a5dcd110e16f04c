"""Published site → what a first search costs in the browser: milliseconds to the first result, and bytes.

    python benchmarks/search_page.py public/ WORD …

The site must be built with ``-b http://127.0.0.1:8765/``; it is served on loopback, uncompressed. Each word is
searched several times, each time in a new browser without cache, in two ways: by somebody who has opened the search
page and has read it (milliseconds from the click, until the first result is shown and until all are in order), and by
somebody whom another page sends there with the question (milliseconds from the start of the navigation). The median and
the least of them are told. Bytes are those of the index and of the program that searches, headers included, whenever
they came.
"""

import functools
import http.server
import shutil
import statistics
import sys
import threading
from urllib.parse import quote

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


def measure(browser: Browser, word: str) -> str:
    """One line about searches for ``word``."""
    asked, ordered, arrived = [], [], []
    for _ in range(TIMES):
        (first, last), told = ask(browser, word)
        asked.append(first)
        ordered.append(last)
        arrived.append(arrive(browser, word))
    return f"{word}: {told}; asked {_told(asked)}, in order {_told(ordered)}, arrived {_told(arrived)}"


def ask(browser: Browser, word: str) -> tuple[tuple[float, float], str]:
    """Search from the open page: milliseconds to the first result and to all, and the rest in words."""
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
        return (first, last), f"{hits}, {len(sizes)} requests, {sum(sizes) / 1000:.0f} kB"


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


def main(folder: str, *words: str) -> None:
    """Print a line for each word."""
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for word in words:
            print(measure(browser, word))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
