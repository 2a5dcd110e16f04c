"""Front page, lists of articles, indexes of them, vendors; and the maps that stand there."""

from typing import Literal

from kommunalnews.pages.frame import Head
from kommunalnews.pages.pieces import Author, Body, Link, Model, Picture, Teaser, Term, Vendor


class MapState(Model, frozen=True):
    """A federal state on the map."""

    path: str
    """``d`` of its outline."""
    is_current: bool = False
    """Whether the page is about a place in it."""


class MapMark(Model, frozen=True):
    """A place on the map, with those that are too near to be told apart; in kilometres from the map's upper left."""

    name: str
    href: str
    x: int
    y: int
    radius: int
    count: int
    """Articles about all places of the mark."""
    others: int = 0
    """Places beside the one that is named."""
    label: Literal["", "left", "right"] = ""
    """On which side there is room for its name."""


class Map(Model, frozen=True):
    """Germany, drawn."""

    width: int
    height: int
    states: tuple[MapState, ...]
    marks: tuple[MapMark, ...]
    has_credit: bool
    """Whether GeoNames told where some place lies."""
    reach: int = 0
    """Radius of the disc in which a pointer meets a mark."""


class Neighbour(Model, frozen=True):
    """A place near another."""

    place: Term
    kilometres: int


class SectionBlock(Model, frozen=True):
    """A section on the home page."""

    section: Term
    teasers: tuple[Teaser, ...]


class HomePage(Model, frozen=True):
    """The front page. Parts: masthead, footer. Fragments: vendors."""

    head: Head
    lead: Teaser | None
    """The lead story."""
    top: tuple[Teaser, ...]
    """The stories beside it."""
    blocks: tuple[SectionBlock, ...]
    latest: tuple[Teaser, ...]
    vendors: tuple[Vendor, ...]
    popular: tuple[Term, ...] = ()
    """The tags that are most frequent of late, the most frequent first."""


class ListPage(Model, frozen=True):
    """Articles of a section, tag, place, author, year or month, newest first. Fragments: vendors (sections only)."""

    head: Head
    kind: Literal["section", "tag", "place", "author", "year", "month"]
    term: Term
    number: int
    """0 on the newest page; older pages are counted from the oldest, so theirs never change."""
    teasers: tuple[Teaser, ...]
    older: str = ""
    newer: str = ""
    """Href of the neighbouring pages, or empty."""
    author: Author | None = None
    months: tuple[Term, ...] = ()
    """A year and its months, on the pages of each."""
    total: int = 0
    """Articles in all; 0 on older pages, which should not depend on it. So with what follows."""
    related: tuple[Term, ...] = ()
    """Tags that belong to this one."""
    map: Map | None = None
    neighbours: tuple[Neighbour, ...] = ()
    has_credit: bool = False
    """Whether GeoNames told where the place lies, or one near it."""
    portrait: Picture | None = None
    links: tuple[Link, ...] = ()
    """Of an author."""


class TermIndexPage(Model, frozen=True):
    """All terms of a taxonomy, in the order of the alphabet (years: newest first)."""

    head: Head
    kind: Literal["section", "tag", "place", "author", "archive"]
    groups: tuple[tuple[str, tuple[Term, ...]], ...]
    """Initial letter (archive: year; places on the map: federal state, or empty for all others) and its terms."""
    map: Map | None = None


class VendorPage(Model, frozen=True):
    """A vendor's own page."""

    head: Head
    vendor: Vendor
    body: Body
    teasers: tuple[Teaser, ...] = ()
    """The newest articles that name it."""


class VendorIndexPage(Model, frozen=True):
    """The directory of vendors."""

    head: Head
    vendors: tuple[Vendor, ...]
