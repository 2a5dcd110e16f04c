"""Changes in the source folder → builds, each in a process of its own; a change during a build is never lost."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
from watchfiles import awatch
from watchfiles.main import FileChange

from kommunalnews.serve.hub import Hub, Outcome

WATCHED = ("content", "templates", "static")
"""Folders below the source folder that a site is made of."""
_STEP = 60
"""Milliseconds without a further change that end a burst of changes."""
_DEBOUNCE = 500
"""Milliseconds after which a burst that goes on is built anyway."""
_LONGEST_WAIT = 500
"""Milliseconds that the watching thread waits at a stretch: a thread that misses the end delays it by no more."""
_GRACE = 0.6
"""Seconds that a build has to stop when it is told to."""
_LAST_WORDS = 4000


class Rebuilding:
    """What has changed since the last build began."""

    def __init__(self, command: tuple[str, ...], hub: Hub, built: Callable[[Outcome], None]) -> None:
        """``command`` are the arguments of a build that prints JSON; ``built`` hears of each outcome."""
        self._command = command
        self._hub = hub
        self._built = built
        self._changed: set[str] = set()
        self._due = asyncio.Event()
        self._due.set()

    async def build(self) -> None:
        """Build now and after every change, for ever."""
        while True:
            await self._due.wait()
            self._due.clear()
            changed, self._changed = self._changed, set()
            self._hub.building = True
            outcome = await run_build(self._command)
            only_styles = bool(changed) and all(path.endswith(".css") for path in changed)
            self._hub.publish(outcome, only_styles=only_styles)
            self._built(outcome)

    async def watch(self, source: Path, beside: tuple[Path, ...]) -> None:
        """Notice changes in the folders of ``source`` and in those ``beside``, for ever."""
        while True:
            moved = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_folders(source, beside, moved))
                group.create_task(self._watch_root(source, moved))

    async def _watch_folders(self, source: Path, beside: tuple[Path, ...], moved: asyncio.Event) -> None:
        present = [folder for name in WATCHED if (folder := source / name).is_dir()]
        try:
            async for changes in _changes(*present, *beside, stop=moved, recursive=True):
                self._note({path for _kind, path in changes})
        except FileNotFoundError:  # a folder vanished before it was watched
            await asyncio.sleep(_DEBOUNCE / 1000)
            moved.set()

    async def _watch_root(self, source: Path, moved: asyncio.Event) -> None:
        """A folder that appears or goes away: begin again with those that are there then."""
        async for changes in _changes(source, stop=moved, recursive=False):
            folders = {path for _kind, path in changes if Path(path) in [source / name for name in WATCHED]}
            if folders:
                self._note(folders)
                moved.set()

    def _note(self, paths: set[str]) -> None:
        self._changed |= paths
        self._due.set()


def _changes(*folders: Path, stop: asyncio.Event, recursive: bool) -> AsyncIterator[set[FileChange]]:
    return awatch(
        *folders, stop_event=stop, recursive=recursive, step=_STEP, debounce=_DEBOUNCE, rust_timeout=_LONGEST_WAIT
    )


async def run_build(arguments: tuple[str, ...]) -> Outcome:
    """Run ``kommunalnews`` with these arguments and read what it prints; cancelled, it takes the build with it."""
    # -P: a module that lies in the current folder must not be taken for one of ours
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "kommunalnews", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        answer, complaints = await process.communicate()
    except asyncio.CancelledError:
        await _stop(process)
        raise
    try:
        return msgspec.json.decode(answer, type=Outcome)
    except msgspec.DecodeError:
        words = complaints.decode("utf-8", errors="replace").strip()[-_LAST_WORDS:]
        return Outcome(ok=False, language="", diagnostics=(), crash=words or f"exit {process.returncode}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End a build and its workers: first asked, then not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            # read to the end: a pipe that is open when the loop closes is complained of
            await asyncio.wait_for(process.communicate(), _GRACE)
            return
