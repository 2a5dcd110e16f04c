"""Something found in the HTML → where the editor wrote it.

Python-Markdown keeps no positions, so the source is searched for the same words: the k-th time a target is asked for,
its k-th occurrence outside code is the answer. Nothing is searched until somebody asks.
"""

import re
from bisect import bisect_right
from functools import cached_property
from html import escape
from itertools import accumulate
from operator import add

from kommunalnews.diagnostics import Location

_CODE = re.compile(
    r"^(?P<fence>[ ]*(?:`{3,}|~{3,}))[^\n]*\n(?:[^\n]*\n)*?(?P=fence)[ ]*$"  # a fenced block
    r"|(?<![`\\])(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)"  # a span
    r"|<!--[^-]*(?:-(?!->)[^-]*)*-->",  # a comment
    re.MULTILINE,
)
_LINE_OF_HEADING_ONE = re.compile(r"\n(?:[ >]*(?:[-*+][ ]+)?#(?=[ \n])|(?P<underline>=+[ ]*(?=\n|\Z)))")
"""In a text behind a line end: it is found faster than the beginning of a line."""
_TAG_OF_HEADING_ONE = re.compile(r"<h1\b", re.I)
_EMPTY = re.compile(r"""\]\(\s*(?:<>)?\s*\)|(?:href|src)\s*=\s*(?:""|'')""", re.I)
_BEFORE = frozenset("(<\"'=: \t\n")
"""What may stand before a link's target."""
_AFTER = frozenset(")>\"' \t\n\r,.;")


class Positions:
    """Where things stand in one text of one file."""

    def __init__(self, text: str, path: str, first_line: int) -> None:
        self.text = text
        self._path = path
        self._first_line = first_line
        self._next: dict[str, int] = {}
        """Where to go on looking for a target that was found before."""
        self._lower_headings: dict[int, list[tuple[int, int]]] = {}
        """Level → where headings of that level begin and end."""

    @cached_property
    def masked(self) -> str:
        """The text with code and comments blanked out, character by character."""
        if "`" not in self.text and "~~~" not in self.text and "<!--" not in self.text:
            return self.text
        return _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.text)

    @cached_property
    def _starts(self) -> list[int]:
        lines = self.text.split("\n")
        return list(map(add, accumulate(map(len, lines), initial=0), range(len(lines))))

    def at(self, start: int, length: int) -> Location:
        """The location of a piece of the text."""
        row = bisect_right(self._starts, start) - 1
        first = self._starts[row]
        end = self._starts[row + 1] - 1 if row + 1 < len(self._starts) else len(self.text)
        excerpt = self.text[first:end].rstrip("\r")
        return Location(self._path, self._first_line + row, start - first + 1, length, excerpt)

    def of_target(self, target: str) -> Location:
        """Where a link or picture leads to ``target``; each call goes on to its next occurrence."""
        for written in dict.fromkeys((target, target.replace("&", "&amp;"), escape(target))):
            for text in (self.masked, self.text):
                found = self._find(text, written)
                if found >= 0:
                    self._next[written] = found + 1
                    return self.at(found, len(written))
        return self.at(0, 0)

    def peek(self, target: str) -> Location:
        """Where the next ``of_target`` of the same target will be."""
        before = dict(self._next)
        location = self.of_target(target)
        self._next = before
        return location

    def _find(self, text: str, target: str) -> int:
        if not target:
            return self._find_empty(text)
        start = self._next.get(target, 0)
        found = text.find(target, start)
        while found >= 0:
            end = found + len(target)
            if (found == 0 or text[found - 1] in _BEFORE) and (end == len(text) or text[end] in _AFTER):
                return found
            found = text.find(target, found + 1)
        return start - 1 if start else -1  # a reference definition that is used again

    def _find_empty(self, text: str) -> int:
        match = _EMPTY.search(text, self._next.get("", 0))
        return match.start() if match else -1

    def of_tag(self, name: str) -> Location:
        """Where the raw HTML element ``name`` is written first; not in the target of a link."""
        pattern = re.compile(rf"<{re.escape(name)}(?![\w-])", re.I)
        found = (match for match in pattern.finditer(self.masked) if not self._is_in_target(match.start()))
        match = next(found, None) or pattern.search(self.text)
        return self.at(match.start(), len(match[0])) if match else self.at(0, 0)

    def _is_in_target(self, at: int) -> bool:
        start = self.masked.rfind("\n", 0, at) + 1
        opened = self.masked.rfind("](", start, at)
        return opened >= 0 and not {" ", ")"} & set(self.masked[opened:at])

    def of_words(self, words: str) -> Location:
        """Where ``words`` are written first."""
        found = self.masked.find(words)
        return self.at(found, len(words)) if found >= 0 else self.at(0, 0)

    def of_heading(self, level: int, number: int) -> Location:
        """Where the heading of this level is written, two or more, that is number ``number``, from 0."""
        if level not in self._lower_headings:
            pattern = rf"^[ >]*(?:[-*+][ ]+)?#{{{level}}}(?!#)[^\n]*|<h{level}\b[^<>\n]*>"
            found = re.finditer(pattern, self.masked, re.MULTILINE | re.I)
            self._lower_headings[level] = [match.span() for match in found]
        spans = self._lower_headings[level]
        start, end = spans[number] if number < len(spans) else (0, 0)
        return self.at(start, end - start)

    def of_heading_one(self, number: int) -> Location:
        """Where the heading of level one is written that is number ``number``, from 0."""
        if not self._headings:
            return self.at(0, 0)
        start = self._headings[min(number, len(self._headings) - 1)]
        location = self.at(start, 1)
        return self.at(start, len(location.excerpt) - location.column + 1)

    @cached_property
    def _headings(self) -> list[int]:
        """Where headings of level one begin; one that is underlined begins a line above its ``===``."""
        lines = _LINE_OF_HEADING_ONE.finditer(f"\n{self.masked}")
        tags = _TAG_OF_HEADING_ONE.finditer(self.masked)
        found = sorted(
            [(match.start(), match["underline"] is not None) for match in lines]
            + [(match.start(), False) for match in tags]
        )
        return [
            self.masked.rfind("\n", 0, max(start - 1, 0)) + 1 if is_underline else start
            for start, is_underline in found
        ]
