"""The values that assembling yields: articles and terms in their places."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from kommunalnews.config import Config
from kommunalnews.content.model import Article, AuthorText, IssueText, StandingText, VendorText
from kommunalnews.geography import Spot
from kommunalnews.moments import Moment
from kommunalnews.requests import Change, Withheld
from kommunalnews.site.related import Related

NEWS_AGE = 172_800
"""Seconds that an article stays in the News sitemap: two days."""
Badge = Literal["", "draft", "scheduled", "expired"]


class Entry(msgspec.Struct, frozen=True):
    """An article in its place on the site."""

    article: Article
    path: str
    """Its source file."""
    address: str
    section: str
    """The section's name as site.yaml writes it."""
    related: tuple[str, ...] = ()
    """Paths of the published articles that belong to it: first those that are named."""
    badge: Badge = ""
    tags: tuple[str, ...] = ()
    """As the site calls them: synonyms are gone."""
    place: str = ""
    """Likewise."""
    until: Moment | None = None
    """With a badge: when the embargo ends, or when it expired."""

    @property
    def published(self) -> Moment:
        """When it became public."""
        return self.article.matter.publish_at or self.article.matter.date


class Term(msgspec.Struct, frozen=True):
    """One value of a taxonomy with its articles, newest first."""

    name: str
    slug: str
    address: str
    entries: tuple[Entry, ...]
    description: str = ""
    former: tuple[str, ...] = ()
    """Slugs that lead here."""
    spot: Spot | None = None
    """Where a place lies, if that is known."""


class Writer(msgspec.Struct, frozen=True):
    """An author with his or her articles, newest first."""

    author: AuthorText
    address: str
    entries: tuple[Entry, ...]


class Chapter(msgspec.Struct, frozen=True):
    """The articles of a section in an issue, in the order in which they are read."""

    section: str
    entries: tuple[Entry, ...]


class Issue(msgspec.Struct, frozen=True):
    """An issue in its place on the site."""

    text: IssueText
    address: str
    chapters: tuple[Chapter, ...]
    badge: Badge = ""

    @property
    def path(self) -> str:
        """Its source file."""
        return self.text.path

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All its articles, in the order in which they are read."""
        return tuple(entry for chapter in self.chapters for entry in chapter.entries)


class Site(msgspec.Struct, frozen=True):
    """Everything that is public at one moment, in order."""

    config: Config
    now: Moment
    entries: tuple[Entry, ...]
    """Newest first."""
    related: Related
    """What was found to belong together."""
    by_path: Mapping[str, Entry]
    sections: tuple[Term, ...]
    """In the order of site.yaml, empty ones too."""
    tags: tuple[Term, ...]
    """In the order of their slugs."""
    places: tuple[Term, ...]
    writers: tuple[Writer, ...]
    by_author: Mapping[str, Writer]
    """By the key that articles name."""
    years: tuple[tuple[int, tuple[Entry, ...]], ...]
    """Newest first."""
    vendors: tuple[VendorText, ...]
    """By name; only those whose time it is."""
    by_vendor: Mapping[str, tuple[Entry, ...]]
    """Articles that name a vendor, newest first, by its source path."""
    pages: tuple[StandingText, ...]
    """By path."""
    issues: tuple[Issue, ...]
    """Newest first."""
    sources: Mapping[str, str]
    """Source path → address, for everything public that has a page."""
    hidden: frozenset[str]
    """Source paths that exist but are not public."""
    withheld: tuple[Withheld, ...]
    next_change: Change | None
    until: int | None = None
    """The first second, counted from 1970, at which anything may be different though nobody edits anything."""
    preview: bool = False


class Showing(msgspec.Struct, frozen=True):
    """What is shown besides what is public: for previews."""

    drafts: bool = False
    future: bool = False
    expired: bool = False
