"""A request → a page of the site with live reload in it, for this machine only.

The Host header is checked, so that a foreign page cannot read drafts by pointing its own name at this address (DNS
rebinding). Nothing is ever cached.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kommunalnews.diagnostics import N_
from kommunalnews.i18n import translations
from kommunalnews.serve import files
from kommunalnews.serve.hub import Hub, event
from kommunalnews.serve.panel import OWN, message_page, panel, with_reload

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASSETS = Path(__file__).with_name("assets")
_KEEP_ALIVE = 15.0
"""Seconds between two signs of life on a stream."""
_LARGE = 8 << 20
"""Bytes from which on a file is streamed."""
_REMEMBERED = 64 << 20
"""Bytes of served files that are kept for the time after a failed build."""


class HostCheck:
    """Refuses requests that were not meant for this server."""

    def __init__(self, app: ASGIApp, bind: str) -> None:
        self._app = app
        self._names = {"localhost", "127.0.0.1", "::1", bind.casefold()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_meant(scope):
            refusal = PlainTextResponse("This server answers only to its own address.\n", 403, HEADERS)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_meant(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        address, port = scope["server"]
        try:
            (written,) = hosts
            host = urlsplit(f"//{written}")
            # the address that was connected to is an address, not a name: nobody can rebind it
            return host.netloc == written and host.port == port and host.hostname in {*self._names, address}
        except ValueError:
            return False


class _Memory:
    """What was served lately, for the time in which a failed build leaves it out."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._size = 0

    def keep(self, path: str, name: str, data: bytes) -> None:
        self.forget(path)
        self._files[path] = (name, data)
        self._size += len(data)
        while self._size > _REMEMBERED:
            self.forget(next(iter(self._files)))

    def forget(self, path: str) -> None:
        _name, data = self._files.pop(path, ("", b""))
        self._size -= len(data)

    def recall(self, path: str) -> tuple[str, bytes] | None:
        return self._files.get(path)


class Site:
    """The served folder and what the last build said of it."""

    def __init__(self, root: Path, hub: Hub, language: str) -> None:
        self._root = root
        self._hub = hub
        self._language = language
        self._memory = _Memory()

    async def page(self, request: Request) -> Response:
        """A file of the site, or the site's page for what is not there."""
        path = str(request.scope["path"])
        found = files.find(self._root, path, request.scope.get("raw_path", b""))
        if isinstance(found, files.Redirect):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(found.location + query, 301, HEADERS)
        if found is None:
            return await self._missing(path)
        return await self._file(path, found) or await self._missing(path)

    async def _file(self, path: str, file: Path) -> Response | None:
        try:
            if file.stat().st_size > _LARGE:
                return FileResponse(file, headers=HEADERS, media_type=files.media_type(file.name))
            data = await asyncio.to_thread(file.read_bytes)
        except OSError:  # a build removed it this moment
            return None
        self._memory.keep(path, file.name, data)
        return self._answer(file.name, data)

    async def _missing(self, path: str) -> Response:
        outcome = self._hub.outcome
        if not self._hub.building and outcome is not None and outcome.ok:
            self._memory.forget(path)
        elif remembered := self._memory.recall(path):
            return self._answer(*remembered)
        if outcome is None:
            return self._message(N_("The site is being built …"), 503)
        page = files.find(self._root, "/404.html", b"/404.html")
        if isinstance(page, Path):
            return self._answer(page.name, await asyncio.to_thread(page.read_bytes), 404)
        return self._message(N_("This page does not exist"), 404)

    def _answer(self, name: str, data: bytes, status: int = 200) -> Response:
        kind = files.media_type(name)
        if kind.startswith("text/html"):
            data = with_reload(data, self._hub.state, panel(self._hub.outcome, self._language))
        return Response(data, status, HEADERS, kind)

    def _message(self, text: str, status: int) -> Response:
        title = translations(self._language).gettext(text)
        return self._answer("message.html", message_page(title, self._language), status)

    async def panel(self, request: Request) -> Response:
        """The inside of the panel."""
        return Response(panel(self._hub.outcome, self._language), 200, HEADERS, "text/html; charset=utf-8")

    async def own(self, request: Request) -> Response:
        """The script and the style sheet that served pages load."""
        found = files.find(_ASSETS, f"/{request.path_params['name']}", b"")
        if not isinstance(found, Path):
            return PlainTextResponse("There is no such file.\n", 404, HEADERS)
        return Response(found.read_bytes(), 200, HEADERS, files.media_type(found.name))

    async def events(self, request: Request) -> Response:
        """The state now and at each change, until the page is closed."""
        headers = {**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"}
        if request.method == "HEAD":
            return Response(headers=headers)
        return StreamingResponse(self._states(), headers=headers)

    async def _states(self) -> AsyncIterator[str]:
        yield "retry: 500\n\n"
        known = None
        while not self._hub.closing:
            state = await self._hub.wait(known, longest=_KEEP_ALIVE)
            yield event(state) if state != known else ": still here\n\n"
            known = state


def application(root: Path, hub: Hub, *, bind: str, language: str) -> Starlette:
    """The server for the site in ``root``; ``language`` is spoken until the site's own is known."""
    site = Site(root, hub, language)
    return Starlette(
        routes=[
            Route(f"{OWN}events", site.events),
            Route(f"{OWN}panel", site.panel),
            Route(f"{OWN}{{name}}", site.own),
            Route("/{path:path}", site.page),
        ],
        middleware=[Middleware(HostCheck, bind=bind)],
    )
