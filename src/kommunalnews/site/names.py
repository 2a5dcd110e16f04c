"""Names of tags and places as articles write them → as the site calls them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kommunalnews import urls
from kommunalnews.config import Config, PlaceConfig, TagConfig


class Known(NamedTuple):
    """A tag or place that site.yaml says something about."""

    name: str
    slug: str
    description: str
    former: tuple[str, ...]
    """Slugs of its other names."""
    place: PlaceConfig | None = None


class Names:
    """What site.yaml calls tags and places, by the slug of each of their names."""

    def __init__(self, config: Config) -> None:
        self.known_tags = _by_slug(map(_tag, config.tags))
        self.known_places = _by_slug(map(_place, config.places))

    def tags(self, written: tuple[str, ...]) -> tuple[str, ...]:
        """The tags of an article, synonyms merged."""
        if not self.known_tags:
            return written
        return tuple(dict.fromkeys(_name(self.known_tags, name) for name in written))

    def place(self, written: str) -> str:
        """The place of an article."""
        return _name(self.known_places, written) if written and self.known_places else written


def _name(known: Mapping[str, Known], written: str) -> str:
    found = known.get(urls.slugify(written))
    return found.name if found else written


def _tag(tag: TagConfig) -> Known:
    slug = tag.slug or urls.slugify(tag.name)
    return Known(tag.name, slug, tag.description, _former(slug, (tag.name, *tag.synonyms)))


def _place(place: PlaceConfig) -> Known:
    slug = urls.slugify(place.name)
    return Known(place.name, slug, place.description, _former(slug, place.aliases), place)


def _former(slug: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for other in map(urls.slugify, names) if other != slug))


def _by_slug(entries: Iterable[Known]) -> Mapping[str, Known]:
    return {slug: entry for entry in entries for slug in (entry.slug, *entry.former)}
