"""What stands around a page: what all pages share, its head, masthead and footer, and what stands beside it."""

from typing import Literal

from kommunalnews.pages.pieces import Link, Model, Picture, Teaser, Term, Vendor


class Chrome(Model, frozen=True):
    """What every page of the site shares."""

    title: str
    tagline: str
    language: str
    base_url: str
    """Absolute, ends with ``/``."""
    base_path: str
    """Path of ``base_url``, ends with ``/``."""
    publisher: str
    email: str
    home: str
    search: str
    """Empty where the site has no search."""
    archive: str
    vendors: str
    corrections: str
    """Empty where there are none."""
    tags: str
    places: str
    authors: str
    section_index: str
    issues: str
    """Empty where there are none."""
    sections: tuple[Term, ...]
    footer: tuple[Link, ...]
    menu: tuple[Link, ...]
    """Extra entries of the main menu."""
    feeds: tuple[Link, ...]
    """Atom, RSS and JSON of the whole site: label and href."""
    assets: tuple[tuple[str, str], ...]
    """``css/site.css`` → href with the digest in it; templates ask with ``asset("css/site.css")``."""
    picture_credits: str = ""
    """Empty where nobody is credited."""
    newsletter: str = ""
    """Where there is one."""
    frame_hosts: tuple[str, ...] = ()
    """Whose videos and maps may be loaded, after a click."""
    preview: bool = False
    """True when unpublished items are shown: pages carry a badge and are not indexed."""


class Head(Model, frozen=True):
    """What stands in ``<head>``."""

    title: str
    """The page's own title, without the site's."""
    description: str
    canonical: str
    """Absolute URL."""
    kind: Literal["website", "article"] = "website"
    picture: Picture | None = None
    feeds: tuple[Link, ...] = ()
    """Feeds of this page's own list, beside those of the site."""
    indexable: bool = True
    older: str = ""
    newer: str = ""
    """Neighbouring list pages (href)."""
    needs: Literal["", "wasm"] = ""
    """What its Content-Security-Policy must allow beyond that of other pages."""


class Masthead(Model, frozen=True):
    """The part at the top of every page."""

    current: str = ""
    """Href of the section the page belongs to."""


class Footer(Model, frozen=True):
    """The part at the foot of every page."""


class TeaserBlock(Model, frozen=True):
    """A fragment's content: a headline and some teasers."""

    kind: Literal["latest", "more"]
    """"Aktuelle Meldungen" or "Weitere Meldungen und Beiträge aus dem Bereich …"."""
    section: Term | None
    teasers: tuple[Teaser, ...]


class VendorBlock(Model, frozen=True):
    """A fragment's content: "Ausgewählte Anbieter aus dem Bereich …"."""

    section: Term | None
    vendors: tuple[Vendor, ...]
