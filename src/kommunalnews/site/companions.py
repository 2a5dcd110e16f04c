"""Entries → the same, each with the articles that belong to it: first those named, then those found."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from kommunalnews import urls
from kommunalnews.content.model import Article
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.requests import Withheld
from kommunalnews.site.model import Entry
from kommunalnews.site.paths import source_path
from kommunalnews.site.problems import slug_ambiguous, unknown_related
from kommunalnews.site.related import LONGEST, Related, Sketch, update
from kommunalnews.site.slugs import Slugs


def with_companions(
    entries: list[Entry], related: Related, withheld: set[str], diagnostics: list[Diagnostic]
) -> tuple[tuple[Entry, ...], Related]:
    """Each entry with its companions, and what was found, for the next time.

    Names count on both sides: what one article names, names it back. They are filled up to ``LONGEST`` with what is
    found.
    """
    named = _named(entries, withheld, diagnostics)
    related = update(related, map(_sketch, entries))
    found = related.by_path
    return tuple(_with(entry, named.get(entry.path, ()), found[entry.path]) for entry in entries), related


def names_of(articles: Iterable[Article], withheld: Iterable[Withheld]) -> set[str]:
    """Paths and slugs of what is withheld, the latter with and without their year: naming it is no mistake."""
    paths = {found.path for found in withheld}
    slugs = [(article.matter.date.year, article.slug) for article in articles if article.path in paths]
    return paths.union((slug for _, slug in slugs), (f"{year}/{slug}" for year, slug in slugs))


def _named(entries: list[Entry], withheld: set[str], diagnostics: list[Diagnostic]) -> dict[str, tuple[str, ...]]:
    """For articles that name others or are named: the paths of those, newest first."""
    order = {entry.path: number for number, entry in enumerate(entries)}
    slugs = Slugs(entries)
    named: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for number, name in enumerate(entry.article.matter.related):
            place = entry.article.place(f"related.{number}")
            meant = slugs.find(name, beside=entry.path)
            if len(meant) > 1:
                diagnostics.append(slug_ambiguous(place, name, meant))
            path = meant[0].path if meant else source_path(entry.path, name)
            if path in order and path != entry.path:
                named[entry.path].add(path)
                named[path].add(entry.path)
            elif path not in withheld and name not in withheld:
                diagnostics.append(unknown_related(place, name, entry.path, order))
    return {path: tuple(sorted(others, key=order.__getitem__)) for path, others in named.items()}


def _sketch(entry: Entry) -> Sketch:
    matter = entry.article.matter
    tags = tuple(dict.fromkeys(map(urls.slugify, entry.tags)))
    place = urls.slugify(entry.place) if entry.place else ""
    return Sketch(entry.path, matter.date.seconds, entry.section, place, tags)


def _with(entry: Entry, named: tuple[str, ...], found: tuple[str, ...]) -> Entry:
    if not named:
        companions = found
    else:
        more = (path for path in found if path not in named)
        companions = (*named, *list(more)[: max(0, LONGEST - len(named))])
    return msgspec.structs.replace(entry, related=companions) if companions else entry
