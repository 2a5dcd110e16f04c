"""Options → a server that runs until it is interrupted."""

import asyncio
import shutil
import signal
import socket
import webbrowser
from collections.abc import Callable, Collection
from pathlib import Path
from types import FrameType

import msgspec
import uvicorn

from kommunalnews.serve.app import application
from kommunalnews.serve.hub import Hub, Outcome
from kommunalnews.serve.rebuilding import Rebuilding

_AGAIN = 0.2
"""Seconds after which a task that goes on is cancelled again."""
_GRACE = 1
"""Seconds that open connections have when the server stops."""


class ServeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is served, and how."""

    source: Path
    folder: Path
    """Where builds are published: private to this server."""
    bind: str
    arguments: tuple[str, ...]
    """Further arguments of each build."""
    beside: tuple[Path, ...] = ()
    """Folders to watch that are not the site's own: packaged templates in a checkout."""
    language: str
    """Spoken until the site's own language is known."""
    opens: bool = False
    """Open a browser after the first build."""
    keeps: bool = True
    """Leave the folder for the next time."""


def listen(bind: str, port: int) -> socket.socket:
    """A socket that takes connections; port 0 finds a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    return socket.create_server((bind, port), family=family)


def address(options: ServeOptions, listening: socket.socket) -> str:
    """The address to type into a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options.bind, options.bind)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{host}:{listening.getsockname()[1]}/"


def serve(options: ServeOptions, listening: socket.socket, built: Callable[[Outcome], None]) -> int:
    """Build, show and rebuild until a signal comes; its number. ``built`` hears of each outcome."""
    signals = _Signals()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signals)
    try:
        return asyncio.run(_serve(options, listening, built, signals))
    finally:
        if not options.keeps:
            shutil.rmtree(options.folder, ignore_errors=True)


class _Signals:
    """Takes signals until the server does, and keeps what came before there was one."""

    def __init__(self) -> None:
        self.server: _Server | None = None
        self._kept = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._kept = number
        if self.server is not None:
            self.server.handle_exit(number, frame)

    def pass_on(self, server: "_Server") -> None:
        """From now on ``server`` hears of them, also of those that came already."""
        self.server = server
        if self._kept:
            server.handle_exit(self._kept, None)


class _Server(uvicorn.Server):
    """A server that ends its streams when it is told to stop."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self.signal = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.signal = sig
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.stop()

    def stop(self) -> None:
        """End soon, from wherever it is called."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._hub.close)


async def _serve(
    options: ServeOptions, listening: socket.socket, built: Callable[[Outcome], None], signals: _Signals
) -> int:
    hub = Hub()
    url = address(options, listening)
    app = application(options.folder, hub, bind=options.bind, language=options.language)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config, hub)
    rebuilding = Rebuilding(_build_arguments(options, url), hub, _opening(built, url) if options.opens else built)
    # the watcher comes first: what changes while the first build runs is seen
    tasks = [
        asyncio.create_task(rebuilding.watch(options.source, options.beside)),
        asyncio.create_task(rebuilding.build()),
    ]
    for task in tasks:
        task.add_done_callback(lambda _task: server.stop())
    signals.pass_on(server)
    await server.serve(sockets=[listening])
    await _end(tasks)
    return server.signal


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel the tasks until they are done: a watcher that is just starting swallows the first call."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN)
    for task in tasks:
        if not task.cancelled() and (fault := task.exception()) is not None:
            raise fault


def _build_arguments(options: ServeOptions, url: str) -> tuple[str, ...]:
    return (
        *("build", "--format", "json"),
        *("--source", str(options.source), "--destination", str(options.folder), "--base-url", url),
        *options.arguments,
    )


def _opening(built: Callable[[Outcome], None], url: str) -> Callable[[Outcome], None]:
    """The same, and a browser that opens the first time."""
    waiting = [url]

    def told(outcome: Outcome) -> None:
        built(outcome)
        if waiting:
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, waiting.pop())

    return told
