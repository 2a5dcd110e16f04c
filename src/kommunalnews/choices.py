"""What ``pdf:`` says → which articles have a PDF: the site's choice, and an article's own, which stands above it."""

import re
from typing import Self

import msgspec

from kommunalnews.diagnostics import N_, Problem

_WORDS = {"on": True, "true": True, "off": False, "false": False}
_MEANT = {
    **dict.fromkeys(("yes", "y", "ja", "j", "1", "an", "ein", "wahr", "alle", "all"), "on"),
    **dict.fromkeys(("no", "n", "nein", "0", "aus", "falsch", "keine", "none"), "off"),
}
_RECENT = re.compile(r"recent +([0-9]{1,9})")


class ArticlePdf(msgspec.Struct, frozen=True):
    """``on`` or ``off`` in an article."""

    is_wanted: bool

    @classmethod
    def from_text(cls, text: str) -> Self | Problem:
        """The choice, or what is wrong with the text."""
        wanted = _WORDS.get(text.lower())
        return cls(wanted) if wanted is not None else _unknown(text, "on / off")


class SitePdf(msgspec.Struct, frozen=True):
    """``on``, ``recent N`` or ``off`` in ``site.yaml``."""

    newest: int | None = None
    """How many of the newest articles have a PDF; all of them where it is None."""

    @classmethod
    def from_text(cls, text: str) -> Self | Problem:
        """The choice, or what is wrong with the text."""
        wanted, recent = _WORDS.get(text.lower()), _RECENT.fullmatch(text.lower())
        if recent:
            return cls(int(recent[1]))
        return cls(None if wanted else 0) if wanted is not None else _unknown(text, "on / recent 500 / off")


def _unknown(text: str, remedy: str) -> Problem:
    message, arguments = N_("“{name}” cannot be “{value}”"), {"name": "pdf", "value": text}
    return Problem(
        "field-choice", message, N_("Write {remedy}"), {**arguments, "remedy": _MEANT.get(text.lower(), remedy)}
    )
