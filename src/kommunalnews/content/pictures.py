"""Picture and attachment files → Asset: digest, size in pixels, address.

Only what an article really shows is measured, and only that is published. A picture is decoded here once, so that what
is cut short or no picture at all is told where it is named. Vector pictures are texts that a browser can run: one that
holds a script, or that loads something, is refused.
"""

import io
import warnings
from pathlib import PurePosixPath
from typing import Any

from kommunalnews import urls
from kommunalnews.content import vectors
from kommunalnews.content.model import Asset, SourceFile
from kommunalnews.content.sources import PICTURES
from kommunalnews.diagnostics import N_, Diagnostic, Location, error, warning
from kommunalnews.digest import Digest
from kommunalnews.rasters import strictly
from kommunalnews.scales import SUFFIXES, Treatment, plain_format

PIXEL_LIMIT = 50_000_000
WEIGHT_LIMIT = 25_000_000
"""Bytes of a picture."""
_SMALL_PIXELS = 300_000
_SMALL_BYTES = 65_536
"""A PNG that is smaller than both, such as a logo, stays without loss."""
_FEW_COLOURS = 256
_FEW_GREYS = 32
_FORMATS = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
    "SVG": (".svg",),
}
_RASTER = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_TURNED = (5, 6, 7, 8)
"""Orientations in which width and height change places (Exif); whatever else stands there turns nothing."""


def measure(source: SourceFile, data: bytes, digest: Digest) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    """Find what a file with these bytes is and its address; None where it cannot be published."""
    name = PurePosixPath(source.path)
    suffix = name.suffix.lower()
    stem = name.parent.name if name.stem == "index" else name.stem
    if suffix not in PICTURES:
        return Asset(source.path, digest, urls.attachment(stem, digest, suffix)), ()
    if too_heavy := weight_fault(source.path, len(data)):
        return None, (too_heavy,)
    if not data:
        return None, (_empty(source.path),)
    if vectors.is_markup(data):
        return _vector(source.path, data, digest, stem, suffix)
    return _raster(source.path, data, digest, stem, suffix)


def weight_fault(path: str, size: int) -> Diagnostic | None:
    """What to say of a picture that has too many bytes to be read."""
    if size <= WEIGHT_LIMIT or PurePosixPath(path).suffix.lower() not in PICTURES:
        return None
    return error(
        "picture-too-large",
        N_("This picture has {size} MB; at most 25 are taken"),
        Location(path),
        N_("Make it smaller, 2400 pixels wide are plenty"),
        size=str(-(-size // 1_000_000)),
    )


def _raster(
    path: str, data: bytes, digest: Digest, stem: str, suffix: str
) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    from PIL import ExifTags, Image  # costs 40 ms, which a build without new pictures need not pay

    from kommunalnews.content.picture_credits import embedded_credit

    try:
        with warnings.catch_warnings(), strictly():
            warnings.simplefilter("ignore")
            # our own, lower limit is checked before a pixel is decoded, and says the size
            Image.MAX_IMAGE_PIXELS = None
            with Image.open(io.BytesIO(data), formats=_RASTER) as picture:
                width, height = picture.size
                kind = _kind(picture)
                if width * height > PIXEL_LIMIT:
                    return None, (_too_many_pixels(path, width, height),)
                Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
                is_animated = getattr(picture, "is_animated", False) and kind != "JPEG"
                if kind == "JPEG":
                    picture.draft("RGB", (width // 8, height // 8))  # reads all bytes, computes one pixel in 64
                picture.load()
                treatment = _treatment(picture, kind, len(data))
                if picture.getexif().get(ExifTags.Base.Orientation) in _TURNED:
                    width, height = height, width
                credit = embedded_credit(picture)
    except Exception:  # Pillow raises whatever a broken file makes it stumble over
        return None, (_unreadable(path),)
    found = [] if suffix in _FORMATS[kind] else [_mislabelled(path, kind)]
    if is_animated:
        found.append(_animated(path))
    address = urls.picture(stem, digest, SUFFIXES[plain_format(treatment)])
    return Asset(path, digest, address, width, height, treatment, credit), tuple(found)


def _kind(picture: Any) -> str:
    """The format; cameras put a preview behind a JPEG and call both MPO."""
    return "JPEG" if picture.format == "MPO" else str(picture.format)


def _treatment(picture: Any, kind: str, size: int) -> Treatment:
    """How a picture that is loaded is published."""
    if kind == "JPEG":
        return "photo"
    is_small = picture.width * picture.height <= _SMALL_PIXELS and size <= _SMALL_BYTES
    if picture.mode in ("1", "P") or (kind == "PNG" and is_small):
        return "graphic"
    if picture.mode in ("L", "RGB", "RGBA", "LA"):
        colours = _FEW_GREYS if picture.mode in ("L", "LA") else _FEW_COLOURS
        if picture.getcolors(colours) is not None:
            return "graphic"
    if picture.has_transparency_data:
        low, _ = picture.convert("RGBA").getchannel("A").getextrema()
        return "cutout" if low < 255 else "photo"
    return "photo"


def _vector(
    path: str, data: bytes, digest: Digest, stem: str, suffix: str
) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    try:
        width, height = vectors.drawing(data)
    except vectors.Active:
        return None, (_active(path),)
    except ValueError:
        return None, (_unreadable(path),)
    found = () if suffix in _FORMATS["SVG"] else (_mislabelled(path, "SVG"),)
    return Asset(path, digest, urls.picture(stem, digest, ".svg"), width, height), found


def _unreadable(path: str) -> Diagnostic:
    return error(
        "picture-unreadable",
        N_("This picture cannot be read: it is damaged, cut short or of another kind than its name says"),
        Location(path),
        N_("Export it again as JPEG, PNG or WebP"),
    )


def _empty(path: str) -> Diagnostic:
    return error(
        "picture-unreadable",
        N_("This picture is empty: the file has no bytes"),
        Location(path),
        N_("Copy it again from where it came from"),
    )


def _animated(path: str) -> Diagnostic:
    return warning(
        "picture-animated",
        N_("This picture moves; its first frame is published, for nobody can stop it"),
        Location(path),
        N_("Link a video instead, or save the frame that says most as PNG"),
    )


def _too_many_pixels(path: str, width: int, height: int) -> Diagnostic:
    return error(
        "picture-too-large",
        N_("This picture has {width} × {height} pixels; at most 50 million are taken"),
        Location(path),
        N_("Make it smaller, 2400 pixels wide are plenty"),
        width=str(width),
        height=str(height),
    )


def _mislabelled(path: str, kind: str) -> Diagnostic:
    return warning(
        "picture-mislabelled",
        N_("This file is a {kind} picture, whatever its name ends in; it is published as what it is"),
        Location(path),
        N_("Rename it to end in {suffix}, here and where it is shown"),
        kind=kind,
        suffix=_FORMATS[kind][0],
    )


def _active(path: str) -> Diagnostic:
    return error(
        "picture-active",
        N_("This SVG picture holds a script or loads something from elsewhere"),
        Location(path),
        N_("Export it again as plain SVG with everything inside, or as PNG"),
    )
