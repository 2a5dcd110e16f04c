"""Articles bound as an issue: its page, its print view, its EPUB."""

from typing import Literal

from kommunalnews.moments import Moment
from kommunalnews.pages.articles import Correction, Layout
from kommunalnews.pages.frame import Head
from kommunalnews.pages.pieces import Author, Body, Link, Model, Picture, Teaser, Term


class IssueCard(Model, frozen=True):
    """What others show of an issue."""

    href: str
    url: str
    title: str
    number: str
    date: Moment
    cover: Picture | None
    """None where the cover is all type."""
    badge: Literal["", "draft", "scheduled", "expired"] = ""


class IssueChapter(Model, frozen=True):
    """The articles of a section in an issue."""

    section: Term
    teasers: tuple[Teaser, ...]


class IssuePage(Model, frozen=True):
    """An issue. Parts: masthead, footer."""

    head: Head
    issue: IssueCard
    editorial: Body | None
    editors: tuple[Author, ...]
    chapters: tuple[IssueChapter, ...]
    print_view: str
    pdf: str
    """Href, or empty where there is none."""
    epub: str
    older: Link | None = None
    newer: Link | None = None


class IssueIndexPage(Model, frozen=True):
    """All issues, newest first."""

    head: Head
    issues: tuple[IssueCard, ...]


class IssueArticle(Model, frozen=True):
    """An article inside an issue, whole."""

    place: str
    """Where it stands in the issue: an ``id`` in the print view, a file's name in the EPUB."""
    url: str
    """Its own address on the site."""
    kicker: str
    title: str
    date: Moment
    updated: Moment | None
    lead: str
    body: Body
    words: int
    authors: tuple[Author, ...]
    links: tuple[Link, ...]
    section: str
    picture: Picture | None
    corrections: tuple[Correction, ...]
    layout: Layout
    """How the print view sets it."""
    badge: Literal["", "draft", "scheduled", "expired"] = ""


class BoundChapter(Model, frozen=True):
    """The articles of a section in an issue, whole."""

    section: str
    place: str
    """An ``id`` in the print view."""
    articles: tuple[IssueArticle, ...]


class IssuePrintPage(Model, frozen=True):
    """The print view of an issue, which its PDF is made of."""

    head: Head
    issue: IssueCard
    editorial: Body | None
    editors: tuple[Author, ...]
    chapters: tuple[BoundChapter, ...]
    words: int
    """Of all texts in it."""
    updated: Moment


class BookFile(Model, frozen=True):
    """A file in an EPUB, as its package document lists it."""

    id: str
    href: str
    media_type: str
    properties: str = ""


class Book(Model, frozen=True):
    """An issue as an EPUB: its package document, navigation, cover and editorial are made of this."""

    issue: IssueCard
    identifier: str
    """A URN that stays when the book is made again."""
    modified: str
    """``2018-07-31T10:00:00Z``: of the newest of its articles."""
    description: str
    editorial: Body | None
    editors: tuple[Author, ...]
    chapters: tuple[BoundChapter, ...]
    files: tuple[BookFile, ...]
    texts: tuple[str, ...]
    """The ids of the files that are read, in order."""
    has_pictures: bool
    may_flash: bool
    """Whether a picture is of a kind that may move."""
    is_described: bool
    """Whether the cover and every article's picture say what they show."""


class BookArticle(Model, frozen=True):
    """An article of an EPUB: a file of its own."""

    article: IssueArticle
