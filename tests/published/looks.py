"""Pictures of pages, and how much they differ: what rendering rounds in another way is no difference."""

from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Page

from published.visiting import FRAMES

SCALE = 2
"""Pictures are kept at half their size."""
TALL = 2400
"""What stands further down a page is left out."""
TILE = 16
THRESHOLD = 9.0
"""A tile whose colours differ by more than this on average, of 255, is another tile."""

_READY = f"""() => Promise.all([
    document.fonts.ready,
    ...Array.from(document.images, image => {{ image.loading = 'eager'; return image.decode().catch(() => null); }}),
]).then(() => {FRAMES})"""


class Comparison(NamedTuple):
    """Where two pictures differ."""

    tiles: tuple[tuple[int, int], ...]
    """Column and row of each tile that is another."""
    picture: Image.Image
    """The actual picture, faint, and on it what differs in red."""


def look(page: Page) -> Image.Image:
    """What a page looks like once its faces and pictures have come."""
    page.evaluate(_READY)
    size = page.viewport_size
    assert size is not None
    height = min(TALL, int(page.evaluate("document.documentElement.scrollHeight")))
    data = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": height})
    shot = Image.open(BytesIO(data)).convert("RGB")
    return shot.resize((shot.width // SCALE, shot.height // SCALE), Image.Resampling.BOX)


def packed(picture: Image.Image) -> bytes:
    """A picture as the small PNG that is kept."""
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def compare(actual: Image.Image, expected: Image.Image) -> Comparison:
    """Both blurred, tile by tile. Pictures of different sizes differ where only one has anything, too."""
    size = max(actual.width, expected.width), max(actual.height, expected.height)
    difference = ImageChops.difference(_blurred(actual, size), _blurred(expected, size))
    strongest = ImageChops.lighter(ImageChops.lighter(*difference.split()[:2]), difference.split()[2])
    columns, rows = -(-size[0] // TILE), -(-size[1] // TILE)
    whole = Image.new("L", (columns * TILE, rows * TILE))
    whole.paste(strongest)
    means = whole.reduce(TILE).tobytes()
    tiles = tuple((at % columns, at // columns) for at, mean in enumerate(means) if mean > THRESHOLD)
    shown = Image.blend(_laid(actual, size), Image.new("RGB", size, "white"), 0.6)
    for column, row in tiles:
        shown.paste("red", (column * TILE, row * TILE, column * TILE + 3, row * TILE + TILE))
        shown.paste("red", (column * TILE, row * TILE, column * TILE + TILE, row * TILE + 3))
    return Comparison(tiles, shown)


def _blurred(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return _laid(picture, size).filter(ImageFilter.GaussianBlur(2))


def _laid(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """On a ground that no page has, so that what one picture lacks is seen."""
    ground = Image.new("RGB", size, "magenta")
    ground.paste(picture)
    return ground
