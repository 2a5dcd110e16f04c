"""Articles → sections, tags, places, writers and years, each with its articles newest first."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from kommunalnews import urls
from kommunalnews.config import Config, SectionConfig
from kommunalnews.content.model import AuthorMatter, AuthorsFile, AuthorText, Item
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.site.model import Entry, Term, Writer
from kommunalnews.site.problems import other_spelling, same_author, unknown_author

Named = Iterable[tuple[str, str]]
"""Field and value: ``("tags.0", "Smart City")``."""


def sections(config: Config, entries: tuple[Entry, ...]) -> tuple[Term, ...]:
    """Sections in the order of site.yaml, empty ones too."""
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


def _numbered(field: str, values: tuple[str, ...]) -> Named:
    return [(f"{field}.{number}", value) for number, value in enumerate(values)]


def _location(entry: Entry) -> Named:
    location = entry.article.matter.location
    return [("location", location)] if location else []


def tags(entries: tuple[Entry, ...], diagnostics: list[Diagnostic]) -> tuple[Term, ...]:
    """Tags in the order of their slugs."""
    return _terms(entries, lambda entry: _numbered("tags", entry.article.matter.tags), urls.tag, diagnostics)


def places(entries: tuple[Entry, ...], diagnostics: list[Diagnostic]) -> tuple[Term, ...]:
    """Places in the order of their slugs."""
    return _terms(entries, _location, urls.place, diagnostics)


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
            diagnostics.append(other_spelling(ranked[0], other, first[slug, ranked[0]][0], first[slug, other]))
        terms.append(Term(ranked[0], slug, address(slug), tuple(members[slug].values())))
    return tuple(terms)


def writers(
    items: Iterable[Item], entries: tuple[Entry, ...], diagnostics: list[Diagnostic]
) -> tuple[tuple[Writer, ...], dict[str, Writer]]:
    """Writers by name, and by the key that articles name. Those who share an address are one."""
    known = {author.key: author for item in items if isinstance(item, AuthorsFile) for author in item.authors}
    written: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        for number, key in enumerate(entry.article.matter.author):
            if key not in known:
                place = entry.article.place(f"author.{number}")
                diagnostics.append(unknown_author(place, key, known))
                known[key] = AuthorText(key, "", urls.slugify(key), AuthorMatter(name=key), "", place)
            written[known[key].slug].setdefault(entry.path, entry)
    first: dict[str, AuthorText] = {}
    for key in sorted(known):
        author = known[key]
        if first.setdefault(author.slug, author) is not author:
            diagnostics.append(same_author(author.place, author.matter.name, str(first[author.slug].place)))
    by_slug = {
        slug: Writer(author, urls.author(slug), _newest_first(written[slug].values())) for slug, author in first.items()
    }
    shown = (writer for writer in by_slug.values() if writer.entries)
    by_name = sorted(shown, key=lambda writer: (urls.slugify(writer.author.matter.name), writer.address))
    return tuple(by_name), {key: by_slug[author.slug] for key, author in known.items()}


def _newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (-entry.article.matter.date.seconds, entry.path)))


def years(entries: tuple[Entry, ...]) -> tuple[tuple[int, tuple[Entry, ...]], ...]:
    """Years, newest first."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.article.matter.date.year].append(entry)
    return tuple((year, tuple(found[year])) for year in sorted(found, reverse=True))
