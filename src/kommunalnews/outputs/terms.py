"""Sections, tags, places, authors, years and months → their list pages and the indexes of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal
from unicodedata import normalize

from kommunalnews import urls
from kommunalnews.diagnostics import N_
from kommunalnews.i18n import MONTHS
from kommunalnews.outputs.lists import pages
from kommunalnews.outputs.views import Views, present
from kommunalnews.pages import Author, Fragment, Head, Link, ListPage, Term, TermIndexPage
from kommunalnews.recipes import Output
from kommunalnews.site import Entry
from kommunalnews.site import Term as SiteTerm

Kind = Literal["section", "tag", "place", "author", "year", "month"]

_BEFORE: dict[Kind, str] = {"tag": N_("Keyword"), "place": N_("Place"), "year": N_("Archive")}
"""What stands before a name in the title of its page: a tag may be called as a standing page is."""


def sections(views: Views) -> Iterator[Output]:
    """The pages of each section, and their index."""
    for term in views.site.sections:
        fragments = present(views.vendors(term))
        description = term.description or _named(views, N_("All reports from the section %(name)s"), term.name)
        yield from _list(
            views, "section", term.address, term.entries, views.term(term), description,
            section=term.address, fragments=fragments, feeds=views.feeds(term.address),
        )  # fmt: skip
    terms = tuple(views.term(term, counted=True) for term in views.site.sections)
    yield _index(views, urls.SECTIONS, "section", views.gettext("Sections"), (("", terms),))


def tags(views: Views) -> Iterator[Output]:
    """The pages of each tag, and their index."""
    description = N_("All reports with the keyword %(name)s")
    return _taxonomy(views, "tag", views.site.tags, urls.TAGS, N_("Keywords"), description)


def places(views: Views) -> Iterator[Output]:
    """The pages of each place, and their index."""
    return _taxonomy(views, "place", views.site.places, urls.PLACES, N_("Places"), N_("All reports about %(name)s"))


def _taxonomy(
    views: Views, kind: Literal["tag", "place"], terms: tuple[SiteTerm, ...], index: str, title: str, description: str
) -> Iterator[Output]:
    for term in terms:
        told = _named(views, description, term.name)
        yield from _list(
            views, kind, term.address, term.entries, views.term(term), told, feeds=views.feeds(term.address)
        )
    counted = [views.term(term, counted=True) for term in terms]
    yield _index(views, index, kind, views.gettext(title), _by_initial(counted))


def authors(views: Views) -> Iterator[Output]:
    """The pages of each author who has written something, and their index."""
    for writer in views.site.writers:
        author = views.author(writer)
        term = Term(author.name, author.href)
        description = _named(views, N_("All reports by %(name)s"), author.name)
        yield from _list(views, "author", writer.address, writer.entries, term, description, author=author)
    terms = [
        Term(writer.author.matter.name, views.base.href(writer.address), len(writer.entries))
        for writer in views.site.writers
    ]
    yield _index(views, urls.AUTHORS, "author", views.gettext("Authors"), _by_initial(terms))


def archive(views: Views) -> Iterator[Output]:
    """The pages of each year and month, and their index."""
    groups = []
    for year, entries in views.site.years:
        by_month = _by_month(entries)
        term = Term(str(year), views.base.href(urls.archive_year(year)))
        months = (term, *(_month(views, year, month) for month in by_month))
        description = _named(views, N_("All reports of the year %(name)s"), str(year))
        yield from _list(views, "year", urls.archive_year(year), entries, term, description, months=months)
        for month, month_entries in by_month.items():
            term = Term(month_name(views, year, month), views.base.href(urls.archive_month(year, month)))
            description = _named(views, N_("All reports of %(name)s"), term.name)
            yield from _list(
                views, "month", urls.archive_month(year, month), month_entries, term, description, months=months
            )
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


def _by_month(entries: Iterable[Entry]) -> dict[int, tuple[Entry, ...]]:
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.article.matter.date.month].append(entry)
    return {month: tuple(found[month]) for month in sorted(found)}


def _list(
    views: Views,
    kind: Kind,
    base: str,
    entries: tuple[Entry, ...],
    term: Term,
    description: str,
    *,
    section: str = "",
    fragments: tuple[tuple[str, Fragment], ...] = (),
    feeds: tuple[Link, ...] = (),
    author: Author | None = None,
    months: tuple[Term, ...] = (),
) -> Iterator[Output]:
    for page in pages(base, entries, views.config.page_size):
        name = f"{views.gettext(_BEFORE[kind])}: {term.name}" if kind in _BEFORE else term.name
        older, newer = (views.base.href(address) if address else "" for address in (page.older, page.newer))
        head = views.head(
            page.address,
            views.gettext("%(name)s, page %(number)d") % {"name": name, "number": page.number} if page.number else name,
            description,
            feeds=feeds,
            older=older,
            newer=newer,
        )
        model = ListPage(
            head,
            kind,
            term,
            page.number,
            views.teasers(page.entries),
            older,
            newer,
            author=author,
            months=() if page.number else months,  # a new month must not touch the numbered pages
        )
        yield views.output(page.address, "list.html", model, section=section, fragments=fragments)


def _index(
    views: Views,
    address: str,
    kind: Literal["section", "tag", "place", "author", "archive"],
    title: str,
    groups: tuple[tuple[str, tuple[Term, ...]], ...],
) -> Output:
    head: Head = views.head(address, title, f"{title} – {views.config.title}")
    return views.output(address, "terms.html", TermIndexPage(head, kind, groups))


def _by_initial(terms: Iterable[Term]) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    """Terms under their first letter, umlauts with their vowel as DIN 5007 sorts them."""
    groups: dict[str, list[Term]] = defaultdict(list)
    for term in sorted(terms, key=lambda term: (folded(term.name), term.href)):
        initial = folded(term.name)[:1].upper()
        groups[initial if initial.isalpha() else "0–9"].append(term)
    return tuple((initial, tuple(groups[initial])) for initial in sorted(groups))


def folded(name: str) -> str:
    """``Ö`` as ``o``, ``ß`` as ``ss``: the order of words by DIN 5007-1."""
    return "".join(c for c in normalize("NFKD", name.casefold()) if c.isalnum() or c == " ")
