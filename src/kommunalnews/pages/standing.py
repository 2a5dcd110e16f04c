"""Pages that are no article and no list: standing texts, corrections, credits, search, messages, newsletters."""

from typing import Literal

from kommunalnews.moments import Moment
from kommunalnews.pages.articles import Correction
from kommunalnews.pages.frame import Head
from kommunalnews.pages.issues import IssueChapter
from kommunalnews.pages.pieces import Body, Link, Model, Teaser


class CorrectionNote(Model, frozen=True):
    """A correction beside the article that it is about."""

    correction: Correction
    teaser: Teaser


class CorrectionsPage(Model, frozen=True):
    """All corrections of public articles, newest first."""

    head: Head
    years: tuple[tuple[int, tuple[CorrectionNote, ...]], ...]


class StandingPage(Model, frozen=True):
    """Impressum, Datenschutz and the like."""

    head: Head
    title: str
    lead: str
    body: Body
    updated: Moment | None
    badge: Literal["", "draft", "scheduled", "expired"] = ""
    template: Literal["standard", "easy-language", "sign-language"] = "standard"
    """For whom it is set."""


class CreditedArticle(Model, frozen=True):
    """An article and how many of its pictures somebody is credited for."""

    link: Link
    count: int


class CreditGroup(Model, frozen=True):
    """Somebody who made pictures, and the articles that show them."""

    name: str
    articles: tuple[CreditedArticle, ...]


class CreditsPage(Model, frozen=True):
    """All picture credits; of a large portal, those of one year."""

    head: Head
    groups: tuple[CreditGroup, ...]
    years: tuple[Link, ...] = ()
    """The pages of the years, where each has one."""


class SearchPage(Model, frozen=True):
    """The search form, and other ways to a report."""

    head: Head
    index: str
    """Href of the folder with the program that searches, and with the index of pages and vendors; empty where there
    is no index."""
    shards: tuple[str, ...]
    """Href of the folder of each other shard, newest first."""


class MessagePage(Model, frozen=True):
    """A page with nothing but the site's own words: 404."""

    head: Head
    kind: Literal["not-found"]


class NewsletterPage(Model, frozen=True):
    """The newsletter of a week: as a page, as an HTML mail and as plain text."""

    head: Head
    title: str
    name: str
    """Of the week."""
    first: Moment
    last: Moment
    url: str
    chapters: tuple[IssueChapter, ...]
    leading: str
    """URL of the article whose picture leads the mail; empty where none has one."""
    subscribe: str
    unsubscribe: str
    """An address, or what the program that sends the mail puts one in for; or empty."""
    text: str
    """Href of the plain text."""
    older: Link | None = None
    newer: Link | None = None


class NewsletterIndexPage(Model, frozen=True):
    """The newsletters of all weeks, newest first, and how to subscribe."""

    head: Head
    title: str
    description: str
    subscribe: str
    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    """Year and its weeks."""


class AliasPage(Model, frozen=True):
    """An old address that leads to the new one."""

    head: Head
    target: str
    url: str
