"""The pieces that pages of all kinds are put together from: links, pictures, texts, what shows an article elsewhere."""

from typing import Literal

import msgspec

from kommunalnews.digest import Digest
from kommunalnews.moments import Moment
from kommunalnews.scales import Format


class Model(msgspec.Struct, frozen=True, tag=True):
    """Tagged with its class name, so that a page model says in its bytes what it is."""


class Link(Model, frozen=True):
    """A labelled address."""

    label: str
    href: str
    current: bool = False
    """True where the page that shows it is the one it leads to (or lies below)."""


class Term(Model, frozen=True):
    """One value of a taxonomy as a link: section, tag, place, author, year or month."""

    name: str
    href: str
    count: int = 0
    """Number of articles; 0 where the page should not depend on it."""
    description: str = ""


class Point(Model, frozen=True):
    """Where something lies, in degrees."""

    latitude: float
    longitude: float


class Picture(Model, frozen=True):
    """A picture ready to show."""

    href: str
    url: str
    width: int
    height: int
    """Pixels; 0 where the file does not say."""
    alt: str = ""
    caption: str = ""
    """Inline HTML, sanitised."""
    credit: str = ""
    widths: tuple[int, ...] = ()
    """In which screens are offered it; none where there is only the picture itself."""
    plain_widths: tuple[int, ...] = ()
    """Those in which it also comes in the format of ``href``."""
    formats: tuple[Format, ...] = ()
    """The formats that are better than that of ``href``, best first."""
    focus: str = ""
    """Classes that say what must stay in view where it is cropped."""


class Body(Model, frozen=True):
    """A text by its digest, with what its inner references lead to on this page."""

    digest: Digest
    links: tuple[str, ...] = ()
    """For reference number N its href, or empty where the link leads nowhere public."""
    pictures: tuple[Picture | None, ...] = ()
    """For picture number N its file; None where it is missing."""


class Author(Model, frozen=True):
    """A writer."""

    mark: str
    """The short sign under an article, (bs); empty for writers who have none."""
    name: str
    href: str
    role: str = ""
    email: str = ""
    biography: str = ""
    """HTML, sanitised."""


class Teaser(Model, frozen=True):
    """The text that others show of an article."""

    href: str
    url: str
    kicker: str
    title: str
    text: str
    """Plain text, two or three sentences."""
    date: Moment
    section: str
    picture: Picture | None = None
    badge: Literal["", "draft", "scheduled", "expired"] = ""
    """Why it is not public; only in previews."""


class Vendor(Model, frozen=True):
    """An entry in the directory; a paid one is labelled "Anzeige"."""

    name: str
    href: str
    postcode: str = ""
    city: str = ""
    website: str = ""
    logo: Picture | None = None
    sections: tuple[Term, ...] = ()
    paid: bool = True
    """Whether it is an advertisement, and labelled so."""


class Fragment(Model, frozen=True):
    """A block that other articles change: inlined, or fetched by the server or the browser.

    What it holds is no part of the page: where it is inlined, the output names the part that stands in its place.
    """

    mode: Literal["inline", "ssi", "client"]
    label: str
    href: str
    """Where the fragment stands by itself (``ssi`` and ``client``)."""
    fallback: str
    """Where the same is found without it: a plain link."""
