"""Our own fonts → a fontconfig that knows nothing else, and the characters that they can show.

The same PDF on every machine, whatever is installed there; and a quick start, as there is little to scan.
"""

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

from kommunalnews.resources import packaged

SUBSTITUTE = "\u25a1"
"""What stands for a character that no font has: PDF/UA forbids the font's own box for missing glyphs."""


def folders() -> tuple[Path, ...]:
    """Where our fonts lie: those that the print view names, and those that step in for emoji and signs."""
    return packaged("static") / "fonts", Path(__file__).parent / "fonts"


def write_fontconfig(into: Path) -> Path:
    """A fontconfig file that knows only our fonts for print, with its cache beside it. It may be there already."""
    config = into / "fonts.conf"
    if config.exists():
        return config
    folders_named = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders())
    into.mkdir(parents=True, exist_ok=True)
    beside = into / f"fonts.conf.{os.getpid()}"
    beside.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{folders_named}"
        "<selectfont><rejectfont><glob>*.woff2</glob></rejectfont></selectfont>"
        f"<cachedir>{escape(str(into))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    os.replace(beside, config)
    return config


def missing(fonts: Iterable[bytes]) -> re.Pattern[str]:
    """Matches each character that neither our fonts nor these can show."""
    shown = set(_packaged_characters())
    for font in fonts:
        shown |= _characters(font)
    # Invisible by nature, with or without a glyph: white space, soft hyphens, joiners, direction and variation marks.
    invisible = (
        "\t\n\r\f \xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
    )
    return re.compile(f"[^{invisible}{''.join(_ranges(sorted(shown)))}]")


def stand_in(character: str, missing: re.Pattern[str]) -> tuple[str, str]:
    """What is shown for a missing character, and by which HTML element: ₂ by ``sub``, a ligature as letters."""
    if character in "\u2028\u2029\x85":
        return " ", "span"
    kind = unicodedata.decomposition(character).partition(" ")[0]
    plain = unicodedata.normalize("NFKC", character)
    if plain == character or missing.search(plain):
        return SUBSTITUTE, "span"
    return plain, {"<sub>": "sub", "<super>": "sup"}.get(kind, "span")


def _ranges(codes: list[int]) -> Iterable[str]:
    start = previous = None
    for code in [*codes, None]:
        if start is not None and previous is not None and code != previous + 1:
            yield f"{re.escape(chr(start))}-{re.escape(chr(previous))}"
            start = None
        if start is None:
            start = code
        previous = code


@cache
def _packaged_characters() -> frozenset[int]:
    paths = (path for folder in folders() for path in folder.glob("*.ttf"))
    return frozenset().union(*(_characters(path.read_bytes()) for path in paths))


def _characters(font: bytes) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(BytesIO(font), lazy=True) as opened:
            return frozenset(opened.getBestCmap() or ())
    except (TTLibError, KeyError, AssertionError):
        return frozenset()
