"""What ``pdf:``, ``social_cards:`` and ``focal:`` say → what is meant.

Which articles have a PDF is the site's choice, and an article's own, which stands above it.
"""

import re
from typing import ClassVar, Self

import msgspec

from kommunalnews.diagnostics import N_, Problem

_WORDS = {"on": True, "true": True, "off": False, "false": False}
_MEANT = {
    **dict.fromkeys(("yes", "y", "ja", "j", "1", "an", "ein", "wahr", "alle", "all"), "on"),
    **dict.fromkeys(("no", "n", "nein", "0", "aus", "falsch", "keine", "none"), "off"),
}
_RECENT = re.compile(r"recent +([0-9]{1,9})")
_POINT = re.compile(r"([0-9]{1,3}) ?% +([0-9]{1,3}) ?%")
_SHARES = re.compile(r"(0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)[, ] *(0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)")


class ArticlePdf(msgspec.Struct, frozen=True):
    """``on`` or ``off`` in an article."""

    is_wanted: bool

    @classmethod
    def from_text(cls, text: str) -> Self | Problem:
        """The choice, or what is wrong with the text."""
        wanted = _WORDS.get(text.lower())
        return cls(wanted) if wanted is not None else _unknown("pdf", text, "on / off")


class SitePdf(msgspec.Struct, frozen=True):
    """``on``, ``recent N`` or ``off`` in ``site.yaml``."""

    newest: int | None = None
    """How many of the newest articles have a PDF; all of them where it is None."""

    @classmethod
    def from_text(cls, text: str) -> Self | Problem:
        """The choice, or what is wrong with the text."""
        newest = _newest(text)
        return newest if isinstance(newest, Problem) else cls(newest)


class SiteCards(msgspec.Struct, frozen=True):
    """The same of social cards: which articles without a picture have one of their own."""

    newest: int | None = 200

    @classmethod
    def from_text(cls, text: str) -> Self | Problem:
        """The choice, or what is wrong with the text."""
        newest = _newest(text, "social_cards")
        return newest if isinstance(newest, Problem) else cls(newest)

    @property
    def is_wanted(self) -> bool:
        """Whether there are any."""
        return self.newest != 0


class Focus(msgspec.Struct, frozen=True):
    """The point of a picture that must stay in view: ``30% 20%`` or ``[0.3, 0.2]``, from the left and from the top."""

    TAKES_LISTS: ClassVar[bool] = True

    across: int
    """Tenths of the width."""
    down: int

    @classmethod
    def from_text(cls, text: str) -> Self | Problem:
        """The point, or what is wrong with the text."""
        found = _POINT.fullmatch(text.strip())
        if found and all(int(percent) <= 100 for percent in found.groups()):
            return cls(*((int(percent) + 5) // 10 for percent in found.groups()))
        shares = _SHARES.fullmatch(text.strip())
        if shares:
            return cls(*(int(float(share) * 10 + 0.5) for share in shares.groups()))
        message, hint = N_("“{value}” is no point of a picture"), N_("Write {remedy}")
        return Problem("field-choice", message, hint, {"value": text, "remedy": "focal: 30% 20%"})


def _newest(text: str, name: str = "pdf") -> int | Problem | None:
    """How many of the newest articles are meant; all of them where it is None."""
    wanted, recent = _WORDS.get(text.lower()), _RECENT.fullmatch(text.lower())
    if recent:
        return int(recent[1])
    if wanted is None:
        return _unknown(name, text, "on / recent 500 / off")
    return None if wanted else 0


def _unknown(name: str, text: str, remedy: str) -> Problem:
    message, arguments = N_("“{name}” cannot be “{value}”"), {"name": name, "value": text}
    return Problem(
        "field-choice", message, N_("Write {remedy}"), {**arguments, "remedy": _MEANT.get(text.lower(), remedy)}
    )
