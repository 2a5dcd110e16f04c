"""Published sites in a browser at their real addresses: every request is answered from the output folder.

No socket is opened. A request to any other host is recorded and refused, as is anything the console complains of.
"""

import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Route,
    ViewportSize,
    expect,
)

from published.output import Published

Scheme = Literal["light", "dark"]

expect.set_options(timeout=30_000)  # a machine may be busy with other things

FRAMES = "new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 3000); })"
"""Two frames, or three seconds: Chromium may draw none for minutes where it has nothing new to draw."""

_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml"}


class Visits:
    """Opens pages in contexts that are made once for each combination of scheme, width and script."""

    def __init__(self, browser: Browser, sites: Iterable[Published]) -> None:
        self._browser = browser
        self._sites = {urlsplit(site.base_url).netloc: site for site in sites}
        self._contexts: dict[tuple[Scheme, int, bool], BrowserContext] = {}
        self._tabs: dict[tuple[Scheme, int, bool, str], Page] = {}
        self.foreign: list[str] = []
        """Addresses on other hosts that the open page asked for."""
        self.missing: list[str] = []
        """Addresses on the site that are not there."""

    def close(self) -> None:
        """Close every context."""
        for context in self._contexts.values():
            context.close()

    @contextmanager
    def visit(
        self,
        site: Published,
        address: str,
        *,
        width: int = 1280,
        scheme: Scheme = "light",
        script: bool = True,
        fresh: bool = True,
    ) -> Iterator[Page]:
        """Open a page, and afterwards assert that nothing went wrong on it and that it asked nobody else.

        ``fresh=False`` opens it in a tab that has shown others, with the program that drew them still running: that
        takes a third. For those who leave nothing behind but size and media: no pointer on the page, no history.
        """
        complaints: list[str] = []

        def listen(said: ConsoleMessage) -> None:
            if said.type in ("error", "warning"):
                complaints.append(said.text)

        def note(error: Error) -> None:
            complaints.append(str(error))

        self.foreign.clear()
        self.missing.clear()
        context, tab = self._context(scheme, width, script), (scheme, width, script, site.base_url)
        page = (None if fresh else self._tabs.pop(tab, None)) or context.new_page()
        page.on("console", listen)
        page.on("pageerror", note)
        done = False
        try:
            go(page, site, address)
            yield page
            done = True
        finally:
            if fresh or not done:
                page.close()
            else:
                page.remove_listener("console", listen)
                page.remove_listener("pageerror", note)
                page.set_viewport_size(_size(width))
                page.emulate_media(media="null", color_scheme=scheme, reduced_motion="reduce", forced_colors="none")
                self._tabs[tab] = page
        assert (complaints, self.foreign, self.missing) == ([], [], [])

    def open(self, site: Published, address: str, *, width: int = 1280) -> Page:
        """Open a page on which things may be missing."""
        page = self._context("light", width, True).new_page()
        go(page, site, address)
        return page

    def _context(self, scheme: Scheme, width: int, script: bool) -> BrowserContext:
        key = (scheme, width, script)
        if key not in self._contexts:
            context = self._browser.new_context(
                viewport=_size(width), color_scheme=scheme, java_script_enabled=script, reduced_motion="reduce",
                locale="de-DE",
            )  # fmt: skip
            context.set_default_timeout(30_000)
            context.route("**/*", self._answer)
            self._contexts[key] = context
        return self._contexts[key]

    def _answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.netloc not in self._sites:
            self.foreign.append(route.request.url)
            route.abort()
            return
        site = self._sites[url.netloc]
        if not site.has(url.path):
            self.missing.append(url.path)
            route.fulfill(status=404, content_type="text/html; charset=utf-8", body=site.read("/404.html"))
            return
        path = site.path(url.path)
        route.fulfill(status=200, content_type=media_type(path), body=site.files[path])


def _size(width: int) -> ViewportSize:
    return {"width": width, "height": 800 if width > 600 else 640}


def media_type(path: str) -> str:
    """The content type of a file by its name."""
    kind = _TYPES.get(path[path.rfind(".") :]) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return kind + ("; charset=utf-8" if kind.startswith("text/") else "")


def go(page: Page, site: Published, address: str) -> None:
    """Go to an address of the site, which must be there."""
    answer = page.goto(site.base_url.rstrip("/") + address, wait_until="load")
    assert answer is not None
    assert answer.ok, f"{address}: {answer.status}"
