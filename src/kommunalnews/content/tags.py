"""Canonical HTML → tags and texts, and back.

Only for what ``sanitising`` has let through: every attribute in double quotes, every ``<`` and ``>`` of a text or an
attribute escaped. So a split at ``<…>`` is a parser.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from kommunalnews.content.decoding import is_printable
from kommunalnews.content.sanitising import INLINE
from kommunalnews.content.typography import ATOM, BLOCK, BREAK, SEPARATOR, typeset
from kommunalnews.content.typography import INLINE as INLINE_TAG

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CODE = frozenset({"code", "pre", "kbd", "samp", "var"})
"""Elements whose text is not typography's business."""
PHRASING_ONLY = HEADINGS | {"p", "pre", "summary"}
"""Blocks that hold no blocks."""
TRANSPARENT = frozenset({"a", "ins", "del"})
"""Inline elements that may hold whatever their parent may."""
LINE = INLINE | {"img"}
"""What stands within a line."""

_TOKENS = re.compile(r"(<[^>]*>)")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_CLASS = re.compile(r"(?!kn-)[a-z][a-z0-9-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Tag(NamedTuple):
    """A tag taken apart."""

    name: str
    closes: bool
    attributes: dict[str, str]
    """Unescaped; not to be changed, since tags are shared."""


@lru_cache(maxsize=1024)
def parsed(tag: str) -> Tag:
    """Take ``<a href="x">`` or ``</a>`` apart."""
    closes = tag[1] == "/"
    name = tag[2:-1] if closes else tag[1:-1].split(" ", 1)[0]
    found = _ATTRIBUTE.findall(tag) if "=" in tag else ()
    return Tag(name, closes, {key: unescape(value) for key, value in found})


def tokens_of(html: str) -> list[str]:
    """Texts and tags by turns; the first and the last are texts. Control characters are gone."""
    return _TOKENS.split(html if is_printable(html) else _CONTROL.sub("", html))


def set_texts(tokens: list[str], language: str) -> None:
    """Unescape all texts and set those outside code (see ``typography``), in place."""
    joined: list[str] = []
    places: list[int] = []
    code = 0
    last = len(tokens) - 1
    for index in range(0, len(tokens), 2):
        text = tokens[index]
        if "&" in text:
            text = tokens[index] = unescape(text)
        if not code:
            joined.append(text)
            places.append(index)
        if index == last:
            break
        name, closes, _ = parsed(tokens[index + 1])
        if name in CODE:
            code += -1 if closes else 1
            if not code:
                joined.append(BLOCK if name == "pre" else ATOM)
        elif not code:
            joined.append(INLINE_TAG if name in INLINE and name != "br" else BREAK if name == "br" else BLOCK)
    text = "".join(joined)
    typed = typeset(text, language)
    if typed != text:
        for index, piece in zip(places, SEPARATOR.split(typed), strict=True):
            tokens[index] = piece


def escaped(text: str) -> str:
    """A text as it stands between tags, in the form that nh3 writes."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", "&nbsp;")


def attribute(name: str, value: str) -> str:
    """`` name="value"``"""
    return f' {name}="{escaped(value).replace(chr(34), "&quot;")}"'


def plain_text(pieces: Iterable[str]) -> str:
    """Pieces of text with white space folded."""
    text = "".join(pieces).replace("\n", " ")
    if not text.isprintable():
        return " ".join(text.split())
    while "  " in text:  # the only white space that is printable is the space
        text = text.replace("  ", " ")
    return text.strip(" ")


def classes(attributes: dict[str, str], *own: str) -> str:
    """The class attribute: our own classes and those of the author that are named as classes should be."""
    written = attributes.get("class", "").split()
    names = dict.fromkeys([*own, *(name for name in written if _CLASS.fullmatch(name))])
    return attribute("class", " ".join(names)) if names else ""


def languages(attributes: dict[str, str]) -> str:
    """``lang`` and ``dir``, where they say something."""
    found = ""
    if _LANGUAGE.fullmatch(attributes.get("lang", "")):
        found += attribute("lang", attributes["lang"])
    if attributes.get("dir", "").lower() in ("ltr", "rtl", "auto"):
        found += attribute("dir", attributes["dir"].lower())
    return found
