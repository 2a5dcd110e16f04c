"""The main kinds of pages look as they did: pictures of them are compared with those in ``looks/``.

``--update-golden`` takes the pictures anew; look at what has changed before you commit them.
"""

from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page

from published.looks import Comparison, compare, look, packed
from published.output import Published
from published.page_types import place
from published.visiting import Scheme, Visits

pytestmark = pytest.mark.browser

LOOKS = Path(__file__).parent / "looks"
_KINDS = ("home", "section", "article", "place", "search", "vendor", "issue")
_WIDTHS = (360, 1280)
PAGES: list[tuple[str, int, Scheme]] = [
    *((kind, width, "light") for kind in _KINDS for width in _WIDTHS),
    ("home", 1280, "dark"),
    ("article", 360, "dark"),
]


def _kept(kind: str, width: int, scheme: Scheme) -> Path:
    return LOOKS / f"{kind}-{width}-{scheme}.png"


def _expected(kind: str, width: int, scheme: Scheme) -> Image.Image:
    return Image.open(_kept(kind, width, scheme)).convert("RGB")


@pytest.mark.parametrize(("kind", "width", "scheme"), PAGES)
def test_a_page_looks_as_it_did(
    visits: Visits, demo: Published, small: Published, tmp_path: Path, update_golden: bool,
    kind: str, width: int, scheme: Scheme,
) -> None:  # fmt: skip
    site, address = place(kind, demo, small)
    with visits.visit(site, address, width=width, scheme=scheme, fresh=False) as page:
        actual = look(page)
    if update_golden:
        LOOKS.mkdir(exist_ok=True)
        _kept(kind, width, scheme).write_bytes(packed(actual))
    expected = _expected(kind, width, scheme)
    found = compare(actual, expected)
    if found.tiles:
        for name, picture in (("actual", actual), ("expected", expected), ("difference", found.picture)):
            picture.save(tmp_path / f"{name}.png")
    assert not found.tiles, f"{len(found.tiles)} tiles differ: see actual, expected and difference.png in {tmp_path}"


@pytest.fixture(scope="module")
def home(visits: Visits, demo: Published) -> Page:
    """The home page, which may be changed."""
    return visits.open(demo, "/")


@pytest.mark.parametrize(
    "change",
    [
        ".kn-rubric { color: #0b5156 }",
        ".kn-teaser-text { padding-inline-start: 6px }",
        ".kn-line { padding-block: .75rem }",
        ".kn-terms a { background: #d6cfbf }",
        "body { background: #f2efe6 }",
    ],
)
def test_a_change_of_colour_or_room_is_seen(home: Page, change: str) -> None:
    before = look(home)
    home.evaluate(_STYLED, change)
    assert compare(look(home), before).tiles
    home.evaluate(_STYLED, "")
    assert not compare(look(home), before).tiles


_STYLED = """css => {
    window.changed ??= new CSSStyleSheet();
    changed.replaceSync(css);
    document.adoptedStyleSheets = [changed];
}"""


@pytest.mark.parametrize("strength", [0.4, 0.7])
def test_other_smoothing_of_edges_is_none(strength: float) -> None:
    for name in ("home-1280-light", "article-360-dark"):
        kept = Image.open(LOOKS / f"{name}.png").convert("RGB")
        assert not compare(kept.filter(ImageFilter.GaussianBlur(strength)), kept).tiles
        assert not compare(kept.filter(ImageFilter.UnsharpMask(1, 40)), kept).tiles
        half = kept.resize((kept.width * 2, kept.height * 2), Image.Resampling.BICUBIC)
        shifted = half.transform(half.size, Image.Transform.AFFINE, (1, 0, 0.5, 0, 1, 0)).resize(kept.size)
        assert not compare(shifted, kept).tiles, "a quarter of a pixel"


def test_a_page_that_is_longer_differs_where_it_goes_on() -> None:
    short, long = Image.new("RGB", (64, 64), "white"), Image.new("RGB", (64, 96), "white")
    found: Comparison = compare(long, short)
    assert {row for _, row in found.tiles} == {4, 5} or {row for _, row in found.tiles} == {3, 4, 5}


def test_the_pictures_are_small_and_none_is_kept_for_nothing() -> None:
    kept = {path.name: path.stat().st_size for path in LOOKS.iterdir()}
    assert set(kept) == {_kept(*page).name for page in PAGES}
    assert sum(kept.values()) <= 2_500_000
