"""The headings of a text → their levels on the page, where the title is the only heading of level one."""

import re
from typing import NamedTuple

from kommunalnews.content.positions import Positions
from kommunalnews.content.tags import HEADINGS, plain_text
from kommunalnews.diagnostics import N_, Diagnostic, warning

_START = re.compile(r"<h([1-6])[ >]")
_NOT_SAID = re.compile(r"[\W_]+")


class Planned(NamedTuple):
    """What becomes of a heading."""

    level: int
    """2 to 6; 0 where the heading is left out."""
    text: str
    end: int
    """Index of its end tag."""


def outline(
    tokens: list[str], title: str, positions: Positions | None
) -> tuple[dict[int, Planned], tuple[Diagnostic, ...]]:
    """Plan each heading, by the index of its start tag: one that stands under no other becomes ``h2``, one that stands
    right below another is one level deeper than that.

    So no level is left out, whatever the author wrote. Left out are empty headings, and a first heading of level one
    that only repeats the title.
    """
    found: dict[int, Planned] = {}
    problems: list[Diagnostic] = []
    ones = 0
    above: list[int] = []
    """The levels, as they are written, of the headings that the next one may stand below."""
    count = [0] * 7
    for index in range(1, len(tokens), 2):
        match = _START.match(tokens[index]) if tokens[index].startswith("<h") else None
        if match is None:
            continue
        level, end = int(match[1]), _end(tokens, index)
        text = plain_text(tokens[index + 1 : end : 2])
        has_picture = any(token.startswith("<img") for token in tokens[index:end])
        if level == 1 and positions:
            problems.append(_level_one(positions, ones))
        repeats_title = level == 1 and ones == 0 and _said(text) == _said(title)
        if not has_picture and (not text or repeats_title):
            level = 0
        ones += match[1] == "1"
        count[int(match[1])] += 1
        if level:
            while above and above[-1] >= level:
                above.pop()
            if above and level > above[-1] + 1 and positions:
                problems.append(_skipped(positions, level, count[level] - 1, above[-1]))
            above.append(level)
        found[index] = Planned(min(6, len(above) + 1) if level else 0, text, end)
    return found, tuple(problems)


def _end(tokens: list[str], start: int) -> int:
    """The index of the end tag; raw HTML may hold headings in headings."""
    depth = 0
    for index in range(start, len(tokens), 2):
        if _START.match(tokens[index]):
            depth += 1
        elif tokens[index].startswith("</h") and tokens[index][2:-1] in HEADINGS:
            depth -= 1
            if not depth:
                return index
    return len(tokens) - 2


def _said(text: str) -> str:
    return _NOT_SAID.sub("", text.casefold())


def _level_one(positions: Positions, number: int) -> Diagnostic:
    return warning(
        "heading-level-one",
        N_("A heading of level one: that level belongs to the title of the page"),
        positions.of_heading_one(number),
        N_("Begin with ## and leave out a heading that repeats the title"),
    )


def _skipped(positions: Positions, level: int, number: int, above: int) -> Diagnostic:
    return warning(
        "heading-skipped",
        N_("A heading of level {level} stands right below one of level {above}; the page leaves no level out"),
        positions.of_heading(level, number),
        N_("Write {marks}"),
        level=str(level),
        above=str(above),
        marks="#" * (above + 1),
    )
