"""The slug of an article, alone or with its year → the articles that it may mean.

Two articles of one year never share a slug, for it is the last part of their address; those of two years may.
"""

from collections import defaultdict
from collections.abc import Iterable

from kommunalnews.site.model import Entry


class Slugs:
    """Articles by slug, ``haushalt``, or by year and slug as in their address, ``2018/haushalt``."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """``entries``: newest first."""
        self._by_slug: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._by_slug[entry.article.slug].append(entry)

    def find(self, name: str, *, beside: str = "") -> list[Entry]:
        """The articles that ``name`` may mean, newest first, but for that at the path ``beside``."""
        year, _, slug = name.rpartition("/")
        return [
            entry
            for entry in self._by_slug.get(slug, ())
            if entry.path != beside and year in ("", str(entry.article.matter.date.year))
        ]
