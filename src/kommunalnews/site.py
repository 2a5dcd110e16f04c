"""Articles by themselves → Site: put in order, by section, tag, place, author and date, as they stand at one moment.

``now`` is an argument: what is embargoed or expired is decided here and nowhere later, so nothing that is withheld can
reach a page, a feed or a list by another way.
"""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import urls
from kommunalnews.config import Config, SectionConfig
from kommunalnews.content.model import (
    Article,
    AuthorMatter,
    AuthorsFile,
    AuthorText,
    Item,
    StandingText,
    VendorText,
)
from kommunalnews.diagnostics import N_, Diagnostic, Location, did_you_mean, error, warning
from kommunalnews.moments import Moment, from_datetime
from kommunalnews.requests import Change, Withheld

Badge = Literal["", "draft", "scheduled", "expired"]


class Entry(msgspec.Struct, frozen=True):
    """An article in its place on the site."""

    article: Article
    address: str
    section: str
    """The section's name as site.yaml writes it."""
    related: tuple[str, ...] = ()
    """Paths of the published articles that belong to it, newest first."""
    badge: Badge = ""
    until: Moment | None = None
    """With a badge: when the embargo ends, or when it expired."""

    @property
    def path(self) -> str:
        return self.article.path


class Term(msgspec.Struct, frozen=True):
    """One value of a taxonomy with its articles, newest first."""

    name: str
    slug: str
    address: str
    entries: tuple[Entry, ...]
    description: str = ""


class Writer(msgspec.Struct, frozen=True):
    """An author with his or her articles, newest first."""

    author: AuthorText
    address: str
    entries: tuple[Entry, ...]


class Site(msgspec.Struct, frozen=True):
    """Everything that is public at one moment, in order."""

    config: Config
    now: Moment
    entries: tuple[Entry, ...]
    """Newest first."""
    by_path: Mapping[str, Entry]
    sections: tuple[Term, ...]
    """In the order of site.yaml, empty ones too."""
    tags: tuple[Term, ...]
    """In the order of their slugs."""
    places: tuple[Term, ...]
    writers: tuple[Writer, ...]
    by_author: Mapping[str, Writer]
    """By the key that articles name."""
    years: tuple[tuple[int, tuple[Entry, ...]], ...]
    """Newest first."""
    vendors: tuple[VendorText, ...]
    """By name; only those whose time it is."""
    pages: tuple[StandingText, ...]
    """By path."""
    sources: Mapping[str, str]
    """Source path → address, for everything public that has a page."""
    hidden: frozenset[str]
    """Source paths that exist but are not public."""
    withheld: tuple[Withheld, ...]
    next_change: Change | None
    preview: bool = False


class Showing(msgspec.Struct, frozen=True):
    """What is shown besides what is public: for previews."""

    drafts: bool = False
    future: bool = False
    expired: bool = False


def assemble(config: Config, items: Iterable[Item], now: int, showing: Showing) -> tuple[Site, tuple[Diagnostic, ...]]:
    """Put everything that is public at ``now`` in order; what cannot be placed is left out with a diagnostic."""
    zone = ZoneInfo(config.timezone)
    items = sorted(items, key=lambda item: "" if isinstance(item, AuthorsFile) else item.path)
    diagnostics: list[Diagnostic] = []
    articles = [item for item in items if isinstance(item, Article)]
    placed, withheld = _placed(config, articles, now, showing, diagnostics)
    vendors, vendor_changes, waiting = _vendors(config, items, now, diagnostics)
    pages, hidden_pages = _pages(items, showing, diagnostics)
    entries = _with_related(placed, {found.path for found in withheld}, diagnostics)
    writers, by_author = _writers(items, entries, diagnostics)
    changes = [*_changes(articles, now), *vendor_changes]
    site = Site(
        config=config,
        now=from_datetime(datetime.fromtimestamp(now, UTC), zone),
        entries=entries,
        by_path={entry.path: entry for entry in entries},
        sections=_sections(config, entries),
        tags=_terms(entries, lambda entry: _numbered("tags", entry.article.matter.tags), urls.tag, diagnostics),
        places=_terms(entries, _location, urls.place, diagnostics),
        writers=writers,
        by_author=by_author,
        years=_years(entries),
        vendors=vendors,
        pages=pages,
        sources=_sources(entries, vendors, pages),
        hidden=frozenset(found.path for found in withheld) | hidden_pages | waiting,
        withheld=tuple(withheld),
        next_change=min(changes, key=lambda change: (change.at, change.path), default=None),
        preview=showing != Showing(),
    )
    return site, tuple(diagnostics)


def _placed(
    config: Config, articles: list[Article], now: int, showing: Showing, diagnostics: list[Diagnostic]
) -> tuple[list[Entry], list[Withheld]]:
    """Articles with section and address, newest first, and those that are withheld."""
    names = {urls.slugify(section.name): section.name for section in config.sections}
    taken: dict[str, Article] = {}
    entries: list[Entry] = []
    withheld: list[Withheld] = []
    for article in sorted(articles, key=lambda article: (article.matter.date.seconds, article.path)):
        section = names.get(urls.slugify(article.matter.section))
        if section is None:
            diagnostics.append(_unknown_section(article, config))
            continue
        address = urls.article(article.matter.date.year, article.slug)
        first = taken.setdefault(urls.collision_key(address), article)
        if first is not article:
            diagnostics.append(
                _address_taken(article.place("slug" if article.matter.slug else "title"), address, first.path)
            )
            continue
        reason, until = status(article, now)
        if reason and not _shown(reason, showing):
            withheld.append(
                Withheld(article.path, article.matter.title, reason, until if reason == "scheduled" else None)
            )
            continue
        entries.append(Entry(article, address, section, badge=reason, until=until))
    entries.sort(key=lambda entry: (-entry.article.matter.date.seconds, entry.path))
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


def _with_related(entries: list[Entry], withheld: set[str], diagnostics: list[Diagnostic]) -> tuple[Entry, ...]:
    """Each entry with the articles it names and those that name it: what belongs together says so on both sides."""
    order = {entry.path: number for number, entry in enumerate(entries)}
    slugs = {entry.article.slug: entry.path for entry in entries}
    related: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for number, name in enumerate(entry.article.matter.related):
            path = source_path(entry.path, name)
            path = slugs.get(name, path)
            if path in order and path != entry.path:
                related[entry.path].add(path)
                related[path].add(entry.path)
            elif path not in withheld:
                place = entry.article.place(f"related.{number}")
                diagnostics.append(_unknown_related(place, name, entry.path, order))
    return tuple(
        msgspec.structs.replace(entry, related=tuple(sorted(related[entry.path], key=order.__getitem__)))
        if entry.path in related
        else entry
        for entry in entries
    )


def source_path(base: str, name: str) -> str:
    """The source path that ``name`` means in the file ``base``: relative to it, or below content/ with a slash."""
    if name.startswith("/"):
        return "content" + posixpath.normpath(name)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), name))


def _sections(config: Config, entries: tuple[Entry, ...]) -> tuple[Term, ...]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.section].append(entry)
    return tuple(
        Term(section.name, slug, urls.section(slug), tuple(found[section.name]), section.description)
        for section in config.sections
        for slug in (section_slug(section),)
    )


def section_slug(section: SectionConfig) -> str:
    """The slug written for a section, or the one made from its name."""
    return section.slug or urls.slugify(section.name)


Named = Iterable[tuple[str, str]]
"""Field and value: ``("tags.0", "Smart City")``."""


def _numbered(field: str, values: tuple[str, ...]) -> Named:
    return [(f"{field}.{number}", value) for number, value in enumerate(values)]


def _location(entry: Entry) -> Named:
    location = entry.article.matter.location
    return [("location", location)] if location else []


def _terms(
    entries: tuple[Entry, ...],
    named: Callable[[Entry], Named],
    address: Callable[[str], str],
    diagnostics: list[Diagnostic],
) -> tuple[Term, ...]:
    """Terms by slug. Spellings that share an address are one term under the most frequent of them."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    members: dict[str, dict[str, Entry]] = defaultdict(dict)
    first: dict[tuple[str, str], tuple[Entry, str]] = {}
    for entry in entries:
        for field, name in named(entry):
            slug = urls.slugify(name)
            spellings[slug][name] += 1
            members[slug].setdefault(entry.path, entry)
            first.setdefault((slug, name), (entry, field))
    terms = []
    for slug in sorted(spellings):
        ranked = sorted(spellings[slug], key=lambda name: (-spellings[slug][name], name))
        for other in ranked[1:]:
            diagnostics.append(_other_spelling(ranked[0], other, first[slug, ranked[0]][0], first[slug, other]))
        terms.append(Term(ranked[0], slug, address(slug), tuple(members[slug].values())))
    return tuple(terms)


def _writers(
    items: Iterable[Item], entries: tuple[Entry, ...], diagnostics: list[Diagnostic]
) -> tuple[tuple[Writer, ...], dict[str, Writer]]:
    known = {author.key: author for item in items if isinstance(item, AuthorsFile) for author in item.authors}
    written: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for number, key in enumerate(entry.article.matter.author):
            if key not in known:
                place = entry.article.place(f"author.{number}")
                diagnostics.append(_unknown_author(place, key, known))
                known[key] = AuthorText(key, "", urls.slugify(key), AuthorMatter(name=key), "", place)
            if entry not in written[key][-1:]:
                written[key].append(entry)
    by_slug: dict[str, AuthorText] = {}
    by_author: dict[str, Writer] = {}
    for key, author in sorted(known.items()):
        first = by_slug.setdefault(author.slug, author)
        if first is not author:
            diagnostics.append(_address_taken(author.place, urls.author(author.slug), str(first.place)))
        by_author[key] = Writer(author, urls.author(author.slug), tuple(written[key]))
    writers = (by_author[author.key] for author in by_slug.values() if written[author.key])
    return tuple(
        sorted(writers, key=lambda writer: (urls.slugify(writer.author.matter.name), writer.address))
    ), by_author


def _years(entries: tuple[Entry, ...]) -> tuple[tuple[int, tuple[Entry, ...]], ...]:
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.article.matter.date.year].append(entry)
    return tuple((year, tuple(found[year])) for year in sorted(found, reverse=True))


def _vendors(
    config: Config, items: Iterable[Item], now: int, diagnostics: list[Diagnostic]
) -> tuple[tuple[VendorText, ...], list[Change], set[str]]:
    names = {urls.slugify(section.name) for section in config.sections}
    shown: dict[str, VendorText] = {}
    changes: list[Change] = []
    waiting: set[str] = set()
    for vendor in (item for item in items if isinstance(item, VendorText)):
        for number, name in enumerate(vendor.matter.sections):
            if urls.slugify(name) not in names:
                diagnostics.append(_unknown_vendor_section(vendor.place(f"sections.{number}"), name, config))
        start, end = vendor.matter.from_, _end(vendor.matter.until)
        changes += [Change(at, "vendor", vendor.path) for at in (start, end) if at is not None and at.seconds > now]
        if (start is not None and start.seconds > now) or (end is not None and end.seconds <= now):
            waiting.add(vendor.path)
            continue
        first = shown.setdefault(urls.collision_key(vendor.slug), vendor)
        if first is not vendor:
            diagnostics.append(_address_taken(vendor.place("name"), urls.vendor(vendor.slug), first.path))
    ordered = sorted(shown.values(), key=lambda vendor: (urls.slugify(vendor.matter.name), vendor.path))
    return tuple(ordered), changes, waiting


def _end(until: Moment | None) -> Moment | None:
    """The first moment after ``until``: a day without time counts to its end."""
    if until is None or until.has_time:
        return until
    return Moment(until.seconds + int(timedelta(days=1).total_seconds()), until.offset)


def _pages(
    items: Iterable[Item], showing: Showing, diagnostics: list[Diagnostic]
) -> tuple[tuple[StandingText, ...], frozenset[str]]:
    shown: dict[str, StandingText] = {}
    hidden = set()
    for page in (item for item in items if isinstance(item, StandingText)):
        if page.matter.draft and not showing.drafts:
            hidden.add(page.path)
            continue
        first = shown.setdefault(urls.collision_key(page.slug), page)
        if first is not page:
            diagnostics.append(_address_taken(page.place("title"), urls.page(page.slug), first.path))
    return tuple(shown.values()), frozenset(hidden)


def _sources(
    entries: tuple[Entry, ...], vendors: tuple[VendorText, ...], pages: tuple[StandingText, ...]
) -> dict[str, str]:
    return {
        **{entry.path: entry.address for entry in entries},
        **{vendor.path: urls.vendor(vendor.slug) for vendor in vendors},
        **{page.path: urls.page(page.slug) for page in pages},
    }


def _address_taken(place: Location, address: str, first: str) -> Diagnostic:
    return error(
        "address-taken",
        N_("The address {address} already belongs to {first}"),
        place,
        N_("Give one of the two its own “slug”"),
        address=address,
        first=first,
    )


def _section_hint(name: str, config: Config) -> tuple[str, str]:
    names = [section.name for section in config.sections]
    if meant := did_you_mean(name, names):
        return N_("Did you mean “{meant}”?"), meant
    return N_("The sections in site.yaml are: {meant}"), ", ".join(names)


def _unknown_section(article: Article, config: Config) -> Diagnostic:
    hint, meant = _section_hint(article.matter.section, config)
    return error(
        "unknown-section",
        N_("There is no section “{name}”; the article is left out"),
        article.place("section"),
        hint,
        name=article.matter.section,
        meant=meant,
    )


def _unknown_vendor_section(place: Location, name: str, config: Config) -> Diagnostic:
    hint, meant = _section_hint(name, config)
    return warning("unknown-section", N_("There is no section “{name}”"), place, hint, name=name, meant=meant)


def _unknown_related(place: Location, name: str, base: str, known: Mapping[str, int]) -> Diagnostic:
    folder = posixpath.dirname(base)
    if meant := did_you_mean(source_path(base, name), known):
        meant = posixpath.relpath(meant, folder)
        hint = N_("Did you mean “{meant}”?")
    else:
        hint = N_("Name the file relative to this one, like ../2017/name.md")
    message = N_("“{name}” names no article of this site")
    return warning("unknown-related", message, place, hint, name=name, meant=meant)


def _unknown_author(place: Location, key: str, known: Mapping[str, AuthorText]) -> Diagnostic:
    if meant := did_you_mean(key, known):
        hint = N_("Did you mean “{meant}”?")
    else:
        hint = N_("Add the author to content/authors.yaml")
    message = N_("“{key}” is not in content/authors.yaml; the name is shown as it is")
    return warning("unknown-author", message, place, hint, key=key, meant=meant)


def _other_spelling(usual: str, other: str, usual_entry: Entry, place: tuple[Entry, str]) -> Diagnostic:
    entry, field = place
    return warning(
        "term-spelling",
        N_("“{other}” and “{usual}” ({first}) share one address and are shown as one"),
        entry.article.place(field),
        N_("Write “{usual}”"),
        other=other,
        usual=usual,
        first=usual_entry.path,
    )
