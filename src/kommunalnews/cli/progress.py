"""A build's progress → a bar on a terminal, plain lines elsewhere, and nothing where the work is short."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kommunalnews.cli import edge
from kommunalnews.cli.options import Style
from kommunalnews.diagnostics import N_
from kommunalnews.i18n import translations
from kommunalnews.requests import Progress, Stage

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

PATIENCE = 1.0
"""Seconds of work that need no progress shown."""
REFRESH = 0.1
"""Seconds between two pictures of a bar."""
PAUSE = 5.0
"""Seconds between two plain lines."""
_STAGES: dict[Stage, str] = {
    "parse": N_("Reading"),
    "render": N_("Rendering"),
    "compress": N_("Compressing"),
    "search": N_("Indexing"),
    "pdf": N_("Typesetting PDFs"),
}


@contextmanager
def shown(style: Style, source: Path) -> Iterator[Progress | None]:
    """Something to hand to a build of ``source``; what it drew is gone afterwards."""
    if style != "human":
        yield None
    elif not edge.is_terminal():
        yield _Lines(source)
    else:
        bar = _Bar(source)
        try:
            yield bar
        finally:
            bar.stop()


class _Spoken:
    """It speaks the language of the portal, which is asked for only where something is said."""

    def __init__(self, source: Path) -> None:
        self._source = source

    @cached_property
    def _words(self) -> NullTranslations:
        from kommunalnews.scaffold import site_config

        config, _diagnostics = site_config(self._source)
        return translations(config.language) if config else edge.terminal_words()


class _Lines(_Spoken):
    """Now and then a line."""

    def __init__(self, source: Path) -> None:
        super().__init__(source)
        self._due = time.monotonic() + PATIENCE

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        if time.monotonic() < self._due or done >= total:
            return
        line = self._words.gettext("{stage}: {done} of {total}")
        click.echo(line.format(stage=self._words.gettext(_STAGES[stage]), done=done, total=total), err=True)
        self._due = time.monotonic() + PAUSE


class _Bar(_Spoken):
    """One bar for each stage, from the moment on when waiting gets long."""

    def __init__(self, source: Path) -> None:
        super().__init__(source)
        self._due = time.monotonic() + PATIENCE
        self._bars: Bars | None = None
        self._tasks: dict[Stage, TaskID] = {}

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        if self._bars is None:
            if time.monotonic() < self._due or done >= total:
                return
            self._bars = _bars()
            self._bars.start()
        if not total:
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(self._words.gettext(_STAGES[stage]), total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)
        if time.monotonic() >= self._due:
            self._bars.refresh()
            self._due = time.monotonic() + REFRESH

    def stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()


def _bars() -> "Bars":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # a refresh thread would be forked into workers in the middle of its drawing
    return Bars(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
