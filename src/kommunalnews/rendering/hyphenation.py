"""Hyphenation patterns of a language → a table that reads each pattern when a word first needs it.

Pyphen reads all patterns at once, which costs every process about a second for German; most are never asked for.
"""

import re
from pathlib import Path

_DIGITS = b"0123456789"
_IGNORED = ("%", "#", "LEFTHYPHENMIN", "RIGHTHYPHENMIN", "COMPOUNDLEFTHYPHENMIN", "COMPOUNDRIGHTHYPHENMIN")
_MEANT = re.compile(rf"^(?!\s*(?:{'|'.join(_IGNORED)})).*[1-9].*$", re.MULTILINE)
"""A line with a pattern. One of zeros says nothing, not even against an earlier one of the same letters."""
_PARTS = re.compile(r"(\d?)(\D?)")

Values = tuple[int, tuple[int, ...]]
"""Where in the pattern they start, and the value of each place between two letters."""


class Patterns:
    """What ``pyphen.HyphDict.patterns`` is asked: letters → values."""

    def __init__(self, written: dict[str, str]) -> None:
        """``written``: letters → the pattern as the file has it."""
        self._written = written
        self._known: dict[str, Values] = {}
        self.longest = max(map(len, written))

    def get(self, letters: str) -> Values | None:
        """The values of a pattern; None where there is no such pattern."""
        if letters not in self._written:
            return None
        if letters not in self._known:
            self._known[letters] = _values(self._written[letters])
        return self._known[letters]


def _values(written: str) -> Values:
    values = [int(digit or "0") for digit, _ in _PARTS.findall(written)]
    start = next(index for index, value in enumerate(values) if value)
    end = len(values) - next(index for index, value in enumerate(reversed(values)) if value)
    return start, tuple(values[start:end])


def read(path: Path) -> Patterns | None:
    """The patterns of a dictionary file; None where it has more than plain patterns."""
    encoding, _, content = path.read_bytes().partition(b"\n")
    name = encoding.decode().strip().lower().replace("microsoft-cp1251", "cp1251")
    found = _MEANT.findall("\n".join(content.decode(name).splitlines()))
    lines = "\n".join(found).split()
    if len(lines) != len(found):  # a pattern with spaces in it
        lines = [line.strip() for line in found]
    text = "\n".join(lines)
    if not lines or "/" in text or "^^" in text:
        return None
    letters = text.encode().translate(None, _DIGITS).decode()  # text of its own would take forty times as long
    return Patterns(dict(zip(letters.split("\n"), lines, strict=True)))
