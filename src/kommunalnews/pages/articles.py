"""The page of an article and its print view."""

from typing import Literal

from kommunalnews.moments import Moment
from kommunalnews.pages.frame import Head
from kommunalnews.pages.pieces import Author, Body, Link, Model, Picture, Point, Teaser, Term


class Correction(Model, frozen=True):
    """A mistake that was put right, said openly."""

    date: Moment
    text: str
    """Inline HTML, sanitised."""


class ArticlePage(Model, frozen=True):
    """An article. Parts: masthead, footer. Fragments: more, vendors, latest."""

    head: Head
    href: str
    url: str
    kicker: str
    title: str
    date: Moment
    updated: Moment | None
    changed: Moment
    """When there was something new to read in it last: its date, where it was never updated or corrected."""
    lead: str
    """Inline HTML, sanitised."""
    body: Body
    words: int
    authors: tuple[Author, ...]
    links: tuple[Link, ...]
    """External links at the end of the article."""
    section: Term
    tags: tuple[Term, ...]
    location: Term | None
    picture: Picture | None
    corrections: tuple[Correction, ...]
    point: Point | None
    """Where ``location`` lies, if that is known."""
    related: tuple[Teaser, ...]
    print_view: str
    pdf: str
    """Href, or empty where there is none."""
    mail: str
    """``mailto:`` with subject and body."""
    badge: Literal["", "draft", "scheduled", "expired"] = ""
    badge_until: Moment | None = None
    older: Link | None = None
    newer: Link | None = None
    """The neighbours in its section."""


Layout = Literal["column", "page", "columns"]
"""How paper sets a text: in one column; in two on a single page, with the picture in the first; in two, below the
picture."""


class PrintPage(Model, frozen=True):
    """The print view of an article, which the PDF is made of. Nothing on it changes when other articles do."""

    head: Head
    url: str
    """The article's own address."""
    kicker: str
    title: str
    date: Moment
    updated: Moment | None
    changed: Moment
    """When there was something new to read in it last: its date, where it was never updated or corrected."""
    lead: str
    body: Body
    words: int
    authors: tuple[Author, ...]
    links: tuple[Link, ...]
    section: str
    tags: tuple[str, ...]
    location: str
    picture: Picture | None
    corrections: tuple[Correction, ...]
    layout: Layout
    has_rail: bool
    """Whether code, keywords and links of a text in one column have room beside it; else they stand below it."""
    badge: Literal["", "draft", "scheduled", "expired"] = ""
