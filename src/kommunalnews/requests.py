"""What is asked of a build, and what it answers: the two ends of the line."""

from collections.abc import Callable
from typing import Literal

import msgspec

from kommunalnews.diagnostics import Diagnostic
from kommunalnews.moments import Moment

Reason = Literal["draft", "scheduled", "expired"]
Stage = Literal["parse", "render", "search", "compress", "pdf"]
STORE_LIMIT = 2 * 10**9
"""Bytes that are kept where nobody says otherwise."""
Progress = Callable[[Stage, int, int], None]
"""Called with the stage, what is done and what there is in all."""


class BuildRequest(msgspec.Struct, frozen=True):
    """Everything a build depends on that is not in a file."""

    source: str
    """The folder that holds ``content/``; absolute."""
    destination: str
    """The folder to publish into; absolute."""
    now: int
    """Seconds since 1970-01-01T00:00:00Z."""
    base_url: str = ""
    """Overrides ``base_url`` of site.yaml."""
    drafts: bool = False
    """Show drafts, with a badge."""
    future: bool = False
    """Show what is embargoed, with a badge."""
    expired: bool = False
    """Show what has expired, with a badge."""
    jobs: int = 1
    """Worker processes."""
    cluster: str = ""
    """The address of a Dask cluster that makes PDFs, or ``local`` for one of our own; empty for processes here."""
    pdf: bool = True
    strict: bool = False
    """Treat warnings as errors."""
    cache: str = ""
    """The folder of the store; empty keeps nothing beyond this build."""
    store: str = ""
    """The URL of a store that other machines share, behind the folder ``cache``; empty where there is none."""
    store_limit: int = STORE_LIMIT
    """Bytes that entries may take in the folder, and as many at the URL."""
    patience: float = 0.0
    """Seconds to wait for another build that is at work with the same store."""
    clock: int = 0
    """The moment of the build whatever ``now`` says, to date entries by; seconds since 1970, 0 dates nothing."""
    search: bool = False
    """Make the search index, where the site wants one."""


class Withheld(msgspec.Struct, frozen=True):
    """A source that is not public at the moment."""

    path: str
    title: str
    reason: Reason
    until: Moment | None = None
    """When an embargo ends."""


class ListedArticle(msgspec.Struct, frozen=True):
    """An article in a listing for editors."""

    path: str
    title: str
    kicker: str
    status: Literal["published", "draft", "scheduled", "expired"]
    date: Moment
    until: Moment | None
    """When an embargo ends, or when the article expired."""
    href: str


class ListedPlace(msgspec.Struct, frozen=True):
    """A place in a listing for editors."""

    name: str
    count: int
    """Articles about it."""
    latitude: float | None
    longitude: float | None
    """Degrees; None where nobody knows where it lies."""
    state: str
    """Short sign of the federal state, or empty."""


class Change(msgspec.Struct, frozen=True):
    """The site will look different from this moment on, though nobody edits anything."""

    at: Moment
    what: Literal["publish", "expire", "vendor"]
    path: str


class BuildReport(msgspec.Struct, frozen=True):
    """What a build did."""

    language: str
    """Of the site: the language that the report is told in."""
    diagnostics: tuple[Diagnostic, ...]
    """Sorted, without doubles."""
    articles: int
    """Articles published."""
    written: tuple[str, ...] = ()
    """Output paths."""
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    next_change: Change | None = None

    @property
    def failed(self) -> bool:
        """True where a diagnostic is an error: exit code 1."""
        return any(diagnostic.is_error for diagnostic in self.diagnostics)
