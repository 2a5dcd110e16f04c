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
    """Plan each heading, by the index of its start tag, so that the highest becomes ``h2``.

    Left out are empty headings, and a first heading of level one that only repeats the title.
    """
    found: dict[int, Planned] = {}
    problems: list[Diagnostic] = []
    ones = 0
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
        found[index] = Planned(level, text, end)
    shift = 2 - min((heading.level for heading in found.values() if heading.level), default=2)
    moved = {
        index: heading._replace(level=min(6, heading.level + shift)) if heading.level else heading
        for index, heading in found.items()
    }
    return moved, tuple(problems)


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
