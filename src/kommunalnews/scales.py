"""Size of a picture → the sizes in which it is published.

A picture is never enlarged. The *whole* one is that which paper, feeds and books show: as large as a sheet of A4 needs
at 300 dpi. The others are for screens.
"""

from typing import Literal, NamedTuple

Format = Literal["avif", "webp", "jpeg", "png"]
Treatment = Literal["file", "photo", "cutout", "graphic"]
"""What becomes of a picture: published as it is (SVG); as photograph; as photograph with transparent parts; without
any loss, since it is small or has few colours."""

WIDTHS = (360, 720, 1280)
"""A small picture beside a teaser at twice the pixels, a phone, an article or the lead story."""
_PAPER = 2480, 3508
"""A4 at 300 dpi."""
_NEAR = 1.2
"""A width that is so near to the largest one saves nothing."""
_DOT = 4096
"""Pixels below which one format is enough."""
BOOK_WIDTH = 1600
"""What a book holds: no reader has a wider screen."""
SUFFIXES: dict[Format, str] = {"avif": ".avif", "webp": ".webp", "jpeg": ".jpg", "png": ".png"}


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


def whole(width: int, height: int) -> Size:
    """The size of the largest picture that is published."""
    if width <= 0 or height <= 0:
        return Size(width, height)
    scale = min(1.0, _PAPER[0] / width, _PAPER[1] / height)
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


def scaled(size: Size, width: int) -> Size:
    """The same picture, so wide."""
    return Size(width, max(1, round(size.height * width / size.width)))


def plain_format(treatment: Treatment) -> Format:
    """The format that everybody can show."""
    return "jpeg" if treatment == "photo" else "png"


def widths(treatment: Treatment, size: Size) -> tuple[int, ...]:
    """The widths in which screens are offered a picture whose whole size is ``size``, smallest first."""
    if treatment == "file" or size.width * size.height < _DOT:
        return ()
    if treatment == "graphic":
        return (size.width,)
    largest = min(size.width, WIDTHS[-1])
    return (*(width for width in WIDTHS if width * _NEAR < largest), largest)


def plain_widths(treatment: Treatment, size: Size) -> tuple[int, ...]:
    """Those in which the plain format comes, besides the whole picture: few browsers are left that need it."""
    if treatment != "photo":
        return ()
    return tuple(width for width in widths(treatment, size)[1:] if width < size.width)


def formats(treatment: Treatment) -> tuple[Format, ...]:
    """The formats that screens are offered before the plain one, best first."""
    match treatment:
        case "photo" | "cutout":
            return ("avif", "webp")
        case "graphic":
            return ("webp",)
        case "file":
            return ()
