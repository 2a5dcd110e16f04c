"""Articles by themselves → Site: put in order, by section, tag, place, author and date, as they stand at one moment.

``now`` is an argument: what is embargoed or expired is decided here and nowhere later, so nothing that is withheld can
reach a page, a feed or a list by another way.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from kommunalnews import urls
from kommunalnews.config import Config
from kommunalnews.content.model import Article, AuthorsFile, Item, StandingText, VendorText
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.moments import Moment, end_of, from_datetime
from kommunalnews.requests import Change, Withheld
from kommunalnews.site import taxonomies
from kommunalnews.site.companions import names_of, with_companions
from kommunalnews.site.coverage import by_vendor
from kommunalnews.site.issues import Shelf, issues
from kommunalnews.site.model import NEWS_AGE, Badge, Chapter, Entry, Issue, Showing, Site, Term, Writer
from kommunalnews.site.names import Names
from kommunalnews.site.paths import nearest_address, nearest_path, source_path
from kommunalnews.site.problems import (
    address_taken,
    date_to_come,
    unknown_section,
    unknown_vendor_section,
)
from kommunalnews.site.related import Related
from kommunalnews.site.settings import security_turns
from kommunalnews.site.taxonomies import section_slug

__all__ = [
    "NEWS_AGE",
    "NOTHING_RELATED",
    "Badge",
    "Chapter",
    "Entry",
    "Issue",
    "Showing",
    "Site",
    "Term",
    "Writer",
    "assemble",
    "nearest_address",
    "nearest_path",
    "section_slug",
    "source_path",
    "status",
]

NOTHING_RELATED = Related()


def assemble(
    config: Config, items: Iterable[Item], now: int, showing: Showing, related: Related = NOTHING_RELATED
) -> tuple[Site, tuple[Diagnostic, ...]]:
    """Put everything that is public at ``now`` in order; what cannot be placed is left out with a diagnostic.

    ``related`` is what an earlier site found; the result is the same without it.
    """
    zone = ZoneInfo(config.timezone)
    items = sorted(items, key=lambda item: "" if isinstance(item, AuthorsFile) else item.path)
    diagnostics: list[Diagnostic] = []
    articles = [item for item in items if isinstance(item, Article)]
    placed, withheld = _placed(config, articles, now, showing, diagnostics)
    entries, found = with_companions(placed, related, names_of(articles, withheld), diagnostics)
    vendors, vendor_changes, waiting = _vendors(config, items, now, zone, diagnostics)
    pages, draft_pages = _pages(items, showing, diagnostics)
    diagnostics += _dates_to_come(entries, now)
    writers, by_author = taxonomies.writers(items, entries, diagnostics)
    shelf = Shelf(entries, frozenset(names_of(articles, withheld)), by_author, config)
    bound = issues(items, shelf, now, showing, diagnostics)
    withheld = sorted([*withheld, *waiting, *draft_pages, *bound.withheld], key=lambda found: found.path)
    changes = [*_changes(articles, now), *vendor_changes, *bound.changes]
    site = Site(
        config=config,
        now=from_datetime(datetime.fromtimestamp(now, UTC), zone),
        entries=entries,
        related=found,
        by_path={entry.path: entry for entry in entries},
        sections=taxonomies.sections(config, entries),
        tags=taxonomies.tags(config, entries, diagnostics),
        places=taxonomies.places(config, entries, diagnostics),
        writers=writers,
        by_author=by_author,
        years=taxonomies.years(entries),
        vendors=vendors,
        by_vendor=by_vendor(items, entries, diagnostics),
        pages=pages,
        issues=bound.shown,
        sources=_sources(entries, vendors, pages, bound.shown),
        hidden=frozenset(found.path for found in withheld),
        withheld=tuple(withheld),
        next_change=min(changes, key=lambda change: (change.at, change.path), default=None),
        until=min((at for at in (*_turns(changes, entries), *security_turns(config)) if at > now), default=None),
        preview=showing != Showing(),
    )
    return site, tuple(diagnostics)


def _placed(
    config: Config, articles: list[Article], now: int, showing: Showing, diagnostics: list[Diagnostic]
) -> tuple[list[Entry], list[Withheld]]:
    """Articles with section and address, newest first, and those that are withheld."""
    names = {urls.slugify(section.name): section.name for section in config.sections}
    called = Names(config)
    taken: dict[str, Article] = {}
    entries: list[Entry] = []
    withheld: list[Withheld] = []
    for article in sorted(articles, key=attrgetter("matter.date.seconds")):  # of equals, the first by path
        section = names.get(urls.slugify(article.matter.section))
        if section is None:
            diagnostics.append(unknown_section(article, config))
            continue
        address = urls.article(article.matter.date.year, article.slug)
        first = taken.setdefault(urls.collision_key(address), article)
        if first is not article:
            diagnostics.append(
                address_taken(article.place("slug" if article.matter.slug else "title"), address, first.path)
            )
            continue
        reason, until = status(article, now)
        if reason and not _shown(reason, showing):
            withheld.append(
                Withheld(article.path, article.matter.title, reason, until if reason == "scheduled" else None)
            )
            continue
        tags, place = called.tags(article.matter.tags), called.place(article.matter.location)
        entries.append(
            Entry(article, article.path, address, section, badge=reason, tags=tags, place=place, until=until)
        )
    entries.sort(key=attrgetter("article.matter.date.seconds"), reverse=True)  # which leaves equals as they are
    return entries, sorted(withheld, key=lambda found: found.path)


def status(article: Article, now: int) -> tuple[Badge, Moment | None]:
    """Why an article is not public at ``now``, and the moment that matters for it; ``("", None)`` where it is."""
    matter = article.matter
    start = matter.publish_at or matter.date
    if matter.draft:
        return "draft", None
    if matter.expires_at is not None and matter.expires_at.seconds <= now:
        return "expired", matter.expires_at
    if start.seconds > now:
        return "scheduled", start
    return "", None


def _shown(reason: Badge, showing: Showing) -> bool:
    match reason:
        case "draft":
            return showing.drafts
        case "scheduled":
            return showing.future
        case "expired":
            return showing.expired
        case "":
            return True


def _changes(articles: Iterable[Article], now: int) -> Iterator[Change]:
    """When articles that are ready appear or vanish by themselves."""
    for article in articles:
        matter = article.matter
        start = matter.publish_at or matter.date
        if matter.draft or (matter.expires_at is not None and matter.expires_at.seconds <= now):
            continue
        if start.seconds > now:
            yield Change(start, "publish", article.path)
        if matter.expires_at is not None:
            yield Change(matter.expires_at, "expire", article.path)


def _turns(changes: Iterable[Change], entries: Iterable[Entry]) -> Iterator[int]:
    """Every second at which a page or a diagnostic may change by itself."""
    for change in changes:
        yield change.at.seconds
    for entry in entries:
        matter = entry.article.matter
        yield (matter.publish_at or matter.date).seconds + NEWS_AGE + 1
        if matter.updated is not None:
            yield matter.updated.seconds
        for correction in matter.corrections:
            yield correction.date.seconds


def _dates_to_come(entries: Iterable[Entry], now: int) -> Iterator[Diagnostic]:
    """Updates and corrections that a published article dates into the future."""
    for entry in entries:
        matter = entry.article.matter
        if matter.updated is None and not matter.corrections:
            continue
        dates = [("updated", matter.updated)]
        dates += [(f"corrections.{number}.date", found.date) for number, found in enumerate(matter.corrections)]
        for field, date in dates:
            if date is not None and date.seconds > now and not entry.badge:
                yield date_to_come(entry.article.place(field), date.day)


def _vendors(
    config: Config, items: Iterable[Item], now: int, zone: ZoneInfo, diagnostics: list[Diagnostic]
) -> tuple[tuple[VendorText, ...], list[Change], list[Withheld]]:
    names = {urls.slugify(section.name) for section in config.sections}
    shown: dict[str, VendorText] = {}
    changes: list[Change] = []
    waiting: list[Withheld] = []
    for vendor in (item for item in items if isinstance(item, VendorText)):
        for number, name in enumerate(vendor.matter.sections):
            if urls.slugify(name) not in names:
                diagnostics.append(unknown_vendor_section(vendor.place(f"sections.{number}"), name, config))
        start, until = vendor.matter.from_, vendor.matter.until
        end = until and end_of(until, zone)
        changes += [Change(at, "vendor", vendor.path) for at in (start, end) if at is not None and at.seconds > now]
        if end is not None and end.seconds <= now:
            waiting.append(Withheld(vendor.path, vendor.matter.name, "expired"))
            continue
        if start is not None and start.seconds > now:
            waiting.append(Withheld(vendor.path, vendor.matter.name, "scheduled", start))
            continue
        first = shown.setdefault(urls.collision_key(vendor.slug), vendor)
        if first is not vendor:
            diagnostics.append(address_taken(vendor.place("name"), urls.vendor(vendor.slug), first.path))
    ordered = sorted(shown.values(), key=lambda vendor: (urls.slugify(vendor.matter.name), vendor.path))
    return tuple(ordered), changes, waiting


def _pages(
    items: Iterable[Item], showing: Showing, diagnostics: list[Diagnostic]
) -> tuple[tuple[StandingText, ...], list[Withheld]]:
    shown: dict[str, StandingText] = {}
    hidden = []
    for page in (item for item in items if isinstance(item, StandingText)):
        if page.matter.draft and not showing.drafts:
            hidden.append(Withheld(page.path, page.matter.title, "draft"))
            continue
        first = shown.setdefault(urls.collision_key(page.slug), page)
        if first is not page:
            diagnostics.append(address_taken(page.place("title"), urls.page(page.slug), first.path))
    return tuple(shown.values()), hidden


def _sources(
    entries: tuple[Entry, ...],
    vendors: tuple[VendorText, ...],
    pages: tuple[StandingText, ...],
    bound: tuple[Issue, ...],
) -> dict[str, str]:
    return {
        **{entry.path: entry.address for entry in entries},
        **{vendor.path: urls.vendor(vendor.slug) for vendor in vendors},
        **{page.path: urls.page(page.slug) for page in pages},
        **{issue.path: issue.address for issue in bound},
    }
