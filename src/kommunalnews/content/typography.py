"""Typed text → set text: quotation marks, dashes, ellipses, apostrophes and spaces that must not break.

It runs once over all text of a document, the places of the tags marked by the separators below, so that a quotation
mark beside ``<em>`` still sees its neighbours. What is already typographic stays. Rules for German: Duden and DIN 5008.
"""

import re
from typing import NamedTuple

INLINE = "\x01"
"""An inline tag: as if it were not there."""
ATOM = "\x02"
"""Something that is not touched and counts as a word: code."""
BLOCK = "\x03"
"""The boundary of a block: quotes do not reach across."""
BREAK = "\x04"
"""A line break inside a block."""
SEPARATOR = re.compile("[\x01-\x04]")
NO_BREAK_SPACE = "\u00a0"

_DASHES = re.compile(  # each branch begins with a letter of its own, which makes the search four times faster
    r"https?://[^\s\x01-\x04]+|www\.[^\s\x01-\x04]+|--+(?<!\s--(?=[^\W\d_]))|-(?<=\s-)(?=\s)|\.\.\.(?<!\.{4})(?!\.)"
)
_SET = {"-": "–", "--": "–", "---": "—", "...": "…"}
_UNITS = (
    r"(?:[%‰€]|°C\b|(?:Euro|EUR|Cent|Prozent|Uhr|Mio\.|Mrd\.|Millionen|Milliarden|Hektar|Tonnen|Liter"
    r"|(?:Kilo|Quadrat|Kubik|Zenti)?[Mm]eter|Kilogramm|Kilowatt(?:stunden)?|Megawatt(?:stunden)?"
    r"|(?:k|c|m)?m[²³]?|ha|kg|t|[kMGT]?(?:W|Wh|Byte|Bit)|[kMGT]B|[MG]bit/s)(?![\w-]))"
)
_MONTHS = "Januar|Jänner|Februar|Feber|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_NO_BREAK = re.compile(
    r"([^\x01-\x20A-Za-zÄÖÜäöüß,])[ \n]"  # what never stands before such a space is passed over fast
    rf"(?:(?<=\d[ \n])(?={_UNITS})"  # 10 %, 5 km
    r"|(?:(?<=§[ \n])|(?<=\b(?:Kap|Abs|Art|Abb|Tab)\.[ \n])|(?<=\bNr\.[ \n])|(?<=\bS\.[ \n]))(?=\d)"  # § 5, Nr. 3
    rf"|(?<=\d\.[ \n])(?=(?:{_MONTHS})\b)"  # 24. Juli
    r"|(?<!\d{4}[ \n])(?<=\d[ \n])(?=\d{3}\b(?![.,]\d))"  # 12 000 000
    r"|(?:(?<=\bDr\.[ \n])|(?<=\bProf\.[ \n]))(?=[A-ZÄÖÜ])"  # Dr. Muster
    r"|(?<=(?<![\w.])[A-Za-zÄÖÜäöü]\.[ \n])(?=[A-Za-zÄÖÜäöü]\.))"  # z. B., i. d. R., A. B. Muster
)
_QUOTES = re.compile("[\"'„“”‚‘’«»‹›]")
_OPENERS = frozenset("([{-–—/„‚«‹\"'…")
"""Besides a space, what an opening quotation mark may follow."""


class _Marks(NamedTuple):
    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


_MARKS = {"de": _Marks("„", "“", "‚", "‘"), "de-ch": _Marks("«", "»", "‹", "›"), "en": _Marks("“", "”", "‘", "’")}


def typeset(text: str, language: str) -> str:
    """Set a text that may hold separators; they stay, and in the same order."""
    if "--" in text or "..." in text or "- " in text or "-\n" in text:
        text = _DASHES.sub(lambda match: _SET.get(match[0], match[0]), text)
    text = _NO_BREAK.sub(rf"\1{NO_BREAK_SPACE}", text)
    if '"' not in text and "'" not in text:
        return text
    tag = language.lower()
    marks = _MARKS.get(tag) or _MARKS.get(tag.split("-")[0]) or _MARKS["en"]
    return BLOCK.join(_Quotes(block, marks).set() for block in text.split(BLOCK))


class _Quotes:
    """The quotation marks of one block."""

    def __init__(self, block: str, marks: _Marks) -> None:
        self._block = block
        self._marks = marks
        self._open: list[str] = []
        """The marks that are open, by how they are typed: ``"`` or ``'``."""
        self._last_end = -1
        """The last place where a ``'`` could close."""

    def set(self) -> str:
        if '"' not in self._block and "'" not in self._block:
            return self._block
        for match in re.finditer("'", self._block):
            before, after = self._around(match)
            if not _is_space(before) and not after.isalnum():
                self._last_end = match.start()
        return _QUOTES.sub(self._replaced, self._block)

    def _replaced(self, match: re.Match[str]) -> str:
        if match[0] == '"':
            return self._double(match)
        if match[0] == "'":
            return self._single(match)
        self._note(match[0])
        return match[0]

    def _note(self, mark: str) -> None:
        """Keep count of marks that are typographic already: „so"."""
        marks = self._marks
        if mark in (marks.opening, marks.inner_opening):
            self._open.append('"' if mark == marks.opening else "'")
        elif mark in (marks.closing, marks.inner_closing):
            self._close('"' if mark == marks.closing else "'")

    def _close(self, typed: str) -> bool:
        if typed not in self._open:
            return False
        while self._open.pop() != typed:
            pass
        return True

    def _double(self, match: re.Match[str]) -> str:
        before, after = self._around(match)
        opens = not _is_space(after) and (_is_space(before) or before in _OPENERS)
        innermost = self._open[-1:] == ['"']
        if not _is_space(before) and (innermost or not opens) and self._close('"'):
            return self._marks.closing
        if opens:
            self._open.append('"')
            return self._marks.opening
        return match[0]  # 19" wide, or between two spaces

    def _single(self, match: re.Match[str]) -> str:
        before, after = self._around(match)
        if not _is_space(before) and not after.isalnum() and self._close("'"):
            return self._marks.inner_closing
        if not _is_space(after) and (_is_space(before) or before in _OPENERS):
            if after.isdigit() or self._last_end < match.end():
                return "’"  # ’90er, ’s ist
            self._open.append("'")
            return self._marks.inner_opening
        return match[0] if _is_space(before) else "’"

    def _around(self, match: re.Match[str]) -> tuple[str, str]:
        """The characters beside a mark, tags aside; a space at the block's ends."""
        block, first, last = self._block, match.start() - 1, match.end()
        while first >= 0 and block[first] == INLINE:
            first -= 1
        while last < len(block) and block[last] == INLINE:
            last += 1
        return block[first] if first >= 0 else " ", block[last] if last < len(block) else " "


def _is_space(character: str) -> bool:
    return character.isspace() or character == BREAK
