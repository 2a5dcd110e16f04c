"""The values that parsing yields. Each stage has its own type, so nothing is ever half filled."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from kommunalnews.choices import ArticlePdf, Focus
from kommunalnews.diagnostics import Diagnostic, Location
from kommunalnews.digest import Digest
from kommunalnews.moments import Moment
from kommunalnews.scales import Treatment

Kind = Literal["article", "page", "vendor", "issue", "authors", "asset"]


class SourceFile(msgspec.Struct, frozen=True, array_like=True):
    """A file under ``content/`` as it was found: not yet read."""

    path: str
    """Below the source folder, NFC, forward slashes: ``content/articles/2017/x.md``."""
    kind: Kind
    size: int
    mtime_ns: int
    inode: int
    ctime_ns: int = 0
    """When its bytes, name or rights changed last; no program can set it at will. 0 where the system has no such."""


Places = bytes
"""Where fields stand, encoded: most are never asked for."""
NO_PLACES = b""


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """A location without its path, which is that of the file."""

    field: str
    line: int
    column: int
    length: int
    excerpt: str


def encoded_places(places: Mapping[str, Location]) -> Places:
    """Keep where the fields of a file stand."""
    found = tuple(_Place(name, at.line, at.column, at.length, at.excerpt) for name, at in places.items())
    return msgspec.msgpack.encode(found)


def place_of(places: Places, field: str, path: str) -> Location:
    """Where ``field`` stands in the file ``path``, or the file as a whole."""
    if places:
        for found in msgspec.msgpack.decode(places, type=tuple[_Place, ...]):
            if found.field == field:
                return Location(path, found.line, found.column, found.length, found.excerpt)
    return Location(path)


class Asset(msgspec.Struct, frozen=True, array_like=True):
    """A file that articles show or link."""

    path: str
    """Its source path."""
    digest: Digest
    address: str
    width: int = 0
    """Pixels as shown, after turning as the camera says; 0 for what is no picture, or has no size of its own."""
    height: int = 0
    treatment: Treatment = "file"
    credit: str = ""
    """Whom its metadata credits."""


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """A link or picture inside a text, as written, that only the whole site can resolve.

    The text's HTML carries ``kn-link:N`` or ``kn-picture:N`` in its place, N counting references of that kind from 0.
    """

    kind: Literal["link", "picture"]
    target: str
    """Percent-decoded, NFC, without fragment: ``../2017/x.md``, ``/images/a.png``, ``/meldungen/2017/x/``; empty for
    a fragment in the same text."""
    location: Location
    anchor: str = ""
    """The fragment without ``#``."""
    credit: str = ""
    """Whom the caption or the embed of a picture credits: ``Foto: Name``."""


class Heading(msgspec.Struct, frozen=True):
    """A heading inside a text."""

    level: int
    """2 to 6, after shifting."""
    id: str
    text: str


class RenderedBody(msgspec.Struct, frozen=True):
    """A Markdown text as sanitised HTML, with what was learnt on the way."""

    html: str
    text: str
    """Plain text for search and teasers: no tags, white space folded."""
    references: tuple[Reference, ...]
    anchors: tuple[str, ...]
    """Every ``id`` in the HTML."""
    headings: tuple[Heading, ...]
    words: int


class PictureMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``image:`` in front matter."""

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    focal: Focus | None = None
    """What must stay in view where the picture is cropped."""
    decorative: bool = False
    """That it has no alternative text is meant."""


class CorrectionMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of ``corrections:``."""

    date: Moment
    text: str


class FrontMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What stands between the two ``---`` of an article, typed."""

    title: str
    date: Moment
    section: str
    kicker: str = ""
    lead: str = ""
    tags: tuple[str, ...] = ()
    location: str = ""
    author: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    image: PictureMatter | None = None
    updated: Moment | None = None
    publish_at: Moment | None = None
    expires_at: Moment | None = None
    draft: bool = False
    slug: str = ""
    aliases: tuple[str, ...] = ()
    teaser: str = ""
    related: tuple[str, ...] = ()
    corrections: tuple[CorrectionMatter, ...] = ()
    pdf: ArticlePdf | None = None
    """What the article says against the site's own choice."""
    coordinates: str = ""
    """Where the place lies, as latitude and longitude: ``49.444, 7.769``."""
    vendors: tuple[str, ...] = ()
    """Vendors it is about, by name or file."""

    @property
    def changed(self) -> Moment:
        """When there was something new to read in it last: never before its date."""
        written = [self.date, *([self.updated] if self.updated else [])]
        return max([*written, *(correction.date for correction in self.corrections)])


class BodySummary(msgspec.Struct, frozen=True, array_like=True):
    """What stays in memory of a text: all but the text itself, which is found in the store by its digest."""

    digest: Digest
    """Of the ``RenderedBody``; the store's key of its bytes."""
    references: tuple[Reference, ...] = ()
    anchors: tuple[str, ...] = ()
    words: int = 0


class Article(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """An article by itself, not yet among others."""

    path: str
    """Its source file."""
    digest: Digest
    """Of that path and of the file's text: the whole account of what is known of it by itself."""
    face: Digest
    """Of that path and of all but the body and the corrections: the account of what others may show of it."""
    matter: FrontMatter
    slug: str
    """Last part of its address."""
    lead_html: str
    teaser: str
    """Plain text: the teaser written, else the lead, else the first words of the body."""
    body: BodySummary
    places: Places = NO_PLACES
    """Where each front matter field stands, for diagnostics that only the whole site can find: ``section``,
    ``tags.0``, ``related.1``, ``image.src``."""
    corrections: tuple[str, ...] = ()
    """Inline HTML of each correction."""
    caption_html: str = ""

    def place(self, field: str) -> Location:
        """Where ``field`` stands, or the file as a whole."""
        return place_of(self.places, field, self.path)


PageTemplate = Literal["standard", "easy-language", "sign-language"]
"""For whom a standing page is set: Leichte Sprache, in large type and marked as such; Gebärdensprache, with a wide
video."""


class PageMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Front matter of a standing page."""

    title: str
    lead: str = ""
    slug: str = ""
    updated: Moment | None = None
    draft: bool = False
    aliases: tuple[str, ...] = ()
    template: PageTemplate = "standard"


class StandingText(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """A standing page by itself: Impressum, Datenschutz."""

    path: str
    matter: PageMatter
    slug: str
    """Path below the root: ``impressum``; folders under ``content/pages/`` stay: ``hilfe/suche``."""
    lead_html: str
    description: str
    body: BodySummary
    places: Places = NO_PLACES

    def place(self, field: str) -> Location:
        """Where ``field`` stands, or the file as a whole."""
        return place_of(self.places, field, self.path)


class VendorMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Front matter of a vendor."""

    name: str
    postcode: str = ""
    city: str = ""
    url: str = ""
    logo: str = ""
    sections: tuple[str, ...] = ()
    from_: Moment | None = None
    until: Moment | None = None
    """Last day on which the entry is shown (the whole day, where no time is written)."""
    slug: str = ""
    paid: bool = True
    """Whether the entry is an advertisement."""


class VendorText(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """A vendor by itself."""

    path: str
    matter: VendorMatter
    slug: str
    description: str
    body: BodySummary
    places: Places = NO_PLACES

    def place(self, field: str) -> Location:
        """Where ``field`` stands, or the file as a whole."""
        return place_of(self.places, field, self.path)


class IssueMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """An issue (Ausgabe): which articles belong together between two covers."""

    title: str
    date: Moment
    """When it comes out: it is withheld until then."""
    number: str = ""
    """As readers cite it: ``7/2018``."""
    from_: Moment | None = None
    until: Moment | None = None
    """First and last day of the articles that belong to it (the whole day, where no time is written)."""
    articles: tuple[str, ...] = ()
    """Or those articles by name, in the order in which they are read."""
    cover: PictureMatter | None = None
    editorial: str = ""
    """Markdown."""
    author: tuple[str, ...] = ()
    """Of the editorial."""
    pdf: ArticlePdf | None = None
    draft: bool = False


class IssueText(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """An issue by itself, not yet among articles. Its text is the editorial."""

    path: str
    matter: IssueMatter
    slug: str
    description: str
    body: BodySummary
    places: Places = NO_PLACES
    caption_html: str = ""
    """Of the cover picture."""

    def place(self, field: str) -> Location:
        """Where ``field`` stands, or the file as a whole."""
        return place_of(self.places, field, self.path)


class AuthorMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of ``authors.yaml``."""

    name: str
    role: str = ""
    email: str = ""
    bio: str = ""
    mark: str = ""
    slug: str = ""
    image: PictureMatter | None = None
    links: tuple[str, ...] = ()


class AuthorText(msgspec.Struct, frozen=True):
    """A writer by himself or herself."""

    key: str
    """As articles name it."""
    mark: str
    """``mark``, or the key where it is at most four lower-case letters, or empty."""
    slug: str
    matter: AuthorMatter
    biography: str
    """HTML, sanitised."""
    place: Location


class AuthorsFile(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """``authors.yaml``."""

    authors: tuple[AuthorText, ...]


Item = Article | StandingText | VendorText | IssueText | AuthorsFile


class ParseSettings(msgspec.Struct, frozen=True):
    """The part of the config that parsing reads."""

    language: str
    timezone: str
    """IANA name, known to exist."""
    own_hosts: tuple[str, ...] = ()
    """Hosts whose addresses are this site's own."""
    embed_hosts: tuple[str, ...] = ()
    """Hosts whose players a browser may load, after a click."""


class Parsed(msgspec.Struct, frozen=True, array_like=True):
    """What became of one source file: a value, or only diagnostics."""

    item: Item | None
    body: RenderedBody | None
    """The text itself, to be stored under ``item.body.digest``."""
    diagnostics: tuple[Diagnostic, ...]
