"""Article → its page, its print view, its PDF and its social card."""

from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import quote

from kommunalnews import urls
from kommunalnews.content.identifiers import FOOTNOTE
from kommunalnews.content.model import BodySummary
from kommunalnews.digest import of_value
from kommunalnews.outputs.fragments import Sidebars
from kommunalnews.outputs.pictures import shared
from kommunalnews.outputs.views import Blocks, Views, external_link
from kommunalnews.pages import ArticlePage, Correction, Layout, Link, Point, PrintPage
from kommunalnews.recipes import Fragments, Group, Inserts, Output, PdfRecipe
from kommunalnews.site import Entry

_ONE_COLUMN = 300
"""Words that one column holds on a page of paper: of a longer text, two columns are pleasanter to read."""
_PICTURE = 120
"""Words whose room a picture takes there."""
_ONE_PAGE = 370
"""Words that two columns hold beside a picture that is as wide as one of them."""
_RAIL_WIDTH = 24
"""Letters of a line in the rail beside one column."""
_RAIL_LINES = 34
"""Lines of keywords, links and source that have room there, below the code, on any first page."""


def outputs(views: Views) -> Iterator[Group]:
    """A group of two outputs for each article, and its PDF and social card where it has them."""
    accounts, faces, respelled = views.accounts_by_path, views.faces_by_path, views.respelled
    common = views.digest("article")
    neighbours, sidebars = _neighbours(views), Sidebars(views)
    for entry in views.site.entries:
        beside = neighbours[entry.path]
        fragments, inserts = sidebars.beside(entry)
        blocks = [(name, fragment.href) for name, fragment in fragments]  # the settings say what more there is to them
        shown = [faces[path] for path in entry.related], [faces[one.path] if one else "" for one in beside]
        has = (views.has_pdf(entry), views.cards.is_own(entry))
        inputs = (common, accounts[entry.path], has, blocks, shown, point(views, entry))
        digest = of_value((*inputs, spellings(entry, respelled)) if respelled else inputs)
        yield Group(digest, partial(_outputs, views, entry, beside, fragments), inserts)


_Neighbours = tuple[Entry | None, Entry | None]
"""The older and the newer one."""


def _neighbours(views: Views) -> Mapping[str, _Neighbours]:
    """The articles before and after each in its section: a new one moves the page of one neighbour."""
    found: dict[str, _Neighbours] = {}
    for section in views.site.sections:
        entries = section.entries
        for entry, newer, older in zip(entries, (None, *entries), (*entries[1:], None), strict=False):
            found[entry.path] = older, newer
    return found


def spellings(entry: Entry, respelled: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    """What the tags and the place of an article are called, where it calls them otherwise."""
    names = [(tag, respelled.get(("tag", tag), "")) for tag in entry.tags]
    names.append(("", respelled.get(("place", entry.place), "")))
    return [name for name in names if name[1]]


def _outputs(
    views: Views, entry: Entry, neighbours: _Neighbours, fragments: Fragments, inserts: Inserts
) -> Iterator[Output]:
    yield views.output(
        entry.address,
        "article.html",
        page(views, entry, neighbours),
        source=entry.path,
        section=views.section(entry.section).address,
        blocks=Blocks(fragments, inserts),
    )
    print_view = urls.print_view(entry.address)
    yield views.output(print_view, "print.html", print_page(views, entry), source=entry.path, bare=True)
    if views.has_pdf(entry):
        recipe = PdfRecipe(urls.output_path(print_view), views.base.url(print_view), views.config.base_url)
        yield Output(urls.output_path(urls.pdf(entry.address)), recipe, entry.path)
    if views.cards.is_own(entry) and (card := views.cards.of(entry)):
        yield Output(urls.output_path(card.address), card.recipe, entry.path)


def page(views: Views, entry: Entry, neighbours: _Neighbours) -> ArticlePage:
    """The model of an article's page."""
    older, newer = neighbours
    matter, site = entry.article.matter, views.site
    picture = views.pictures.main(entry)
    section = views.section(entry.section)
    full_title = f"{matter.kicker}: {matter.title}" if matter.kicker else matter.title
    url = views.base.url(entry.address)
    return ArticlePage(
        head=views.head(
            entry.address, full_title, entry.article.teaser, kind="article", indexable=not entry.badge,
            picture=shared(picture) or views.cards.shown(entry, section),
            feeds=views.feeds(section.address),
        ),
        href=views.base.href(entry.address),
        url=url,
        kicker=matter.kicker,
        title=matter.title,
        date=matter.date,
        updated=matter.updated,
        changed=matter.changed,
        lead=entry.article.lead_html,
        body=views.body(entry.path, entry.article.body),
        words=entry.article.body.words,
        authors=views.authors(entry),
        links=tuple(map(external_link, matter.links)),
        section=views.term(section),
        tags=tuple(views.link(views.tags[slug]) for slug in dict.fromkeys(map(urls.slugify, entry.tags))),
        location=views.link(views.places[urls.slugify(entry.place)]) if entry.place else None,
        picture=picture,
        corrections=corrections(entry),
        point=point(views, entry),
        related=tuple(views.teaser(site.by_path[path]) for path in entry.related),
        print_view=views.base.href(urls.print_view(entry.address)),
        pdf=views.pdf_href(entry),
        mail=mail_link(full_title, f"{entry.article.teaser}\n\n{url}"),
        badge=entry.badge,
        badge_until=entry.until,
        older=_link(views, older),
        newer=_link(views, newer),
    )  # fmt: skip


def _link(views: Views, entry: Entry | None) -> Link | None:
    if entry is None:
        return None
    matter = entry.article.matter
    return Link(f"{matter.kicker}: {matter.title}" if matter.kicker else matter.title, views.base.href(entry.address))


def print_page(views: Views, entry: Entry) -> PrintPage:
    """The model of an article's print view: nothing in it changes when other articles do."""
    matter = entry.article.matter
    links = tuple(map(external_link, matter.links))
    picture = views.pictures.main(entry)
    full_title = f"{matter.kicker}: {matter.title}" if matter.kicker else matter.title
    return PrintPage(
        head=views.head(entry.address, full_title, entry.article.teaser, kind="article", indexable=False),
        url=views.base.url(entry.address),
        kicker=matter.kicker,
        title=matter.title,
        date=matter.date,
        updated=matter.updated,
        changed=matter.changed,
        lead=entry.article.lead_html,
        body=views.body(entry.path, entry.article.body),
        words=entry.article.body.words,
        authors=views.authors(entry),
        links=links,
        section=entry.section,
        tags=tuple(dict.fromkeys(entry.tags)),
        location=entry.place,
        picture=picture,
        corrections=corrections(entry),
        layout=layout(entry.article.body, has_picture=picture is not None),
        has_rail=is_short(entry.article.body, has_picture=picture is not None)
        and fits_rail(
            *(entry.section, *entry.tags, entry.place, *(link.label for link in links)),
            *(views.config.title, views.config.publisher, views.base.url(entry.address)),
        ),
        badge=entry.badge,
    )


def point(views: Views, entry: Entry) -> Point | None:
    """Where the place of an article lies, if the editors say so: for what GeoNames knows, it must be credited."""
    spot = views.places[urls.slugify(entry.place)].spot if entry.place else None
    return Point(spot.latitude, spot.longitude) if spot and not spot.is_from_gazetteer else None


def layout(text: BodySummary, *, has_picture: bool) -> Layout:
    """How paper sets a text. Notes need one column: WeasyPrint loses their places where columns break."""
    if has_notes(text) or is_short(text, has_picture=has_picture):
        return "column"
    return "page" if has_picture and text.words < _ONE_PAGE else "columns"


def is_short(text: BodySummary, *, has_picture: bool) -> bool:
    """Whether one column most likely holds the text on a page; on several, typesetting takes the rail away."""
    return text.words + (_PICTURE if has_picture else 0) < _ONE_COLUMN


def fits_rail(*labels: str) -> bool:
    """Whether all this has room in the rail; a rail that is longer than its page would be cut off."""
    return sum(1 + len(label) // _RAIL_WIDTH for label in labels) <= _RAIL_LINES


def has_notes(text: BodySummary) -> bool:
    """Whether there are footnotes in a text."""
    return any(anchor.startswith(FOOTNOTE) for anchor in text.anchors)


def corrections(entry: Entry) -> tuple[Correction, ...]:
    """What was put right, in the order it is written."""
    pairs = zip(entry.article.matter.corrections, entry.article.corrections, strict=True)
    return tuple(Correction(matter.date, html) for matter, html in pairs)


def mail_link(subject: str, body: str) -> str:
    """``mailto:`` with subject and body, encoded as RFC 6068 asks, line breaks as CRLF."""
    text = body.replace("\n", "\r\n")
    subject, text = (part.replace("\u00a0", " ") for part in (subject, text))  # nothing is set there
    return f"mailto:?subject={_percent_encoded(subject)}&body={_percent_encoded(text)}"


_PERCENT = {code: quote(bytes([code]), safe="") for code in range(256)}


def _percent_encoded(text: str) -> str:
    """What ``quote(text, safe="")`` returns, in a fifth of the time."""
    return text.encode().decode("latin-1").translate(_PERCENT)
