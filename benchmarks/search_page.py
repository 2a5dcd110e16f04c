"""Published site → what a first search costs in the browser: milliseconds to the first result, and bytes.

    python benchmarks/search_page.py public/ WORD …

The site must be built with ``-b http://127.0.0.1:8765/``; it is served on loopback, uncompressed. Each word is
searched in a new browser without cache, which has the search page open; then once more in the same.
"""

import functools
import http.server
import shutil
import sys
import threading

from playwright.sync_api import Browser, sync_playwright

PORT = 8765
ASK = """word => new Promise(done => {
  const list = document.querySelector("#kn-search-results ol");
  const status = document.getElementById("kn-search-status");
  const { loading } = document.getElementById("kn-search").dataset;
  const start = performance.now();
  const watch = new MutationObserver(() => {
    if (!list.childElementCount && ["", loading].includes(status.textContent)) return;
    watch.disconnect();
    done(performance.now() - start);
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


def measure(browser: Browser, word: str) -> str:
    """One line about a search for ``word``."""
    page = browser.new_context().new_page()
    page.goto(f"http://127.0.0.1:{PORT}/suche/", wait_until="networkidle")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(sum(_taken(request.sizes()))))
    first = page.evaluate(ASK, word)
    page.wait_for_load_state("networkidle")
    hits = page.locator("#kn-search-status").inner_text()
    again = page.evaluate(ASK, word)
    return f"{word}: {hits}, {first:.0f} ms, {len(sizes)} requests, {sum(sizes) / 1000:.0f} kB; again {again:.0f} ms"


def _taken(sizes: "dict[str, int] | object") -> tuple[int, int]:
    assert isinstance(sizes, dict)
    return sizes["responseBodySize"], sizes["responseHeadersSize"]


def main(folder: str, *words: str) -> None:
    """Print a line for each word."""
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for word in words:
            print(measure(browser, word))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
