"""Text → None or BodyRefused: forms of text that no article has and that cost more time than they are worth.

The checks are linear and know nothing of the machine, so the well-known attacks (a wall of ``[``, of ``>``, of
``- - - -``) get the same answer everywhere; whatever else is slow is left to ``limits.time_limit``.
"""

import re

from kommunalnews.content.positions import Positions
from kommunalnews.diagnostics import N_, Diagnostic, error

LONGEST = 1_000_000
"""Characters of a text: a book of 500 pages."""
DEEPEST = 50
"""Levels of quotes or lists within each other."""
DEEPEST_HTML = 100
"""Elements open at once in the finished HTML: a list within a list takes two."""
MOST_OPEN_BRACKETS = 500
"""Brackets of one paragraph that are opened and not closed."""

_DEEP = re.compile(
    rf"\n(?:(?:[ ]{{0,3}}>){{{DEEPEST + 1},}}"
    rf"|[ ]{{{4 * (DEEPEST + 1)},}}(?:[-*+]|\d{{1,9}}\.)[ ]"
    rf"|[ ]*(?:(?:[-*+]|\d{{1,9}}\.)[ ]+){{{DEEPEST + 1},}}[^-*+\s])"
)
"""In a text behind a line end: it is found faster than the beginning of a line."""
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_START_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_OFTEN_UNCLOSED = frozenset("p li dt dd td th tr br hr img wbr input col area link meta".split())
"""Elements whose end tag HTML lets authors leave out, or that have none."""

_TOO_DEEP = N_("The text is nested more than {levels} levels deep")
_FLATTEN = N_("Take quotes and lists out of each other")


class BodyRefused(Exception):
    """A text that is not rendered; its article is left out."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def check_form(text: str, positions: Positions) -> None:
    """Raises BodyRefused for a text that is too long, nested too deep, or full of brackets that nobody closes."""
    if len(text) > LONGEST:
        raise BodyRefused(
            error(
                "body-too-long",
                N_("The text has {count} characters; {most} are allowed"),
                positions.at(0, 0),
                N_("Make several articles of it, or offer it as a file"),
                count=str(len(text)),
                most=str(LONGEST),
            )
        )
    if (deep := _DEEP.search(f"\n{text}")) and _DEEP.search(f"\n{positions.masked}"):
        raise too_deep(positions, deep.start())
    if text.count("[") > MOST_OPEN_BRACKETS:
        _check_brackets(positions)


def _check_brackets(positions: Positions) -> None:
    start = 0
    for paragraph in _PARAGRAPH.split(positions.masked):
        open_square = paragraph.count("[") - paragraph.count("]")
        open_round = paragraph.count("](") - paragraph.count(")")
        if max(open_square, open_round) > MOST_OPEN_BRACKETS:
            raise BodyRefused(
                error(
                    "body-brackets",
                    N_("More than {most} brackets of this paragraph are opened and never closed"),
                    positions.at(positions.masked.find("[", positions.masked.find(paragraph[:80], start)), 1),
                    N_("Close them, or put what they stand in between lines of ```"),
                    most=str(MOST_OPEN_BRACKETS),
                )
            )
        start += len(paragraph)


def check_raw_html(blocks: tuple[str, ...], positions: Positions) -> None:
    """Raises BodyRefused where raw HTML opens more elements within each other than a reader's browser likes."""
    depth = 0
    for block in blocks:
        for end, name in _START_TAG.findall(block):
            if name.lower() not in _OFTEN_UNCLOSED:
                depth = max(0, depth - 1) if end else depth + 1
                if depth > DEEPEST_HTML:
                    raise too_deep(positions, 0)


def too_deep(positions: Positions, start: int = 0) -> BodyRefused:
    """The refusal of a text that is nested too deep, found at ``start``."""
    return BodyRefused(error("body-too-deep", _TOO_DEEP, positions.at(start, 1), _FLATTEN, levels=str(DEEPEST)))


def too_slow(positions: Positions, seconds: float) -> BodyRefused:
    """The refusal of a text that takes more than ``seconds``."""
    return BodyRefused(
        error(
            "body-too-slow",
            N_("The text took longer than {seconds} s to read"),
            positions.at(0, 0),
            N_("Look for long runs of brackets, asterisks or table rows, and shorten or split the text"),
            seconds=str(seconds),
        )
    )


def too_large(positions: Positions) -> BodyRefused:
    """The refusal of a text that takes more memory than there is."""
    return BodyRefused(
        error(
            "body-too-large",
            N_("The text needs more memory than one article may have"),
            positions.at(0, 0),
            N_("Make several articles of it, or offer it as a file"),
        )
    )
