"""Articles → sections, tags, places, writers and years, each with its articles newest first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import msgspec

from kommunalnews import urls
from kommunalnews.config import Config, SectionConfig
from kommunalnews.content.model import AuthorMatter, AuthorsFile, AuthorText, Item
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.site.model import Entry, Term, Writer
from kommunalnews.site.names import Known, Names
from kommunalnews.site.places import spot_of
from kommunalnews.site.problems import other_spelling, same_author, unknown_author

Written = dict[str, list[int]]
"""A name as it is written → the numbers of the articles that write it so."""


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


def tags(config: Config, entries: tuple[Entry, ...], diagnostics: list[Diagnostic]) -> tuple[Term, ...]:
    """Tags in the order of their slugs, each with all its synonyms."""
    written: Written = defaultdict(list)
    for number, entry in enumerate(entries):
        for name in entry.tags:
            written[name].append(number)
    return _terms(entries, written, urls.tag, Names(config).known_tags, _tag_field, diagnostics)


def _tag_field(name: str, entry: Entry) -> str:
    written = entry.article.matter.tags
    return f"tags.{written.index(name)}" if name in written else "tags"


def places(config: Config, entries: tuple[Entry, ...], diagnostics: list[Diagnostic]) -> tuple[Term, ...]:
    """Places in the order of their slugs, each with where it lies."""
    written: Written = defaultdict(list)
    for number, entry in enumerate(entries):
        written[entry.place].append(number)
    written.pop("", None)
    known = Names(config).known_places
    terms = _terms(entries, written, urls.place, known, lambda name, entry: "location", diagnostics)
    return tuple(msgspec.structs.replace(term, spot=spot_of(term, known.get(term.slug), diagnostics)) for term in terms)


def _terms(
    entries: tuple[Entry, ...],
    written: Written,
    address: Callable[[str], str],
    known: Mapping[str, Known],
    field: Callable[[str, Entry], str],
    diagnostics: list[Diagnostic],
) -> tuple[Term, ...]:
    """Terms by slug. Spellings that share an address are one term under the most frequent of them."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in written:
        spellings[urls.slugify(name)].append(name)
    terms = []
    for slug in sorted(spellings):
        ranked = sorted(spellings[slug], key=lambda name: (-len(written[name]), name))
        for other in ranked[1:]:
            first = entries[written[other][0]]
            usual = entries[written[ranked[0]][0]]
            diagnostics.append(other_spelling(ranked[0], other, usual, (first, field(other, first))))
        members = _in_order(entries, [number for name in ranked for number in written[name]])
        said = known.get(slug)
        own = said.slug if said else slug
        told = (said.description, said.former) if said else ("", ())
        terms.append(Term(ranked[0], own, address(own), members, *told))
    return tuple(sorted(terms, key=lambda term: term.slug))


def writers(
    items: Iterable[Item], entries: tuple[Entry, ...], diagnostics: list[Diagnostic]
) -> tuple[tuple[Writer, ...], dict[str, Writer]]:
    """Writers by name, and by the key that articles name. Those who share an address are one."""
    known = {author.key: author for item in items if isinstance(item, AuthorsFile) for author in item.authors}
    written: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for place, key in enumerate(entry.article.matter.author):
            if key not in known:
                location = entry.article.place(f"author.{place}")
                diagnostics.append(unknown_author(location, key, known))
                known[key] = AuthorText(key, "", urls.slugify(key), AuthorMatter(name=key), "", location)
            written[known[key].slug].append(number)
    first: dict[str, AuthorText] = {}
    for key in sorted(known):
        author = known[key]
        if first.setdefault(author.slug, author) is not author:
            diagnostics.append(same_author(author.place, author.matter.name, str(first[author.slug].place)))
    by_slug = {
        slug: Writer(author, urls.author(slug), _in_order(entries, written[slug])) for slug, author in first.items()
    }
    shown = (writer for writer in by_slug.values() if writer.entries)
    by_name = sorted(shown, key=lambda writer: (urls.slugify(writer.author.matter.name), writer.address))
    return tuple(by_name), {key: by_slug[author.slug] for key, author in known.items()}


def _in_order(entries: tuple[Entry, ...], numbers: Iterable[int]) -> tuple[Entry, ...]:
    """Entries by their numbers, each once."""
    return tuple([entries[number] for number in sorted(set(numbers))])


def years(entries: tuple[Entry, ...]) -> tuple[tuple[int, tuple[Entry, ...]], ...]:
    """Years, newest first."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.article.matter.date.year].append(entry)
    return tuple((year, tuple(found[year])) for year in sorted(found, reverse=True))
