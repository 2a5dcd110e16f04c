"""Picture and attachment files → Asset: digest, size in pixels, address.

Only what an article really shows is measured, and only that is published. Vector pictures are texts that a browser can
run: one that holds a script, or that loads something, is refused.
"""

import io
import re
import warnings
from pathlib import PurePosixPath

from kommunalnews import urls
from kommunalnews.content.model import Asset, SourceFile
from kommunalnews.content.sources import PICTURES
from kommunalnews.diagnostics import N_, Diagnostic, Location, error, warning
from kommunalnews.digest import Digest

PIXEL_LIMIT = 50_000_000
_FORMATS = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
}
_ACTIVE = re.compile(
    rb"<\s*(?:[a-z]+:)?(?:script|foreignobject|iframe|embed|object|handler|listener)\b|[\s\"'/]on[a-z]+\s*="
    rb"|javascript:|<!entity|@import|<\?xml-stylesheet|href\s*=\s*[\"']\s*(?!#|data:image/(?:png|jpeg|gif|webp))"
    rb"|url\(\s*[\"']?\s*(?!#|[\"']?data:image/(?:png|jpeg))",
    re.IGNORECASE,
)


def measure(source: SourceFile, data: bytes, digest: Digest) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    """Find the size and the address of a file with these bytes; None where it cannot be published."""
    name = PurePosixPath(source.path)
    suffix = name.suffix.lower()
    stem = name.parent.name if name.stem == "index" else name.stem
    if suffix not in PICTURES:
        return Asset(source.path, digest, urls.attachment(stem, digest, suffix)), ()
    address = urls.picture(stem, digest, suffix)
    if suffix == ".svg":
        return _vector(source.path, data, digest, address)
    return _raster(source.path, data, digest, address, suffix)


def _raster(
    path: str, data: bytes, digest: Digest, address: str, suffix: str
) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    from PIL import ExifTags, Image  # costs 40 ms, which a build without new pictures need not pay

    Image.MAX_IMAGE_PIXELS = None  # our own, lower limit is checked before a pixel is decoded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as picture:
                width, height = picture.size
                kind = picture.format or ""
                if width * height > PIXEL_LIMIT:
                    return None, (_too_many_pixels(path, width, height),)
                # Pillow looks for a PNG's Exif behind the pixels too, and decodes them all on the way
                has_exif = kind != "PNG" or "exif" in picture.info
                if has_exif and picture.getexif().get(ExifTags.Base.Orientation, 1) >= 5:
                    width, height = height, width
    except Exception:  # Pillow raises whatever a broken file makes it stumble over
        return None, (_unreadable(path),)
    found = [] if suffix in _FORMATS[kind] else [_mislabelled(path, kind)]
    if found:
        address = address.removesuffix(suffix) + _FORMATS[kind][0]
    return Asset(path, digest, address, width, height), tuple(found)


def _vector(path: str, data: bytes, digest: Digest, address: str) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    if _ACTIVE.search(data) or b"<svg" not in data.lower() or b"\0" in data:
        return None, (_active(path),)
    width, height = _vector_size(data)
    return Asset(path, digest, address, width, height), ()


def _vector_size(data: bytes) -> tuple[int, int]:
    opening = re.search(rb"<svg\b[^>]*>", data, re.IGNORECASE)
    text = opening.group().decode("utf-8", "replace") if opening else ""
    sizes = [re.search(rf"\s{name}\s*=\s*[\"']\s*([\d.]+)(?:px)?\s*[\"']", text) for name in ("width", "height")]
    if sizes[0] and sizes[1]:
        return tuple(round(float(size.group(1))) for size in sizes if size)  # type: ignore[return-value]
    box = re.search(r"viewBox\s*=\s*[\"']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)", text)
    return (round(float(box.group(1))), round(float(box.group(2)))) if box else (0, 0)


def _unreadable(path: str) -> Diagnostic:
    return error(
        "picture-unreadable",
        N_("This picture cannot be read: it is damaged, cut short or of another kind than its name says"),
        Location(path),
        N_("Export it again as JPEG, PNG or WebP"),
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
        N_("This file is a {kind} picture, whatever its name ends in; it is published with the right ending"),
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
