"""Text of a source file → its front matter (YAML between two ``---`` lines) and its body, still text."""

import re
from typing import NamedTuple

from kommunalnews.diagnostics import N_, Diagnostic, Location, error

LIMIT = 1 << 16
"""Characters of front matter."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_LOOKALIKE = re.compile(r"[-‐-―−]{2,}\s*")


class Parts(NamedTuple):
    """A text in its two parts, with the line of the file on which each begins."""

    matter: str
    matter_line: int
    body: str
    body_line: int


def split(text: str, path: str) -> Parts | Diagnostic:
    """Part the front matter from the body; blank lines may come first."""
    start = text.rfind("\n", 0, len(text) - len(text.lstrip("\n \t"))) + 1 if text.strip() else 0
    line = text.count("\n", 0, start) + 1
    first = text[start:].partition("\n")[0]
    place = Location(path, line, 1, len(first), first)
    opening = _FENCE.match(text, start)
    if opening is None:
        message, hint = _missing(first)
        return error("front-matter-missing", message, place, hint)
    closing = _FENCE.search(text, opening.end() + 1)
    if closing is None:
        message = N_("The front matter that begins here has no end")
        return error("front-matter-unclosed", message, place, N_("Put a line with “---” behind its last field"))
    if closing.start() - opening.end() > LIMIT:
        message = N_("The front matter is longer than {limit} characters")
        hint = N_("Long text belongs below the second “---”")
        return error("front-matter-too-long", message, place, hint, limit=str(LIMIT))
    matter = text[opening.end() + 1 : closing.start()]
    return Parts(matter, line + 1, text[closing.end() + 1 :], line + 2 + matter.count("\n"))


def _missing(first: str) -> tuple[str, str]:
    """Message and hint for a text whose first line is not ``---``."""
    if first.startswith("+++") or first.startswith("{"):
        return N_("The front matter must be YAML"), N_("Write “name: value” lines between two lines with “---”")
    if _LOOKALIKE.fullmatch(first):
        return N_("The front matter must begin with exactly three hyphens"), N_("Write --- here, without dashes")
    return N_("This file does not begin with front matter"), N_("Put “---”, the fields and again “---” at its top")
