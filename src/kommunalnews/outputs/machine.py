"""What programs read: feeds, sitemaps, robots.txt."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from kommunalnews import urls
from kommunalnews.digest import Digest, of_value
from kommunalnews.moments import Moment
from kommunalnews.outputs.books import updated
from kommunalnews.outputs.terms import months_of
from kommunalnews.outputs.views import Views
from kommunalnews.pages import Feed, Robots, Sitemap, SitemapEntry, SitemapIndex
from kommunalnews.recipes import Group, Inserts, Output
from kommunalnews.site import NEWS_AGE, Entry

_TEMPLATES: tuple[tuple[urls.FeedKind, str], ...] = (
    ("atom", "feeds/atom.xml"),
    ("rss", "feeds/rss.xml"),
    ("json", "feeds/feed.json"),
)
SITEMAP_LIMIT = 2_000
"""Addresses of a sitemap that is in one piece, and articles in one part of it: far fewer than may be there, for a part
is made anew with each that is new in it."""
_MOST_LISTS = 40_000
"""Lists in one part: with all else, fewer than the 50,000 addresses that may be in it
(https://www.sitemaps.org/protocol.html)."""
_NEWS_LIMIT = 1_000
_PICTURES_LIMIT = 1_000
"""Of one page (https://developers.google.com/search/docs/crawling-indexing/sitemaps/image-sitemaps)."""


def feeds(views: Views) -> Iterator[Group]:
    """Atom, RSS and JSON for the site and for each section, tag and place, full text: a group for each list."""
    site = views.site
    yield _feeds(views, views.config.title, urls.HOME, site.entries)
    for term in (*site.sections, *site.tags, *site.places):
        yield _feeds(views, f"{views.config.title}: {term.name}", term.address, term.entries)


def _feeds(views: Views, title: str, address: str, entries: tuple[Entry, ...]) -> Group:
    shown = entries[: views.config.feed_size]
    digest = views.digest("feeds", title, address, views.accounts(shown), tuple(map(views.has_pdf, shown)))
    return Group(digest, lambda _: _feed_outputs(views, title, address, shown))


def _feed_outputs(views: Views, title: str, address: str, entries: tuple[Entry, ...]) -> Iterator[Output]:
    items = tuple(map(views.feed_item, entries))
    updated = max((item.updated for item in items), default=Moment(0))
    for kind, template in _TEMPLATES:
        own = urls.feed(address, kind)
        feed = Feed(
            title, views.base.url(address), views.base.url(own), _feed_id(views, address), updated, items,
            hub=views.config.websub,
        )  # fmt: skip
        yield views.output(own, template, feed, bare=True)


def _feed_id(views: Views, address: str) -> str:
    return views.base.url(address)


_List = tuple[str, tuple[Entry, ...]]
"""The address of a list of articles, and these."""


def sitemaps(views: Views) -> Iterator[Group | Output]:
    """``sitemap.xml`` and ``sitemap-news.xml``. Where there is too much for one, the first is an index of parts: a
    group for each, so that an article newer than all others moves two of them, however many there are."""
    shown = [entry for entry in reversed(views.site.entries) if not entry.badge]
    lists, others = _lists(views), _others_digest(views)
    if len(shown) + _most_others(views) + len(lists) <= SITEMAP_LIMIT:
        digests = (others, _articles_digest(views, shown))
        yield _sitemap(views, urls.SITEMAP, digests, lambda: (*_others(views, lists), *_articles(views, shown)))
    else:
        yield from _sitemap_parts(views, others, lists, shown)
    yield views.output(urls.NEWS_SITEMAP, "sitemap-news.xml", Sitemap(tuple(_news(views))), bare=True)


def _sitemap_parts(views: Views, others: Digest, lists: list[_List], shown: list[Entry]) -> Iterator[Group | Output]:
    before = -(-len(lists) // _MOST_LISTS) or 1
    chunks = [shown[start : start + SITEMAP_LIMIT] for start in range(0, len(shown), SITEMAP_LIMIT)]
    addresses = [urls.sitemap_part(number) for number in range(1, before + len(chunks) + 1)]
    for number, address in enumerate(addresses[:before]):
        yield _sitemap(views, address, (others,), partial(_others, views, lists, number))
    for address, chunk in zip(addresses[before:], chunks, strict=True):
        yield _sitemap(views, address, (_articles_digest(views, chunk),), partial(_articles, views, chunk))
    late = _late(views)
    changes = [_last_of_others(views, late)] * before + [_last_change(chunk[::-1], late) for chunk in chunks]
    parts = (SitemapEntry(views.base.url(part), changed) for part, changed in zip(addresses, changes, strict=True))
    yield views.output(urls.SITEMAP, "sitemap-index.xml", SitemapIndex(tuple(parts)), bare=True)


def _sitemap(
    views: Views, address: str, digests: tuple[Digest, ...], entries: Callable[[], Iterable[SitemapEntry]]
) -> Group:
    """A group of one sitemap; ``digests`` account for what ``entries`` finds when it is asked."""

    def made(inserts: Inserts) -> Iterator[Output]:
        yield views.output(address, "sitemap.xml", Sitemap(tuple(entries())), bare=True)

    return Group(views.digest("sitemap", address, *digests), made)


def _articles_digest(views: Views, entries: list[Entry]) -> Digest:
    """Of all that a sitemap says of articles."""
    corrected = [(entry.path, notes) for entry in entries if (notes := entry.article.matter.corrections)]  # in no face
    pictures = [(entry.path, found) for entry in entries if (found := _pictures_in_text(views, entry))]
    return of_value((views.faces(entries), corrected, pictures))


def _articles(views: Views, entries: list[Entry]) -> Iterator[SitemapEntry]:
    """The oldest first: a new one comes last and moves no part but its own."""
    for entry in entries:
        main = views.pictures.main(entry)
        pictures = (*((main.url,) if main else ()), *_pictures_in_text(views, entry))
        unique = tuple(dict.fromkeys(pictures))
        yield SitemapEntry(views.base.url(entry.address), _changed(entry), pictures=unique[:_PICTURES_LIMIT])


def _others_digest(views: Views) -> Digest:
    """Of all that a sitemap says of what is no article: of lists, too, and so of when any article was changed."""
    site = views.site
    pages = [(page.slug, page.matter.updated, page.matter.draft) for page in site.pages]
    issues = [(issue.address, issue.badge, updated(issue)) for issue in site.issues]
    corrected = [(entry.path, entry.article.matter.corrections) for entry in views.corrected]
    return of_value((pages, [vendor.slug for vendor in site.vendors], issues, corrected, views.faces(site.entries)))


def _most_others(views: Views) -> int:
    """As many addresses as there can be of what is neither an article nor a list of articles."""
    site = views.site
    return 10 + sum(map(len, (site.pages, site.vendors, site.issues)))


def _others(views: Views, lists: list[_List], number: int = 0) -> Iterator[SitemapEntry]:
    """Everything else that is worth finding: as much of it as the part of this number holds."""
    late = _late(views)
    if not number:
        yield SitemapEntry(views.base.url(urls.HOME), _last_change(views.site.entries, late))
        yield from _standing(views)
    for address, entries in lists[number * _MOST_LISTS : (number + 1) * _MOST_LISTS]:
        yield SitemapEntry(views.base.url(address), _last_change(entries, late))


def _last_of_others(views: Views, late: Mapping[str, Moment]) -> Moment | None:
    """When any of it was changed last: no list later than the last of all articles."""
    dates = [entry.updated for entry in _standing(views) if entry.updated]
    last = _last_change(views.site.entries, late)
    return max([*dates, last] if last else dates, default=None)


def _standing(views: Views) -> Iterator[SitemapEntry]:
    """What is neither an article nor a list of articles."""
    site, url = views.site, views.base.url
    for address in (urls.SECTIONS, urls.TAGS, urls.PLACES, urls.AUTHORS, urls.ARCHIVE, urls.VENDORS):
        yield SitemapEntry(url(address))
    for page in site.pages:
        if not page.matter.draft:
            yield SitemapEntry(url(urls.page(page.slug)), page.matter.updated)
    for vendor in site.vendors:
        yield SitemapEntry(url(urls.vendor(vendor.slug)))
    if site.issues:
        yield SitemapEntry(url(urls.ISSUES), max(map(updated, site.issues)))
    for issue in site.issues:
        if not issue.badge:
            yield SitemapEntry(url(issue.address), updated(issue))
    if views.corrected:
        notes = [note.date for entry in views.corrected for note in entry.article.matter.corrections]
        yield SitemapEntry(url(urls.CORRECTIONS), max(notes))
    if views.config.newsletter:
        yield SitemapEntry(url(urls.NEWSLETTER), max((entry.published for entry in site.entries), default=None))


def _lists(views: Views) -> list[_List]:
    """Lists of articles that are worth finding: their newest pages lead to the others."""
    site = views.site
    terms = (*site.sections, *(tag for tag in site.tags if not views.is_thin(tag)), *site.places)
    found: list[_List] = [(term.address, term.entries) for term in terms]
    found += ((writer.address, writer.entries) for writer in site.writers)
    for year, entries in site.years:
        found.append((urls.archive_year(year), entries))
        found += ((urls.archive_month(year, month), own) for month, own in months_of(entries).items())
    return found + [(urls.newsletter(week.year, week.number), week.entries) for week in views.weeks]


def _late(views: Views) -> dict[str, Moment]:
    """When articles were changed that may have been changed later than their date says, by path."""
    return {entry.path: _changed(entry) for entry in views.site.entries if _may_be_later(entry)}


def _last_change(entries: Sequence[Entry], late: Mapping[str, Moment]) -> Moment | None:
    """When any of them was changed last. They are sorted by date, so only those that ``late`` names can be later."""
    dates = [late[entry.path] for entry in entries if entry.path in late] if late else []
    return max([*dates, *(_changed(entry) for entry in entries[:1])], default=None)


def _may_be_later(entry: Entry) -> bool:
    """Whether an article may have been changed later than its date says."""
    matter = entry.article.matter
    return bool(matter.updated or matter.corrections or matter.publish_at)


def _pictures_in_text(views: Views, entry: Entry) -> tuple[str, ...]:
    text = entry.article.body
    if not any(reference.kind == "picture" for reference in text.references):
        return ()
    return tuple(picture.url for picture in views.body(entry.path, text).pictures if picture)


def _changed(entry: Entry) -> Moment:
    """When what readers see was different last; an embargoed article was new when it appeared."""
    return max(entry.article.matter.changed, entry.published)


def _news(views: Views) -> Iterator[SitemapEntry]:
    """Articles of the last two days (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""
    since = views.site.now.seconds - NEWS_AGE
    fresh = [entry for entry in views.site.entries if since <= entry.published.seconds and not entry.badge]
    for entry in fresh[:_NEWS_LIMIT]:
        matter = entry.article.matter
        title = f"{matter.kicker}: {matter.title}" if matter.kicker else matter.title
        yield SitemapEntry(views.base.url(entry.address), matter.updated, title, entry.published)


def robots(views: Views) -> Iterator[Output]:
    """``robots.txt``."""
    sitemaps = (views.base.url(urls.SITEMAP), views.base.url(urls.NEWS_SITEMAP))
    yield views.output(urls.ROBOTS, "robots.txt", Robots(sitemaps, not views.site.preview), bare=True)
