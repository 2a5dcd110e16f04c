"""A picture's bytes → the same picture at one size in one format: turned upright, in sRGB, with nothing but its credit.

The same bytes on every machine with the same Pillow: encoders have one thread and nothing of the day in them.
AVIF at speed 8 takes a quarter of the time of the default, for a tenth more bytes.
"""

from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from kommunalnews.rasters import strictly
from kommunalnews.recipes import PictureRecipe

PIXEL_LIMIT = 50_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_PAPER_WIDTH = 1600
"""A JPEG that is as wide is printed, and kept finer."""
_REDUCED = 3.0
"""Pillow may first halve a picture, as long as so many pixels are left for each one (``reducing_gap``)."""
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><photoshop:Credit>{credit}</photoshop:Credit>'
    "<dc:creator><rdf:Seq><rdf:li>{credit}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def encoded(recipe: PictureRecipe, data: bytes) -> bytes:
    """The bytes of one published picture. Raises whatever Pillow stumbles over."""
    upright = _upright(data, recipe.treatment != "photo")
    size = (recipe.width, recipe.height)
    scaled = upright if upright.size == size else _scaled(upright, size)
    stream = BytesIO()
    match recipe.format:
        case "avif":
            scaled.save(stream, "AVIF", quality=55, speed=8, max_threads=1, codec="aom", **_metadata(recipe.credit))
        case "webp" if recipe.treatment == "graphic":
            scaled.save(stream, "WEBP", lossless=True, quality=80, method=4, exact=False, **_metadata(recipe.credit))
        case "webp":
            scaled.save(stream, "WEBP", quality=76, method=2, **_metadata(recipe.credit))
        case "jpeg":
            quality = 88 if recipe.width >= _PAPER_WIDTH else 80
            scaled.save(stream, "JPEG", quality=quality, optimize=True, progressive=True, **_metadata(recipe.credit))
        case "png":
            _in_palette(scaled).save(stream, "PNG", compress_level=9, pnginfo=_png_credit(recipe.credit))
    return stream.getvalue()


@lru_cache(maxsize=1)
def _upright(data: bytes, may_be_transparent: bool) -> Image.Image:
    """The picture in RGB (or RGBA) as readers see it. One is kept: its other sizes are asked for next."""
    with strictly(), Image.open(BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > PIXEL_LIMIT:
            raise Image.DecompressionBombError(f"{picture.width} × {picture.height} pixels")
        profile = picture.info.get("icc_profile")
        picture.load()
        turned = ImageOps.exif_transpose(picture)
    found = _in_srgb(_in_eight_bits(turned), profile)
    if found.mode == "RGBA" and not may_be_transparent:
        return _on_white(found)
    found.info.clear()
    return found


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen bits of grey → eight; Pillow itself would cut off instead of scaling."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda level: level * (1 / 257) + 0.5).convert("L")
    return picture


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA by the picture's own profile; without one, what browsers take it for."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode in ("P", "PA", "1", "LA"):
        picture = picture.convert(mode)
    if profile and picture.mode in ("RGB", "RGBA", "L", "CMYK"):
        try:
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(theirs):
                ours = ImageCms.createProfile("sRGB")
                target = "RGBA" if picture.mode == "RGBA" else "RGB"
                converted = ImageCms.profileToProfile(picture, theirs, ours, outputMode=target)
                picture = converted or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that is broken, or of other colours, is none
    return picture if picture.mode == mode else picture.convert(mode)


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _scaled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=_REDUCED)


def _in_palette(picture: Image.Image) -> Image.Image:
    """The same pixels by numbers of colours where these are few: a third of the bytes."""
    if picture.mode != "RGB" or picture.getcolors(256) is None:
        return picture
    return picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=256, dither=Image.Dither.NONE)


def _metadata(credit: str) -> dict[str, Any]:
    """What the encoders write: nothing, or the credit."""
    return {"xmp": _XMP.format(credit=escape(credit)).encode()} if credit else {}


def _png_credit(credit: str) -> PngImagePlugin.PngInfo | None:
    if not credit:
        return None
    found = PngImagePlugin.PngInfo()
    found.add_itxt("XML:com.adobe.xmp", _XMP.format(credit=escape(credit)))
    return found
