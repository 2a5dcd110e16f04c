"""Sections, tags, places, authors, years and months → their list pages and the indexes of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Literal, NamedTuple
from unicodedata import normalize

from kommunalnews import urls
from kommunalnews.diagnostics import N_
from kommunalnews.digest import Digest, of_value
from kommunalnews.i18n import MONTHS
from kommunalnews.outputs import maps
from kommunalnews.outputs.fragments import Sidebars
from kommunalnews.outputs.lists import Slice, pages
from kommunalnews.outputs.pictures import presentable
from kommunalnews.outputs.views import NO_BLOCKS, Blocks, Views, external_link
from kommunalnews.pages import Author, Head, Link, ListPage, Map, Neighbour, Picture, Term, TermIndexPage
from kommunalnews.recipes import Fragments, Group, Inserts, Output
from kommunalnews.site import Entry
from kommunalnews.site import Term as SiteTerm

Kind = Literal["section", "tag", "place", "author", "year", "month"]

_BEFORE: dict[Kind, str] = {"tag": N_("Keyword"), "place": N_("Place"), "year": N_("Archive")}
"""What stands before a name in the title of its page: a tag may be called as a standing page is."""


def sections(views: Views) -> Iterator[Group | Output]:
    """The pages of each section, and their index."""
    for term in views.site.sections:
        description = term.description or _named(views, N_("All reports from the section %(name)s"), term.name)
        feeds = views.feeds(term.address)
        shown = _Shown("section", term.address, views.term(term), description, feeds, section=term)
        yield from _list(views, shown, term.entries)
    terms = tuple(views.term(term, counted=True) for term in views.site.sections)
    yield _index(views, urls.SECTIONS, "section", views.gettext("Sections"), (("", terms),))


def tags(views: Views) -> Iterator[Group | Output]:
    """The pages of each tag, and their index."""
    for tag in views.site.tags:
        told = _told(views, tag, N_("All reports with the keyword %(name)s"))
        related = tuple(map(views.link, views.related_tags.get(tag.slug, ())))
        shown = _Shown(
            "tag", tag.address, views.term(tag), told, views.feeds(tag.address),
            is_indexable=not views.is_thin(tag), beside=_Beside(related=related),
        )  # fmt: skip
        yield from _list(views, shown, tag.entries)
    counted = [views.term(tag, counted=True) for tag in views.site.tags]
    yield _index(views, urls.TAGS, "tag", views.gettext("Keywords"), _by_initial(counted))


def places(views: Views) -> Iterator[Group | Output]:
    """The pages of each place, and their index."""
    for place in views.site.places:
        told = _told(views, place, N_("All reports about %(name)s"))
        around = views.neighbours.get(place.slug, ())
        near = tuple(Neighbour(views.link(other), away) for away, other in around)
        credit = any(one.spot is not None and one.spot.is_from_gazetteer for one in (place, *(o for _, o in around)))
        beside = _Beside(map=maps.locator(views, place, has_credit=credit), neighbours=near, has_credit=credit)
        shown = _Shown("place", place.address, views.term(place), told, views.feeds(place.address), beside=beside)
        yield from _list(views, shown, place.entries)
    overview = maps.overview(views, views.site.places)
    groups = (
        _by_state(views) if overview else _by_initial(views.term(place, counted=True) for place in views.site.places)
    )
    yield _index(views, urls.PLACES, "place", views.gettext("Places"), groups, overview)


def _by_state(views: Views) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    """Places under their federal states, each in the order of the alphabet."""
    return tuple(
        (state, tuple(_sorted(views.term(place, counted=True) for place in places)))
        for state, places in maps.by_state(views.site.places)
    )


def _told(views: Views, term: SiteTerm, description: str) -> str:
    """What search engines are told of a tag or place: what the editors say of it, or that it is a list."""
    return term.description or _named(views, description, term.name)


def authors(views: Views) -> Iterator[Group | Output]:
    """The pages of each author who has written something, and their index."""
    for writer in views.site.writers:
        author = views.author(writer)
        term = Term(author.name, author.href)
        description = _named(views, N_("All reports by %(name)s"), author.name)
        matter = writer.author.matter
        image = matter.image
        source = writer.author.place.path
        portrait = views.pictures.named(source, image.src, image.alt, "", image.credit) if image else None
        beside = _Beside(portrait=portrait, links=tuple(map(external_link, matter.links)))
        shown = _Shown("author", writer.address, term, description, author=author, beside=beside)
        yield from _list(views, shown, writer.entries)
    terms = [
        Term(writer.author.matter.name, views.base.href(writer.address), len(writer.entries))
        for writer in views.site.writers
    ]
    yield _index(views, urls.AUTHORS, "author", views.gettext("Authors"), _by_initial(terms))


def archive(views: Views) -> Iterator[Group | Output]:
    """The pages of each year and month, and their index."""
    groups = []
    for year, entries in views.site.years:
        by_month = months_of(entries)
        term = Term(str(year), views.base.href(urls.archive_year(year)))
        months = (term, *(_month(views, year, month) for month in by_month))
        description = _named(views, N_("All reports of the year %(name)s"), str(year))
        yield from _list(views, _Shown("year", urls.archive_year(year), term, description, months=months), entries)
        for month, month_entries in by_month.items():
            term = Term(month_name(views, year, month), views.base.href(urls.archive_month(year, month)))
            description = _named(views, N_("All reports of %(name)s"), term.name)
            shown = _Shown("month", urls.archive_month(year, month), term, description, months=months)
            yield from _list(views, shown, month_entries)
        groups.append((str(year), tuple(_month(views, year, m, len(found)) for m, found in by_month.items())))
    yield _index(views, urls.ARCHIVE, "archive", views.gettext("Archive"), tuple(groups))


def month_name(views: Views, year: int, month: int) -> str:
    """``November 2017`` in the site's language."""
    return f"{views.gettext(MONTHS[month - 1])} {year}"


def _named(views: Views, text: str, name: str) -> str:
    return views.gettext(text) % {"name": name}


def _month(views: Views, year: int, month: int, count: int = 0) -> Term:
    name = views.gettext(MONTHS[month - 1])
    return Term(name, views.base.href(urls.archive_month(year, month)), count)


def months_of(entries: Iterable[Entry]) -> dict[int, tuple[Entry, ...]]:
    """The articles of each month of a year, from January on."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.article.matter.date.month].append(entry)
    return {month: tuple(found[month]) for month in sorted(found)}


def _list(views: Views, shown: "_Shown", entries: tuple[Entry, ...]) -> Iterator[Group]:
    """A group for each page of the list."""
    found = NO_BLOCKS if shown.section is None else Sidebars(views).beside_list(shown.section)
    if shown.kind in ("tag", "place", "author"):
        shown = shown._replace(beside=shown.beside._replace(total=len(entries)))
    lasting = shown._replace(months=(), beside=_NOTHING)  # what is new beside a list must not touch its older pages
    newest, numbered = (_digest(views, here, found.fragments) for here in (shown, lasting))
    for page in pages(shown.address, entries, views.config.page_size):
        here = lasting if page.number else shown
        common = numbered if page.number else newest
        digest = of_value((common, page.number, page.older, page.newer, views.faces(page.entries)))
        yield Group(digest, partial(_page, views, here, page, found.fragments), found.inserts)


def _digest(views: Views, shown: "_Shown", fragments: Fragments) -> Digest:
    """Of what pages of a list have in common."""
    models = (shown._replace(section=None), fragments)
    return views.digest("list", models)


class _Beside(NamedTuple):
    """What stands beside the newest page of a list."""

    total: int = 0
    related: tuple[Term, ...] = ()
    map: Map | None = None
    neighbours: tuple[Neighbour, ...] = ()
    has_credit: bool = False
    portrait: Picture | None = None
    links: tuple[Link, ...] = ()


_NOTHING = _Beside()


class _Shown(NamedTuple):
    """What all pages of a list have in common."""

    kind: Kind
    address: str
    term: Term
    description: str
    feeds: tuple[Link, ...] = ()
    section: SiteTerm | None = None
    author: Author | None = None
    months: tuple[Term, ...] = ()
    is_indexable: bool = True
    beside: _Beside = _NOTHING


def _page(views: Views, shown: _Shown, page: Slice, fragments: Fragments, inserts: Inserts) -> Iterator[Output]:
    name = shown.term.name
    if shown.kind in _BEFORE:
        name = f"{views.gettext(_BEFORE[shown.kind])}: {name}"
    older, newer = (views.base.href(address) if address else "" for address in (page.older, page.newer))
    portrait = presentable(shown.beside.portrait, shown.term.name)
    picture = views.cards.of_list(shown.section) if shown.section else portrait
    head = views.head(
        page.address,
        views.gettext("%(name)s, page %(number)d") % {"name": name, "number": page.number} if page.number else name,
        shown.description,
        picture=picture,
        feeds=shown.feeds,
        indexable=shown.is_indexable,
        older=older,
        newer=newer,
    )
    model = ListPage(
        head,
        shown.kind,
        shown.term,
        page.number,
        views.teasers(page.entries),
        older,
        newer,
        author=shown.author,
        months=shown.months,
        **shown.beside._asdict(),
    )
    section = shown.address if shown.section is not None else ""
    yield views.output(page.address, "list.html", model, section=section, blocks=Blocks(fragments, inserts))


def _index(
    views: Views,
    address: str,
    kind: Literal["section", "tag", "place", "author", "archive"],
    title: str,
    groups: tuple[tuple[str, tuple[Term, ...]], ...],
    drawn: Map | None = None,
) -> Output:
    head: Head = views.head(address, title, f"{title} – {views.config.title}")
    return views.output(address, "terms.html", TermIndexPage(head, kind, groups, drawn))


def _by_initial(terms: Iterable[Term]) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    """Terms under their first letter, umlauts with their vowel as DIN 5007 sorts them."""
    groups: dict[str, list[Term]] = defaultdict(list)
    for term in _sorted(terms):
        initial = folded(term.name)[:1].upper()
        groups[initial if initial.isalpha() else "0–9"].append(term)
    return tuple((initial, tuple(groups[initial])) for initial in sorted(groups))


def _sorted(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: (folded(term.name), term.href))


def folded(name: str) -> str:
    """``Ö`` as ``o``, ``ß`` as ``ss``: the order of words by DIN 5007-1."""
    return "".join(c for c in normalize("NFKD", name.casefold()) if c.isalnum() or c == " ")
