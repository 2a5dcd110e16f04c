"""Kicker and headline → a social card of 1200 × 630 pixels in the site's own type.

The headline is set as large as it fits, in lines of about equal length, and is never cut. Letters are placed one
after the other by FreeType alone, so that it matters nowhere which shaping libraries a machine has.
"""

import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from io import BytesIO

from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont
from pyphen import LANGUAGES, Pyphen

from kommunalnews.recipes import CardRecipe

_WIDTH, _HEIGHT = 1200, 630
_EDGE = 72
_TOP = 66
_FOOT = 104
"""What the line with the portal's name takes at the bottom."""
_ABOVE_FOOT = 28
_SIZES = (132, 118, 104, 96, 90, 84, 78, 72, 66, 60, 54, 48, 44, 40, 36, 32, 28, 24, 20, 16, 12, 8, 5, 3, 2, 1)
_LEADING = 1.08
_GROUND = "#0b5156"
_INK = "#fdfcf8"
_SOFT = "#b3dfdb"
_LONG = 12
"""Letters of a word that may be broken."""
_MARK = (
    *((2, 30), (2, 18), (7, 18), (7, 12), (12, 12), (12, 6), (14.5, 6), (14.5, 2)),
    *((17.5, 2), (17.5, 6), (20, 6), (20, 12), (25, 12), (25, 18), (30, 18), (30, 30)),
)
"""The stepped gable, in a square of 32; ``templates/parts/mark.html`` has the same."""
_FINER = 4

Font = ImageFont.FreeTypeFont


def drawn(recipe: CardRecipe, fonts: Sequence[bytes]) -> bytes:
    """The card as PNG. Raises what Pillow raises where a font is broken."""
    headline, furniture = fonts
    layers = _Layers()
    foot = _HEIGHT - _FOOT
    layers.soft.rectangle((_EDGE, foot, _WIDTH - _EDGE, foot + 2), fill=255)
    _name(layers, _settable(recipe.site, headline), headline, foot)
    kicker = _settable(recipe.kicker, furniture)
    top = _kicker(layers.soft, kicker, furniture) if kicker else _TOP
    room = foot - _ABOVE_FOOT - top
    size, lines = _set(_settable(recipe.title, headline), headline, room, recipe.language)
    font, leading = _font(headline, size), round(size * _LEADING)
    start = top if kicker else top + max(0, (room - leading * len(lines)) // 2)
    for number, line in enumerate(lines):
        layers.ink.text((_EDGE, start + number * leading), line, font=font, fill=255, anchor="la")
    return layers.png()


class _Layers:
    """What is drawn in either colour: how much of each pixel it covers."""

    def __init__(self) -> None:
        self._ink = Image.new("L", (_WIDTH, _HEIGHT), 0)
        self.soft_image = Image.new("L", (_WIDTH, _HEIGHT), 0)
        self.ink = ImageDraw.Draw(self._ink)
        self.soft = ImageDraw.Draw(self.soft_image)

    def png(self) -> bytes:
        """Both on the ground, in 32 steps each: a palette that needs no search."""
        steps = self._ink.point([value >> 3 for value in range(256)])
        soft = self.soft_image.point([32 + (value >> 3) if value >= 8 else 0 for value in range(256)])
        card = ImageChops.lighter(steps, soft)  # what is soft covers what is ink
        card.putpalette(_palette())
        stream = BytesIO()
        card.save(stream, "PNG", compress_type=zlib.Z_RLE)  # a third of the work for half as many bytes again
        return stream.getvalue()


@cache
def _palette() -> list[int]:
    return [part for colour in (_INK, _SOFT) for step in range(32) for part in _mixed(colour, step)]


def _mixed(colour: str, step: int) -> tuple[int, ...]:
    """A colour on the ground, ``step`` of 31 parts of it."""
    pairs = zip(ImageColor.getrgb(_GROUND), ImageColor.getrgb(colour), strict=True)
    return tuple(round(ground + (own - ground) * step / 31) for ground, own in pairs)


def _kicker(draw: ImageDraw.ImageDraw, text: str, data: bytes) -> int:
    """The kicker in one line, as large as it fits; where the headline begins."""
    size = next((size for size in (38, 34, 30) if _font(data, size).getlength(text) <= _room()), 0)
    lines = [text] if size else _lines(text.split(), _font(data, 30), _room())
    font, leading = _font(data, size or 30), round((size or 30) * 1.3)
    for number, line in enumerate(lines):
        draw.text((_EDGE, _TOP + number * leading), line, font=font, fill=255, anchor="la")
    return _TOP + len(lines) * leading + 14


def _name(layers: _Layers, name: str, data: bytes, foot: int) -> None:
    """The portal's mark and name."""
    size = next((size for size in (46, 40, 34, 28, 22) if _font(data, size).getlength(name) <= _room() - 60), 16)
    middle = foot + (_FOOT + 2) // 2
    side = round(size * 0.95)
    layers.soft_image.paste(_mark(side), (_EDGE, middle - side // 2))
    layers.ink.text((_EDGE + side + 14, middle), name, font=_font(data, size), fill=255, anchor="lm")


@lru_cache(maxsize=8)
def _mark(side: int) -> Image.Image:
    scale = side * _FINER / 32
    found = Image.new("L", (side * _FINER, side * _FINER), 0)
    draw = ImageDraw.Draw(found)
    draw.polygon([(x * scale, y * scale) for x, y in _MARK], fill=255)
    draw.pieslice([13 * scale, 19 * scale, 19 * scale, 25 * scale], 180, 360, fill=0)
    draw.rectangle([13 * scale, 22 * scale, 19 * scale, 32 * scale], fill=0)
    return found.resize((side, side), Image.Resampling.LANCZOS)


def _settable(text: str, data: bytes) -> str:
    """The text without signs that the font lacks, such as emoji; for a letter that it lacks, what that is made of."""
    known = _letters_of(data)
    pieces = (sign if ord(sign) in known else _made_of(sign, known) for sign in text)
    return " ".join("".join(pieces).split())


def _made_of(sign: str, known: frozenset[int]) -> str:
    if sign.isspace():
        return " "
    found = "".join(part for part in unicodedata.normalize("NFKD", sign) if ord(part) in known)
    return found or (sign if sign.isalnum() else "")


@lru_cache(maxsize=8)
def _letters_of(data: bytes) -> frozenset[int]:
    with TTFont(BytesIO(data), lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _room() -> int:
    return _WIDTH - 2 * _EDGE


@lru_cache(maxsize=64)
def _font(data: bytes, size: int) -> Font:
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


def _set(text: str, data: bytes, height: int, language: str) -> tuple[int, list[str]]:
    """The largest size at which all of a headline fits, and its lines."""
    words = text.replace("\u00ad", "").split()
    for size in _SIZES:
        font = _font(data, size)
        pieces = [piece for word in words for piece in _pieces(word, font, language)]
        lines = _lines(pieces, font, _room())
        if len(lines) * round(size * _LEADING) <= height:
            return size, lines
    return _SIZES[-1], lines


def _pieces(word: str, font: Font, language: str) -> Iterator[str]:
    """A word that fits a line as it is; else its syllables, joined in as few pieces as fit, with hyphens."""
    if font.getlength(word) <= _room():
        yield word
        return
    rest = word
    while font.getlength(rest) > _room():
        fitting = [place for place in _breaks(rest, language) if font.getlength(_hyphened(rest[:place])) <= _room()]
        place = fitting[-1] if fitting else max(1, _letters(rest, font))
        yield _hyphened(rest[:place])
        rest = rest[place:]
    yield rest


def _hyphened(start: str) -> str:
    return start if start.endswith(("-", "–", "/")) else f"{start}-"


def _breaks(word: str, language: str) -> list[int]:
    if len(word) < _LONG:
        return []
    own = [place + 1 for place, letter in enumerate(word[:-1]) if letter in "-–/"]
    patterns = _patterns(language)
    return sorted({*own, *(patterns.positions(word) if patterns else ())})


@lru_cache(maxsize=4)
def _patterns(language: str) -> Pyphen | None:
    found = next((name for name in (language.replace("-", "_"), language.partition("-")[0]) if name in LANGUAGES), "")
    return Pyphen(lang=found, left=4, right=4) if found else None


def _letters(word: str, font: Font) -> int:
    """How many letters of a word fit a line with a hyphen."""
    return next((count for count in range(len(word) - 1, 0, -1) if font.getlength(f"{word[:count]}-") <= _room()), 1)


def _lines(words: list[str], font: Font, room: float) -> list[str]:
    """As few lines as hold the words, the widest of them as narrow as possible."""
    widths = [font.getlength(word) for word in words]
    space = font.getlength(" ")
    least, most = max([*widths, 1.0]), max([room, *widths])
    count = len(_broken(words, widths, space, most))
    while most - least > 2:
        middle = (least + most) / 2
        if len(_broken(words, widths, space, middle)) <= count:
            most = middle
        else:
            least = middle
    return _broken(words, widths, space, most)


def _broken(words: list[str], widths: list[float], space: float, room: float) -> list[str]:
    """First fit."""
    lines: list[list[str]] = []
    taken = room
    for word, width in zip(words, widths, strict=True):
        if lines and taken + space + width <= room:
            lines[-1].append(word)
            taken += space + width
        else:
            lines.append([word])
            taken = width
    return [" ".join(line) for line in lines]
