"""What Pillow takes for a picture is the same in every process, whatever else was imported there.

WeasyPrint's import tells Pillow to fill up with grey what is cut short (``ImageFile.LOAD_TRUNCATED_IMAGES``), for the
whole process.
"""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def strictly() -> Iterator[None]:
    """In the block a picture that is cut short raises OSError; what Pillow was told before is left as it was."""
    from PIL import Image, ImageFile  # costs 40 ms, which a build without new pictures need not pay

    before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = before
