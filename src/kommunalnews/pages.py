"""Page models: everything a template may see, and nothing else.

Models are plain frozen values with finished addresses and unformatted moments. Other articles appear only as
``Teaser``: a changed body cannot touch a neighbour, a changed headline touches just the pages that show it.
Addresses named ``href`` start with ``/`` (with the base path already in front); ``url`` is absolute.
"""

from typing import Literal

import msgspec

from kommunalnews.digest import Digest
from kommunalnews.moments import Moment
from kommunalnews.scales import Format


class _Model(msgspec.Struct, frozen=True, tag=True):
    """Tagged with its class name, so that a page model says in its bytes what it is."""


class Link(_Model, frozen=True):
    """A labelled address."""

    label: str
    href: str
    current: bool = False
    """True where the page that shows it is the one it leads to (or lies below)."""


class Term(_Model, frozen=True):
    """One value of a taxonomy as a link: section, tag, place, author, year or month."""

    name: str
    href: str
    count: int = 0
    """Number of articles; 0 where the page should not depend on it."""
    description: str = ""


class Point(_Model, frozen=True):
    """Where something lies, in degrees."""

    latitude: float
    longitude: float


class Picture(_Model, frozen=True):
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


class Body(_Model, frozen=True):
    """A text by its digest, with what its inner references lead to on this page."""

    digest: Digest
    links: tuple[str, ...] = ()
    """For reference number N its href, or empty where the link leads nowhere public."""
    pictures: tuple[Picture | None, ...] = ()
    """For picture number N its file; None where it is missing."""


class Author(_Model, frozen=True):
    """A writer."""

    mark: str
    """The short sign under an article, (bs); empty for writers who have none."""
    name: str
    href: str
    role: str = ""
    email: str = ""
    biography: str = ""
    """HTML, sanitised."""


class Teaser(_Model, frozen=True):
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


class Vendor(_Model, frozen=True):
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


class Fragment(_Model, frozen=True):
    """A block that other articles change: inlined, or fetched by the server or the browser.

    What it holds is no part of the page: where it is inlined, the output names the part that stands in its place.
    """

    mode: Literal["inline", "ssi", "client"]
    label: str
    href: str
    """Where the fragment stands by itself (``ssi`` and ``client``)."""
    fallback: str
    """Where the same is found without it: a plain link."""


class Chrome(_Model, frozen=True):
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


class Head(_Model, frozen=True):
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


class Masthead(_Model, frozen=True):
    """The part at the top of every page."""

    current: str = ""
    """Href of the section the page belongs to."""


class Footer(_Model, frozen=True):
    """The part at the foot of every page."""


class TeaserBlock(_Model, frozen=True):
    """A fragment's content: a headline and some teasers."""

    kind: Literal["latest", "more"]
    """"Aktuelle Meldungen" or "Weitere Meldungen und Beiträge aus dem Bereich …"."""
    section: Term | None
    teasers: tuple[Teaser, ...]


class VendorBlock(_Model, frozen=True):
    """A fragment's content: "Ausgewählte Anbieter aus dem Bereich …"."""

    section: Term | None
    vendors: tuple[Vendor, ...]


class Correction(_Model, frozen=True):
    """A mistake that was put right, said openly."""

    date: Moment
    text: str
    """Inline HTML, sanitised."""


class ArticlePage(_Model, frozen=True):
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


class PrintPage(_Model, frozen=True):
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
    badge: Literal["", "draft", "scheduled", "expired"] = ""


class IssueCard(_Model, frozen=True):
    """What others show of an issue."""

    href: str
    url: str
    title: str
    number: str
    date: Moment
    cover: Picture | None
    """None where the cover is all type."""
    badge: Literal["", "draft", "scheduled", "expired"] = ""


class IssueChapter(_Model, frozen=True):
    """The articles of a section in an issue."""

    section: Term
    teasers: tuple[Teaser, ...]


class IssuePage(_Model, frozen=True):
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


class IssueIndexPage(_Model, frozen=True):
    """All issues, newest first."""

    head: Head
    issues: tuple[IssueCard, ...]


class IssueArticle(_Model, frozen=True):
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
    badge: Literal["", "draft", "scheduled", "expired"] = ""


class BoundChapter(_Model, frozen=True):
    """The articles of a section in an issue, whole."""

    section: str
    place: str
    """An ``id`` in the print view."""
    articles: tuple[IssueArticle, ...]


class IssuePrintPage(_Model, frozen=True):
    """The print view of an issue, which its PDF is made of."""

    head: Head
    issue: IssueCard
    editorial: Body | None
    editors: tuple[Author, ...]
    chapters: tuple[BoundChapter, ...]
    words: int
    """Of all texts in it."""
    updated: Moment


class BookFile(_Model, frozen=True):
    """A file in an EPUB, as its package document lists it."""

    id: str
    href: str
    media_type: str
    properties: str = ""


class Book(_Model, frozen=True):
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


class BookArticle(_Model, frozen=True):
    """An article of an EPUB: a file of its own."""

    article: IssueArticle


class MapState(_Model, frozen=True):
    """A federal state on the map."""

    path: str
    """``d`` of its outline."""
    is_current: bool = False
    """Whether the page is about a place in it."""


class MapMark(_Model, frozen=True):
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


class Map(_Model, frozen=True):
    """Germany, drawn."""

    width: int
    height: int
    states: tuple[MapState, ...]
    marks: tuple[MapMark, ...]
    has_credit: bool
    """Whether GeoNames told where some place lies."""
    reach: int = 0
    """Radius of the disc in which a pointer meets a mark."""


class Neighbour(_Model, frozen=True):
    """A place near another."""

    place: Term
    kilometres: int


class CorrectionNote(_Model, frozen=True):
    """A correction beside the article that it is about."""

    correction: Correction
    teaser: Teaser


class CorrectionsPage(_Model, frozen=True):
    """All corrections of public articles, newest first."""

    head: Head
    years: tuple[tuple[int, tuple[CorrectionNote, ...]], ...]


class SectionBlock(_Model, frozen=True):
    """A section on the home page."""

    section: Term
    teasers: tuple[Teaser, ...]


class HomePage(_Model, frozen=True):
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


class ListPage(_Model, frozen=True):
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


class TermIndexPage(_Model, frozen=True):
    """All terms of a taxonomy, in the order of the alphabet (years: newest first)."""

    head: Head
    kind: Literal["section", "tag", "place", "author", "archive"]
    groups: tuple[tuple[str, tuple[Term, ...]], ...]
    """Initial letter (archive: year; places on the map: federal state, or empty for all others) and its terms."""
    map: Map | None = None


class VendorPage(_Model, frozen=True):
    """A vendor's own page."""

    head: Head
    vendor: Vendor
    body: Body
    teasers: tuple[Teaser, ...] = ()
    """The newest articles that name it."""


class VendorIndexPage(_Model, frozen=True):
    """The directory of vendors."""

    head: Head
    vendors: tuple[Vendor, ...]


class StandingPage(_Model, frozen=True):
    """Impressum, Datenschutz and the like."""

    head: Head
    title: str
    lead: str
    body: Body
    updated: Moment | None
    badge: Literal["", "draft", "scheduled", "expired"] = ""
    template: Literal["standard", "easy-language", "sign-language"] = "standard"
    """For whom it is set."""


class CreditedArticle(_Model, frozen=True):
    """An article and how many of its pictures somebody is credited for."""

    link: Link
    count: int


class CreditGroup(_Model, frozen=True):
    """Somebody who made pictures, and the articles that show them."""

    name: str
    articles: tuple[CreditedArticle, ...]


class CreditsPage(_Model, frozen=True):
    """All picture credits; of a large portal, those of one year."""

    head: Head
    groups: tuple[CreditGroup, ...]
    years: tuple[Link, ...] = ()
    """The pages of the years, where each has one."""


class SearchPage(_Model, frozen=True):
    """The search form, and other ways to a report."""

    head: Head
    index: str
    """Href of the folder with the program that searches, and with the index of pages and vendors; empty where there
    is no index."""
    shards: tuple[str, ...]
    """Href of the folder of each other shard, newest first."""


class MessagePage(_Model, frozen=True):
    """A page with nothing but the site's own words: 404."""

    head: Head
    kind: Literal["not-found"]


class NewsletterPage(_Model, frozen=True):
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


class NewsletterIndexPage(_Model, frozen=True):
    """The newsletters of all weeks, newest first, and how to subscribe."""

    head: Head
    title: str
    description: str
    subscribe: str
    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    """Year and its weeks."""


class AliasPage(_Model, frozen=True):
    """An old address that leads to the new one."""

    head: Head
    target: str
    url: str


class Redirects(_Model, frozen=True):
    """The ``_redirects`` file: old address, new address."""

    rules: tuple[tuple[str, str], ...]


class FeedItem(_Model, frozen=True):
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


class Feed(_Model, frozen=True):
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


class SitemapEntry(_Model, frozen=True):
    """An address for search engines."""

    url: str
    updated: Moment | None = None
    title: str = ""
    """News sitemap only."""
    published: Moment | None = None
    pictures: tuple[str, ...] = ()
    """Absolute URLs of what it shows."""


class Sitemap(_Model, frozen=True):
    """``sitemap.xml``, one part of it, or ``sitemap-news.xml``."""

    entries: tuple[SitemapEntry, ...]


class SitemapIndex(_Model, frozen=True):
    """The list of sitemaps of a large site."""

    entries: tuple[SitemapEntry, ...]


class Robots(_Model, frozen=True):
    """``robots.txt``."""

    sitemaps: tuple[str, ...]
    indexable: bool


class ServerRules(_Model, frozen=True):
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


class SecurityText(_Model, frozen=True):
    """``security.txt``: names of fields and their values, in order."""

    fields: tuple[tuple[str, str], ...]


class WebManifest(_Model, frozen=True):
    """``manifest.webmanifest``: what a device needs to know to put the site on its home screen."""

    description: str


Page = (
    ArticlePage
    | PrintPage
    | HomePage
    | ListPage
    | TermIndexPage
    | VendorPage
    | VendorIndexPage
    | StandingPage
    | CorrectionsPage
    | IssuePage
    | IssueIndexPage
    | IssuePrintPage
    | Book
    | BookArticle
    | CreditsPage
    | SearchPage
    | MessagePage
    | NewsletterPage
    | NewsletterIndexPage
    | AliasPage
    | Redirects
    | Feed
    | Sitemap
    | SitemapIndex
    | Robots
    | ServerRules
    | SecurityText
    | WebManifest
    | Masthead
    | Footer
    | TeaserBlock
    | VendorBlock
    | Chrome
)
