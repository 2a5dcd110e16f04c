"""Site → the search page, and the shards of the index: one article moves one shard.

A year's articles, oldest first, fill shards of a bounded size. A new article comes last, so no other shard changes: the
words that a shard knows compounds by are its own and those that stand above the articles of the shard before.
What is not public, or public as a preview only, is never indexed.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape

from kommunalnews import urls
from kommunalnews.digest import Digest
from kommunalnews.outputs.articles import spellings
from kommunalnews.outputs.views import Views
from kommunalnews.pages import Picture, SearchPage
from kommunalnews.recipes import Group, Inserts, Output, SearchRecipe, SearchRecord
from kommunalnews.site import Entry

MOST = 366
"""Articles in a shard, so that one a day make one a year. Pagefind indexes some 200 in a second."""
_BASE = "seiten"
"""The shard of all that is no article."""


def page(views: Views) -> Iterator[Output]:
    """The search page; it says how else to find something, too."""
    names = [name for name, _, _ in _shards(views)]
    title = views.gettext("Search the reports")
    head = views.head(urls.SEARCH, title, f"{title} – {views.config.title}", indexable=False, needs="wasm")
    base = _folder(views, _BASE) if views.search else ""
    shards = tuple(_folder(views, name) for name in reversed(names))
    yield views.output(urls.SEARCH, "search.html", SearchPage(head, base, shards))


def _folder(views: Views, name: str) -> str:
    return views.base.href(urls.search_shard(name)).rpartition("/")[0] + "/"


def shards(views: Views) -> Iterator[Group | Output]:
    """The index of each shard, and that of pages and vendors, where the program lies that browsers search with."""
    if not views.search:
        return
    yield _base(views)
    for name, entries, before in _shards(views):
        spelt = [spellings(entry, views.respelled) for entry in (*before, *entries)] if views.respelled else []
        digest = views.digest("search", name, views.accounts(entries), views.faces(before), spelt)
        yield Group(digest, partial(_shard, views, name, entries, before))


def _shards(views: Views) -> Iterator[tuple[str, Sequence[Entry], Sequence[Entry]]]:
    """Name and articles of each shard, oldest first, and the articles of the one before."""
    if not views.search:
        return
    before: Sequence[Entry] = ()
    for year, newest_first in reversed(views.site.years):
        entries = [entry for entry in reversed(newest_first) if not entry.badge]
        for number, start in enumerate(range(0, len(entries), MOST), 1):
            own = entries[start : start + MOST]
            yield f"{year:04}-{number}", own, before
            before = own


def _output(views: Views, name: str, recipe: SearchRecipe) -> Output:
    return Output(urls.output_path(urls.search_shard(name)), recipe)


def _shard(views: Views, name: str, entries: Sequence[Entry], before: Sequence[Entry], _: Inserts) -> Iterator[Output]:
    records = tuple(_record(views, entry) for entry in entries)
    heads = tuple(_head(views, entry) for entry in before)
    yield _output(views, name, SearchRecipe(views.config.language, records, before=heads))


def _head(views: Views, entry: Entry) -> str:
    matter = entry.article.matter
    return " ".join(filter(None, (matter.kicker, matter.title, _place(views, entry), *_tags(views, entry))))


def _tags(views: Views, entry: Entry) -> tuple[str, ...]:
    return tuple(views.tags[slug].name for slug in dict.fromkeys(map(urls.slugify, entry.tags)))


def _place(views: Views, entry: Entry) -> str:
    return views.places[urls.slugify(entry.place)].name if entry.place else ""


def _base(views: Views) -> Output:
    title = views.config.title  # without the home page the index might be one of nothing, which cannot be opened
    home = SearchRecord(
        href=views.base.href(urls.HOME),
        title=title,
        text=Digest(""),
        lead=escape(title),
        teaser=views.config.description,
    )
    pages = [
        SearchRecord(
            href=views.base.href(urls.page(page.slug)),
            title=page.matter.title,
            text=page.body.digest,
            lead=page.lead_html,
            teaser=page.description,
        )
        for page in views.site.pages
        if not page.matter.draft
    ]
    vendors = [
        SearchRecord(
            href=views.base.href(urls.vendor(vendor.slug)),
            title=vendor.matter.name,
            text=vendor.body.digest,
            kicker=" · ".join((*[views.gettext("Advertisement")] * vendor.matter.paid, views.gettext("Vendors"))),
            teaser=vendor.description,
            place=vendor.matter.city,
        )
        for vendor in views.site.vendors
    ]
    return _output(views, _BASE, SearchRecipe(views.config.language, (home, *pages, *vendors), has_program=True))


def _record(views: Views, entry: Entry) -> SearchRecord:
    matter = entry.article.matter
    picture = views.pictures.main(entry)
    return SearchRecord(
        href=views.base.href(entry.address),
        title=matter.title,
        text=entry.article.body.digest,
        kicker=matter.kicker,
        lead=entry.article.lead_html,
        teaser=entry.article.teaser,
        day=matter.date.iso[:16],
        section=entry.section,
        tags=_tags(views, entry),
        place=_place(views, entry),
        year=matter.date.day[:4],
        picture=_small(picture) if picture else "",
        focus=picture.focus if picture else "",
    )


def _small(picture: Picture) -> str:
    """The least that is published of it: it stands as small as a stamp. What runs the search shows WebP."""
    if "webp" not in picture.formats or not picture.widths:
        return picture.href
    return urls.scaled_picture(picture.href, picture.widths[0], ".webp")
