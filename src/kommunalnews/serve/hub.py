"""A build's outcome → what open pages are told."""

import asyncio
import contextlib
import json
import secrets

import msgspec


class Shown(msgspec.Struct, frozen=True):
    """A diagnostic as the build printed it (``--format json``)."""

    severity: str
    code: str
    message: str
    hint: str
    path: str
    line: int
    column: int
    length: int
    excerpt: str
    rendered: str


class Summary(msgspec.Struct, frozen=True):
    """What a build did, as it printed it; fields that nobody here asks for are left out."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    lines: tuple[str, ...]


class Outcome(msgspec.Struct, frozen=True):
    """How a build ended: the document that ``build --format json`` prints."""

    ok: bool
    language: str
    diagnostics: tuple[Shown, ...]
    summary: Summary | None = None
    """None where nothing could be built."""
    crash: str = ""
    """What the build said last when it broke down."""

    @property
    def errors(self) -> tuple[Shown, ...]:
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error")


class State(msgspec.Struct, frozen=True):
    """What an open page compares itself with; each part is a name that changes with what it stands for."""

    page: str
    """Anything but style sheets: reload."""
    style: str
    """Style sheets: swap them."""
    panel: str
    """The diagnostics: fetch the panel."""


class Hub:
    """The newest outcome, and everybody who waits for the next."""

    def __init__(self) -> None:
        self._session = secrets.token_hex(4)  # a restarted server never repeats a name
        self._number = 0
        self._changed = asyncio.Event()
        self.outcome: Outcome | None = None
        self.state = State(self._name(), self._name(), self._name())
        self.building = True
        """A build is under way: what is missing now may be back in a moment."""
        self.closing = False

    def _name(self) -> str:
        self._number += 1
        return f"{self._session}-{self._number}"

    def publish(self, outcome: Outcome, *, only_styles: bool) -> None:
        """Tell every open page what the build changed."""
        self.building = False
        before, self.outcome = self.outcome, outcome
        wrote = outcome.summary is not None and bool(outcome.summary.written or outcome.summary.removed)
        if before is None or (wrote and not only_styles):
            self.state = msgspec.structs.replace(self.state, page=self._name())
        elif wrote:
            self.state = msgspec.structs.replace(self.state, style=self._name())
        if before is None or (before.errors, before.crash) != (outcome.errors, outcome.crash):
            self.state = msgspec.structs.replace(self.state, panel=self._name())
        self._wake()

    def close(self) -> None:
        """Let every open stream end."""
        self.closing = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, known: State | None, *, longest: float) -> State:
        """The state as soon as it differs from ``known``, or after ``longest`` seconds."""
        changed = self._changed
        if self.state == known and not self.closing:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), longest)
        return self.state


def event(state: State) -> str:
    """A state as a server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    return f"event: state\ndata: {json.dumps(msgspec.to_builtins(state))}\n\n"
