"""What programs read: feeds, sitemaps, rules for servers."""

from typing import Literal

from kommunalnews.moments import Moment
from kommunalnews.pages.pieces import Author, Body, Model, Picture


class Redirects(Model, frozen=True):
    """The ``_redirects`` file: old address, new address."""

    rules: tuple[tuple[str, str], ...]


class FeedItem(Model, frozen=True):
    """An article in a feed, full text."""

    url: str
    id: str
    """A tag URI (RFC 4151) that stays when the address changes."""
    kicker: str
    title: str
    date: Moment
    updated: Moment
    summary: str
    """Plain text."""
    lead: str
    body: Body
    authors: tuple[Author, ...]
    categories: tuple[str, ...]
    picture: Picture | None
    pdf: str
    """Absolute URL of its PDF, or empty."""


class Feed(Model, frozen=True):
    """Articles for feed readers: templates ``feeds/atom.xml``, ``feeds/rss.xml``, ``feeds/feed.json``."""

    title: str
    url: str
    """The page it belongs to."""
    self_url: str
    id: str
    updated: Moment
    items: tuple[FeedItem, ...]
    hub: str = ""
    """The WebSub hub that tells of its changes."""


class SitemapEntry(Model, frozen=True):
    """An address for search engines."""

    url: str
    updated: Moment | None = None
    title: str = ""
    """News sitemap only."""
    published: Moment | None = None
    pictures: tuple[str, ...] = ()
    """Absolute URLs of what it shows."""


class Sitemap(Model, frozen=True):
    """``sitemap.xml``, one part of it, or ``sitemap-news.xml``."""

    entries: tuple[SitemapEntry, ...]


class SitemapIndex(Model, frozen=True):
    """The list of sitemaps of a large site."""

    entries: tuple[SitemapEntry, ...]


class Robots(Model, frozen=True):
    """``robots.txt``."""

    sitemaps: tuple[str, ...]
    indexable: bool


class ServerRules(Model, frozen=True):
    """What a web server should say with each file: ``_headers``, and the snippets for nginx and Apache."""

    search: str
    """Href of the search page: it alone runs WebAssembly."""
    not_found: str
    immutable: tuple[str, ...]
    """Hrefs of folders whose files are always named with their digest."""
    fonts: str
    web_manifest: str
    feeds: tuple[tuple[str, str], ...]
    """File name of a feed and its media type."""
    has_includes: bool
    """Whether pages hold server-side includes."""
    codings: tuple[Literal["br", "gz"], ...]
    """Codings in which text files are there a second time."""
    mails: str = ""
    """Href of the folder of newsletters, whose mails carry styles that no page may: browsers save them."""


class SecurityText(Model, frozen=True):
    """``security.txt``: names of fields and their values, in order."""

    fields: tuple[tuple[str, str], ...]


class WebManifest(Model, frozen=True):
    """``manifest.webmanifest``: what a device needs to know to put the site on its home screen."""

    description: str
