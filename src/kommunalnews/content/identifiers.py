"""Headings and what authors ask for → ids, each once on the page.

Ids that begin with ``kn-`` belong to the templates and to footnotes, so a text can never clash with its page.
"""

import re

from kommunalnews.content.positions import Positions
from kommunalnews.content.tags import Tag, attribute
from kommunalnews.diagnostics import N_, Diagnostic, warning

FOOTNOTE = "kn-fn-"
"""How the id of a footnote begins, on the page."""

_WRITTEN = re.compile(r' (?:id|name)="([^"]*)"')
_FOOTNOTE = re.compile(r"#?(fn(?:ref\d*)?):(\d+)", re.ASCII)
_VALID = re.compile(r"[\w.:-]+")


def footnote_number(href: str) -> tuple[str, str] | None:
    """The number of the footnote that ``#fn:1`` or ``#fnref2:1`` belongs to, and which mention it is (``2``)."""
    match = _FOOTNOTE.fullmatch(href)
    return (match[2], match[1].removeprefix("fn").removeprefix("ref")) if match and href.startswith("#") else None


def footnote_id(written: str) -> str:
    """The id on the page of a footnote or its mention: ``fn:1`` is ``kn-fn-1``."""
    return _FOOTNOTE.sub(r"kn-\1-\2", written)


class Identifiers:
    """The ids of one text."""

    def __init__(self, clean: str, positions: Positions | None) -> None:
        self._positions = positions
        has_any = ' id="' in clean or ' name="' in clean
        self._written = {footnote_id(found) for found in _WRITTEN.findall(clean)} if has_any else frozenset()
        """What the author and the footnotes ask for, wherever it stands: headings yield to it."""
        self._used: set[str] = set()
        self._next: dict[str, int] = {}
        self.problems: list[Diagnostic] = []

    def is_written(self, identifier: str) -> bool:
        """Whether some element asks for it."""
        return identifier in self._written

    def attribute(self, tag: Tag, name: str = "id") -> str:
        """The id attribute that an element asks for, or empty."""
        taken = self.taken(tag, name)
        return attribute("id", taken) if taken else ""

    def taken(self, tag: Tag, name: str = "id") -> str:
        """The id that an element asks for, where it may have it, or empty."""
        wanted = tag.attributes.get(name, "")
        if not wanted:
            return ""
        if _FOOTNOTE.fullmatch(wanted):
            wanted = footnote_id(wanted)
        elif wanted.lower().startswith("kn-"):
            self._warn("id-reserved", N_("Ids that begin with “kn-” belong to the page: “{id}”"), wanted)
            return ""
        elif not _VALID.fullmatch(wanted):
            self._warn("id-invalid", N_("“{id}” is no id"), wanted)
            return ""
        if wanted in self._used:
            self._warn("id-twice", N_("The id “{id}” stands twice in this text"), wanted)
            return ""
        self._used.add(wanted)
        return wanted

    def made(self, slug: str) -> str:
        """An id for a heading, from its words."""
        if slug.startswith("kn-"):
            slug = f"abschnitt-{slug}"
        identifier, number = slug, self._next.get(slug, 2)
        while identifier in self._used or identifier in self._written:
            identifier, number = f"{slug}-{number}", number + 1
        self._next[slug] = number
        self._used.add(identifier)
        return identifier

    def _warn(self, code: str, message: str, wanted: str) -> None:
        if self._positions:
            place = self._positions.of_words(wanted)
            self.problems.append(warning(code, message, place, N_("Choose another id"), id=wanted[:200]))
