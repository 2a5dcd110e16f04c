"""A picture → the same in red, green and blue: PDF/A shows only colours that its profile describes.

Press offices send JPEGs that were made for printers, in CMYK.
"""

from io import BytesIO

from kommunalnews.rasters import strictly

_JPEG = b"\xff\xd8\xff"


def in_rgb(data: bytes) -> bytes:
    """The picture itself unless it is a JPEG in CMYK; what cannot be read is left to whoever tries to show it."""
    if not data.startswith(_JPEG):
        return data
    from PIL import Image, ImageCms

    try:
        with strictly(), Image.open(BytesIO(data), formats=("JPEG",)) as picture:
            if picture.mode != "CMYK":
                return data
            converted = None
            if profile := picture.info.get("icc_profile"):
                try:
                    theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
                    ours = ImageCms.createProfile("sRGB")
                    converted = ImageCms.profileToProfile(picture, theirs, ours, outputMode="RGB")
                except (ImageCms.PyCMSError, OSError):
                    pass  # a profile that is broken is none
            written = BytesIO()
            (converted or picture.convert("RGB")).save(written, "JPEG", quality=90)
            return written.getvalue()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return data
