"""What becomes of pictures of all kinds: sizes, formats, colours, metadata, and what is said of those that are odd."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image, ImageCms, ImageDraw, ImageFile, PngImagePlugin
from sites import CONFIG, SiteFolder, article

from kommunalnews import scales
from kommunalnews.digest import Digest
from kommunalnews.pages import ArticlePage
from kommunalnews.recipes import CardRecipe, PictureRecipe, TemplateRecipe
from kommunalnews.rendering import cards, pictures, vectors
from kommunalnews.rendering.print_pictures import in_rgb
from kommunalnews.resources import packaged

RED, BLUE = (200, 30, 30), (30, 30, 200)
GPS = 0x8825


def photo(width: int = 500, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Red above and blue below, with a gradient, so that it has many colours."""
    picture = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (picture, picture.rotate(90).resize((width, height)), picture))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, height // 4), fill=RED)
    draw.rectangle((0, height - height // 4, width, height), fill=BLUE)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **more)
    return stream.getvalue()


def exif(**tags: Any) -> Image.Exif:
    found = Image.Exif()
    names = {"orientation": 0x0112, "artist": 0x013B, "camera": 0x0110}
    for name, value in tags.items():
        found[names[name]] = value
    found.get_ifd(GPS)[2] = (49.0, 26.0, 38.0)
    return found


def site_of(
    tmp_path: Path, data: bytes, name: str = "rathaus.jpg", image: str = "", body: str = "Words."
) -> SiteFolder:
    shown = image or f"{{src: {name}, alt: Das Rathaus}}"
    texts: dict[str, str | bytes] = {"content/articles/a.md": article("A", body, image=shown)}
    return SiteFolder(tmp_path / "site", {**texts, f"content/articles/{name}": data}, theme="packaged")


def published_pictures(site: SiteFolder) -> dict[str, bytes]:
    """Everything in ``bilder/`` without its digest: ``rathaus-360.avif``."""
    found = {path: data for path, data in site.published().items() if path.startswith("bilder/")}
    return {re.sub(r"^bilder/|-[0-9a-f]{8}(?=[-.])", "", path): data for path, data in found.items()}


def shown(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def is_like(picture: Image.Image, place: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    found = picture.convert("RGB").getpixel((int(picture.width * place[0]), int(picture.height * place[1])))
    assert isinstance(found, tuple)
    return all(abs(a - b) < 40 for a, b in zip(found, colour, strict=True))


# ── sizes and formats ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_photograph_comes_in_three_formats_and_several_widths_and_is_never_enlarged(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo(1000, 600)))
    site.build()
    found = published_pictures(site)
    assert sorted(found) == [
        "rathaus-1000.avif", "rathaus-1000.webp", "rathaus-360.avif", "rathaus-360.webp",
        "rathaus-720.avif", "rathaus-720.jpg", "rathaus-720.webp", "rathaus.jpg",
    ]  # fmt: skip
    sizes = {name: Image.open(BytesIO(data)).size for name, data in found.items()}
    assert sizes["rathaus.jpg"] == (1000, 600)
    assert sizes["rathaus-720.avif"] == sizes["rathaus-720.jpg"] == (720, 432)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (360, 720, 1280)),
        ((1600, 900), (360, 720, 1280)),
        ((1300, 900), (360, 720, 1280)),
        ((800, 400), (360, 800)),
        ((300, 200), (300,)),
    ],
)
def test_widths_are_those_of_the_layout_below_that_of_the_picture(size: tuple[int, int], expected: object) -> None:
    assert scales.widths("photo", scales.whole(*size)) == expected


def test_the_largest_picture_fills_a_sheet_of_paper_at_300_dpi_and_no_more() -> None:
    assert scales.whole(6000, 4000) == (2480, 1653)
    assert scales.whole(1, 50_000_000) == (1, 3508)
    assert scales.whole(1600, 1067) == (1600, 1067)


def test_the_page_offers_every_size_that_is_published_and_no_other(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo(1000, 600)), body='![Das Rathaus](rathaus.jpg "Am Markt (Foto: bs)")')
    site.build()
    page = site.read("meldungen/2026/a/index.html")
    named = set(re.findall(r"/(bilder/[^\s\",]+)", page))
    files = {path for path in site.published() if path.startswith("bilder/")}
    assert named == files
    assert page.count('<source type="image/avif"') == page.count('<source type="image/webp"') == 2
    assert page.count('fetchpriority="high"') == 1
    assert page.count('loading="lazy"') == 1
    assert 'width="1000" height="600"' in page
    assert " style=" not in page
    assert "<picture>" not in site.read("meldungen/2026/a/druck.html")


def test_a_graphic_stays_without_loss(tmp_path: Path) -> None:
    drawing = Image.new("RGB", (800, 400), "white")
    ImageDraw.Draw(drawing).rectangle((50, 50, 300, 200), fill=RED)
    site = site_of(tmp_path, saved(drawing, "PNG"), "plan.png")
    site.build()
    found = published_pictures(site)
    assert sorted(found) == ["plan-800.webp", "plan.png"]
    assert all(shown(data).tobytes() == drawing.tobytes() for data in found.values())


def test_transparent_parts_stay_transparent(tmp_path: Path) -> None:
    cut = photo(700, 500, "RGBA")
    cut.putalpha(Image.linear_gradient("L").resize(cut.size))
    site = site_of(tmp_path, saved(cut, "PNG"), "frei.png")
    site.build()
    found = published_pictures(site)
    assert sorted(found) == ["frei-360.avif", "frei-360.webp", "frei-700.avif", "frei-700.webp", "frei.png"]
    for data in found.values():
        low, high = shown(data).getchannel("A").getextrema()
        assert low < 10 < 240 < high  # type: ignore[operator]


def test_a_focal_point_becomes_classes(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo()), image="{src: rathaus.jpg, alt: R, focal: 30% 20%}")
    site.build()
    assert 'class="kn-focus-x3 kn-focus-y2"' in site.read("index.html")
    for focal in ("[0.3, 0.2]", "0.3 0.2"):
        site.write({"content/articles/a.md": article("A", image=f"{{src: rathaus.jpg, alt: R, focal: {focal}}}")})
        output = site.plan()["meldungen/2026/a/index.html"].recipe
        assert isinstance(output, TemplateRecipe)
        assert isinstance(output.page, ArticlePage)
        assert output.page.picture
        assert output.page.picture.focus == "kn-focus-x3 kn-focus-y2"
    site.write({"content/articles/a.md": article("A", image="{src: rathaus.jpg, alt: R, focal: oben}")})
    assert site.codes() == ["field-choice"]


# ── colours, turning, odd kinds ──────────────────────────────────────────────────────────────────────────────────────


BACK = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip
"""Orientation → how the camera was held."""


def test_a_picture_is_turned_as_the_camera_says(tmp_path: Path) -> None:
    upright = photo(40, 24).resize((400, 240))
    files: dict[str, str | bytes] = {}
    for orientation, back in BACK.items():
        held = upright.transpose(back) if back is not None else upright
        files[f"content/articles/o{orientation}.jpg"] = saved(held, exif=exif(orientation=orientation))
    body = "\n\n".join(f"![Bild](o{orientation}.jpg)" for orientation in BACK)
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", body), **files})
    site.build()
    found = published_pictures(site)
    assert len(found) == 3 * len(BACK)
    for data in found.values():
        picture = shown(data)
        assert picture.width > picture.height
        assert is_like(picture, (0.5, 0.1), RED)
        assert is_like(picture, (0.5, 0.9), BLUE)
    assert site.read("meldungen/2026/a/index.html").count('width="400" height="240"') == len(BACK)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_there_is_not_turns_and_distorts_nothing(tmp_path: Path, orientation: int) -> None:
    site = site_of(tmp_path, saved(photo(500, 300), exif=exif(orientation=orientation)))
    assert site.build().diagnostics == ()
    assert 'width="500" height="300"' in site.read("meldungen/2026/a/index.html")
    with Image.open(BytesIO(published_pictures(site)["rathaus.jpg"])) as picture:
        assert picture.size == (500, 300)


def deep_grey() -> bytes:
    grey = Image.linear_gradient("L").resize((700, 500)).convert("I").point(lambda level: level * 257)
    return saved(grey.convert("I;16"), "PNG")


def with_profile() -> bytes:
    """Red in a profile that is not sRGB: its numbers mean another colour."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return saved(photo(), icc_profile=profile.tobytes())


KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "CMYK": ("rathaus.jpg", lambda: saved(photo(mode="CMYK"), quality=95)),
    "grey": ("rathaus.jpg", lambda: saved(photo(mode="L"))),
    "interlaced, progressive": ("rathaus.jpg", lambda: saved(photo(), progressive=True)),
    "with a profile of other colours": ("rathaus.jpg", with_profile),
    "with a profile that is none": ("rathaus.jpg", lambda: saved(photo(), icc_profile=b"no profile")),
    "AVIF": ("rathaus.avif", lambda: saved(photo(), "AVIF", speed=10)),
    "WebP": ("rathaus.webp", lambda: saved(photo(), "WEBP")),
    "PNG with many colours": ("rathaus.png", lambda: saved(photo(800, 600), "PNG")),
    "a palette": ("rathaus.gif", lambda: saved(photo(mode="P"), "GIF")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_any_kind_is_published_in_rgb(tmp_path: Path, kind: str) -> None:
    name, make = KINDS[kind]
    site = site_of(tmp_path, make(), name)
    report = site.build()
    assert report.diagnostics == ()
    found = published_pictures(site)
    assert len(found) >= 2
    for data in found.values():
        with Image.open(BytesIO(data)) as picture:
            assert picture.mode in ("RGB", "P")
            assert "icc_profile" not in picture.info
        assert kind in ("grey", "CMYK") or is_like(shown(data), (0.5, 0.1), RED)


def test_sixteen_bits_of_grey_keep_their_greys(tmp_path: Path) -> None:
    site = site_of(tmp_path, deep_grey(), "grau.png")
    site.build()
    for data in published_pictures(site).values():
        picture = shown(data)
        assert is_like(picture, (0.5, 0.02), (4, 4, 4))
        assert is_like(picture, (0.5, 0.5), (128, 128, 128))
        assert is_like(picture, (0.5, 0.98), (250, 250, 250))


def test_a_night_in_sixteen_bits_stays_dark(tmp_path: Path) -> None:
    night = Image.linear_gradient("L").resize((700, 500)).convert("I").convert("I;16")  # 255 of 65,535 at most
    site = site_of(tmp_path, saved(night, "PNG"), "nacht.png")
    site.build()
    assert all(is_like(shown(data), (0.5, 0.98), (0, 0, 0)) for data in published_pictures(site).values())


def test_an_interlaced_png_is_no_longer_interlaced(tmp_path: Path) -> None:
    flat = Image.new("RGB", (8, 8), RED)
    data = bytearray(saved(flat, "PNG"))
    assert data[28] == 0
    site = site_of(tmp_path, adam7(), "netz.png")
    assert site.build().diagnostics == ()
    assert published_pictures(site)["netz.png"][28] == 0


def adam7() -> bytes:
    """An interlaced PNG of 8 × 8 grey pixels (https://www.w3.org/TR/png-3/#8Interlace)."""
    import zlib

    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, dx, dy in passes:
        for row in range(y, 8, dy):
            rows += b"\0" + bytes(16 * row for _ in range(x, 8, dx))
    header = (8).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 1))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


def bomb() -> bytes:
    """A picture that says it is as large as a stadium, and holds next to nothing."""
    data = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def svg(inside: str, more: str = "", before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" {more}>{inside}</svg>'.encode()


ACTIVE = {
    "script": svg("<script>alert(1)</script>"),
    "script behind a prefix": svg("<a1:script>alert(1)</a1:script>", 'xmlns:a1="http://www.w3.org/2000/svg"'),
    "HTML": svg('<h:img xmlns:h="http://www.w3.org/1999/xhtml" h:src="#"/>'),
    "handler": svg('<g onclick="alert(1)"/>'),
    "handler by document type": svg("", before='<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>'),
    "entity": svg("&e;", before='<!DOCTYPE svg [<!ENTITY e "ha">]>'),
    "address in references": svg('<a href="&#106;avascript:alert(1)"/>'),
    "address by animation": svg('<a href="#x"><animate attributeName="href" to="x"/></a>'),
    "handler by animation": svg('<set attributeName=" onclick" to="alert(1)"/>'),
    "picture elsewhere": svg('<image href="https://tracker.example/x.png"/>'),
    "style elsewhere": svg("<style>@import 'https://tracker.example/x.css';</style>"),
    "style elsewhere, escaped": svg(r"<style>g { fill: u\72l(https://tracker.example/x.svg#a) }</style>"),
    "style elsewhere in a piece": svg("<style>g{fill:u<![CDATA[rl(//tracker.example/x)]]>}</style>"),
    "style sheet": svg("", before='<?xml-stylesheet href="https://tracker.example/x.css"?>'),
    "base elsewhere": svg('<use href="#a"/>', 'xml:base="https://tracker.example/"'),
}
QUIET = {
    "prefix and metadata": svg("<m:a xmlns:m='x' m:onset='1'/>", 'xmlns:x="y" x:version="1"'),
    "words": svg("<text>javascript: and url(https://example.org) are words here</text>"),
    "style": svg('<style>g { fill: url("#a"); font: 1em "\\201c" }</style>'),
    "picture inside": svg('<image href=" data:image/png;base64,iVBORw0KGgo="/>'),
    "document type": svg(
        "", before='<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">'
    ),
    "UTF-16": svg("<text>ä</text>").decode().encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ACTIVE)
def test_a_drawing_that_does_anything_but_draw_is_refused(tmp_path: Path, kind: str) -> None:
    site = site_of(tmp_path, ACTIVE[kind], "plan.svg")
    assert [found.code for found in site.build().diagnostics] == ["picture-active"]
    assert not published_pictures(site)


@pytest.mark.parametrize("kind", QUIET)
def test_a_drawing_that_only_draws_is_published_as_it_is(tmp_path: Path, kind: str) -> None:
    site = site_of(tmp_path, QUIET[kind], "plan.svg")
    assert site.build().diagnostics == ()
    assert published_pictures(site) == {"plan.svg": QUIET[kind]}
    assert 'width="9" height="9"' in site.read("meldungen/2026/a/index.html")


INKSCAPE = 'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
SODIPODI = 'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
VIEW = '<sodipodi:namedview id="base" inkscape:zoom="2"><inkscape:grid id="g"/></sodipodi:namedview>'
METADATA = "<metadata id='m'>\n <rdf:RDF><dc:creator>Secret</dc:creator></rdf:RDF>\n</metadata>"
DRAWN = '<title>Netz &lt;1></title><desc id="d">Was man sieht</desc><style>.a { fill: red }</style>'
DRAWINGS: dict[str, tuple[bytes, bytes]] = {
    "what an editor writes": (
        svg(
            f"<!-- Secret -->{VIEW}{METADATA}{DRAWN}"
            """<g id="l" inkscape:label="Secret > 1" class="a" sodipodi:docname='S"'/><text>a<!-- b -->c</text>""",
            f'x="1" {INKSCAPE} {SODIPODI} {RDF} inkscape:export-filename="/home/secret/netz.png"',
            before="<!-- Secret -->",
        ),
        svg(f'{DRAWN}<g id="l" class="a"/><text>ac</text>', 'x="1"'),
    ),
    "a style sheet that asks what stands where": (
        svg(f"<style>metadata + g {{ fill: red }}</style><!-- Secret -->{VIEW}{METADATA}<g/>",
            f"{INKSCAPE} {SODIPODI} {RDF}"),
        svg(
            "<style>metadata + g { fill: red }</style>"
            """<sodipodi:namedview id="base" inkscape:zoom="2"></sodipodi:namedview><metadata id='m'></metadata><g/>""",
            f"{INKSCAPE} {SODIPODI}",
        ),
    ),
    "what draws among what does not": (
        svg(f'<sodipodi:x><path id="p" inkscape:a="Secret"/></sodipodi:x>{METADATA}', f"{SODIPODI} {INKSCAPE} {RDF}"),
        svg('<sodipodi:x><path id="p"/></sodipodi:x>', SODIPODI),
    ),
    "an editor's own default namespace": (
        svg('<namedview xmlns="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"><a/></namedview><g/>'), svg("<g/>")
    ),
    "words that look like it": (svg('<text>xmlns:rdf="" inkscape:label="a" <![CDATA[<!-- b -->]]></text>'),) * 2,
    "a comment between two signs": (svg("<text>]]<!-- a -->&gt;</text>"), svg("<text>]]&gt;</text>")),
    "a comment that two signs need": (svg("<text>]]<!-- a -->></text>"),) * 2,
}  # fmt: skip


def in_utf_16(drawing: bytes) -> bytes:
    return drawing.decode().encode("utf-16")


@pytest.mark.parametrize("kind", DRAWINGS)
@pytest.mark.parametrize("coded", [bytes, in_utf_16])
def test_of_a_drawing_is_published_what_draws(kind: str, coded: Callable[[bytes], bytes]) -> None:
    source, wanted = DRAWINGS[kind]
    assert vectors.bare(coded(source)) == coded(wanted)
    assert vectors.bare(coded(wanted)) == coded(wanted)


def test_a_drawing_and_a_book_hold_no_metadata(tmp_path: Path) -> None:
    source, wanted = DRAWINGS["what an editor writes"]
    site = site_of(tmp_path, source, "plan.svg")
    issue = "title: July\ndate: 2026-07-01\narticles: [a]\n"
    site.write({"content/issues/i.yaml": issue})
    assert site.build().diagnostics == ()
    assert published_pictures(site) == {"plan.svg": wanted}
    with ZipFile(BytesIO(next(data for path, data in site.published().items() if path.endswith(".epub")))) as book:
        drawings = [book.read(name) for name in book.namelist() if "plan" in name and name.endswith(".svg")]
    assert drawings == [wanted]


@pytest.mark.parametrize(
    ("data", "name", "published"),
    [(svg(""), "plan.png", {"plan.svg"}), (saved(Image.new("RGB", (9, 9), RED), "PNG"), "plan.svg", {"plan.png"})],
)
def test_a_drawing_and_a_png_under_each_others_name_are_what_they_are(
    tmp_path: Path, data: bytes, name: str, published: set[str]
) -> None:
    site = site_of(tmp_path, data, name)
    assert [found.code for found in site.build().diagnostics] == ["picture-mislabelled"]
    assert set(published_pictures(site)) == published


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a drawing cut short": (svg("<g>"), "picture-unreadable", "cut short"),
    "a drawing in letters that hide": (
        svg("<scr\x1b(Bipt/>", before='<?xml version="1.0" encoding="ISO-2022-JP"?>'),
        "picture-unreadable",
        "kind",
    ),
    "truncated": (saved(photo())[:-3000], "picture-unreadable", "cut short"),
    "truncated PNG": (saved(photo(900, 700), "PNG")[:-3000], "picture-unreadable", "cut short"),
    "of no bytes": (b"", "picture-unreadable", "no bytes"),
    "no picture": (b"<!doctype html><p>Not found", "picture-unreadable", "another kind"),
    "a bomb": (bomb(), "picture-too-large", "60000 × 60000 pixels"),
    "of 26 MB": (saved(photo()) + bytes(26_000_000), "picture-too-large", "27 MB"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_published_is_told_where_it_is_named_and_the_article_appears(tmp_path: Path, kind: str) -> None:
    data, code, words = REFUSED[kind]
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # as it is in a process that WeasyPrint was imported into
    site = site_of(tmp_path, data)
    report = site.build()
    assert [(found.code, found.location.path, found.location.line) for found in report.diagnostics] == [
        (code, "content/articles/a.md", 5)
    ]
    assert report.diagnostics[0].location.column > 1
    assert report.diagnostics[0].hint
    assert words in site.diagnostics()[0]
    assert report.failed
    assert "<img" not in site.read("meldungen/2026/a/index.html")
    assert not published_pictures(site)


@pytest.mark.parametrize("name", ["leer.svg", "leer.webp"])
def test_a_file_of_no_bytes_is_said_to_be_empty(tmp_path: Path, name: str) -> None:
    assert "no bytes" in site_of(tmp_path, b"", name).diagnostics()[0]


def test_nobody_fills_up_what_is_cut_short_and_weasyprint_finds_pillow_as_it_left_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint's import does
    whole, printed = saved(photo()), saved(photo(mode="CMYK"))
    recipe = PictureRecipe("a.jpg", Digest("0"), 500, 300, "jpeg", "photo")
    with pytest.raises(OSError, match="truncated"):
        pictures.encoded(recipe, whole[:-3000])
    assert in_rgb(printed) != printed
    assert in_rgb(printed[:-3000]) == printed[:-3000]
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_mislabelled_picture_is_published_as_what_it_is(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo(), "WEBP"), "rathaus.jpg")
    assert site.codes() == ["picture-mislabelled"]
    site.build()
    assert Image.open(BytesIO(published_pictures(site)["rathaus.jpg"])).format == "JPEG"


@pytest.mark.parametrize(("kind", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp"), ("PNG", "a.png")])
def test_of_a_picture_that_moves_the_first_frame_is_shown(tmp_path: Path, kind: str, name: str) -> None:
    frames = [Image.new("RGB", (600, 600), RED), Image.new("RGB", (600, 600), BLUE)]
    site = site_of(tmp_path, saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100), name)
    assert site.codes() == ["picture-animated"]
    site.build()
    for data in published_pictures(site).values():
        with Image.open(BytesIO(data)) as picture:
            assert not getattr(picture, "is_animated", False)
        assert is_like(shown(data), (0.5, 0.5), RED)


def test_a_fault_while_a_picture_is_made_costs_that_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PIXEL_LIMIT", 10)
    site = site_of(tmp_path, saved(photo()))
    report = site.build()
    assert {found.code for found in report.diagnostics} == {"picture-failed"}
    assert "meldungen/2026/a/index.html" in site.published()


# ── metadata and credits ─────────────────────────────────────────────────────────────────────────────────────────────

SECRET = "Secret Camera 4711"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="{}"'
    f' photoshop:City="{SECRET}"/></rdf:RDF></x:xmpmeta>'
)


def iptc(credit: str) -> bytes:
    """A Photoshop segment of a JPEG with an IPTC credit line."""
    field = credit.encode()
    record = b"\x1c\x01\x5a\x00\x03\x1b%G" + b"\x1c\x02\x6e" + len(field).to_bytes(2, "big") + field
    record += b"\x1c\x02\x5a" + len(SECRET).to_bytes(2, "big") + SECRET.encode()
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record
    block += b"\0" * (len(block) % 2)
    return b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block


def with_iptc(data: bytes, credit: str) -> bytes:
    return data[:2] + iptc(credit) + data[2:]


def png_with_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET)
    info.add_itxt("XML:com.adobe.xmp", XMP.format("Jörg Müller"))
    return saved(photo(800, 600), "PNG", pnginfo=info, exif=exif(camera=SECRET))


ASCII = "Joerg Mueller"


def in_utf_8(data: bytes) -> bytes:
    """As cameras write it, against the standard."""
    return data.replace(ASCII.encode(), "Jörg Müller".encode())


CREDITED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "IPTC": ("r.jpg", lambda: with_iptc(saved(photo(), exif=exif(camera=SECRET), comment=SECRET), "Jörg Müller")),
    "XMP": ("r.jpg", lambda: saved(photo(), xmp=XMP.format("Jörg Müller").encode(), exif=exif(camera=SECRET))),
    "Exif": ("r.jpg", lambda: in_utf_8(saved(photo(), exif=exif(camera=SECRET, artist=ASCII)))),
    "XMP in a WebP": ("r.webp", lambda: saved(photo(), "WEBP", xmp=XMP.format("Jörg Müller").encode())),
    "XMP in a PNG": ("r.png", png_with_text),
}


@pytest.mark.parametrize("kind", CREDITED)
def test_of_all_metadata_the_credit_alone_is_published(tmp_path: Path, kind: str) -> None:
    name, make = CREDITED[kind]
    assert SECRET.encode() in make()
    site = site_of(tmp_path, make(), name)
    assert site.build().diagnostics == ()
    assert "Photo: Jörg Müller" in site.read("meldungen/2026/a/index.html")
    found = published_pictures(site)
    assert len(found) >= 4
    for data in found.values():
        assert SECRET.encode() not in data
        assert "Jörg Müller".encode() in data
        assert not any(word in data for word in (b"Exif\0\0", b"GPS", b"Photoshop"))
        with Image.open(BytesIO(data)) as picture:
            assert not set(picture.getexif())


def test_without_a_credit_nothing_at_all_is_left_of_the_metadata(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo(), exif=exif(camera=SECRET), comment=SECRET, dpi=(300, 300)))
    site.build()
    for data in published_pictures(site).values():
        assert SECRET.encode() not in data
        with Image.open(BytesIO(data)) as picture:
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                                         "progression", "loop", "background", "timestamp", "duration"}  # fmt: skip


def test_front_matter_and_caption_win_over_the_metadata(tmp_path: Path) -> None:
    data = with_iptc(saved(photo()), "Agentur")
    site = site_of(
        tmp_path, data, image="{src: rathaus.jpg, alt: R, credit: Anna Beispiel}",
        body='![R](rathaus.jpg "Am Markt (Foto: bs)")\n\nText\n\n![R](rathaus.jpg "Am Markt")\n\n![R](rathaus.jpg)',
    )  # fmt: skip
    site.build()
    page = site.read("meldungen/2026/a/index.html")
    credits = re.findall(r'<span class="credit">(.*?)</span>', page)
    assert credits == ["Photo: Anna Beispiel", "Foto: bs", "Photo: Agentur", "Photo: Agentur"]
    assert page.count("<figcaption>") == page.count("</figcaption>") == 4


@pytest.mark.parametrize(
    "xmp",
    [
        f'<!DOCTYPE x [<!ENTITY e "{"ha" * 50}">]>' + XMP.format("&e;"),
        "<x:xmpmeta",
        XMP.format("x") + " " * (1 << 19),
        XMP.format("&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_hostile_xmp_does_no_harm(tmp_path: Path, xmp: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp)
    site = site_of(tmp_path, saved(photo(800, 600), "PNG", pnginfo=info), "r.png")
    assert site.build().diagnostics == ()
    page = site.read("meldungen/2026/a/index.html")
    assert "haha" not in page
    assert "<script>alert" not in page


def test_the_page_of_credits_names_whoever_is_credited_and_where(tmp_path: Path) -> None:
    body = '![R](rathaus.jpg "Am Markt (Foto: Bernd)")'
    site = site_of(tmp_path, saved(photo()), image="{src: rathaus.jpg, alt: R, credit: Anna}", body=body)
    secret = article("Later", image="{src: rathaus.jpg, alt: R, credit: Niemand}", publish_at="2030-01-01")
    site.write({"content/articles/later.md": secret})
    site.build()
    page = site.read("bildnachweise/index.html")
    assert re.findall(r"<dt>(.*?)</dt>", page) == ["Anna", "Bernd"]
    assert page.count('<dd><a href="/meldungen/2026/a/">A</a>') == 2
    assert "Niemand" not in page
    assert '<a href="/bildnachweise/">' in site.read("index.html")


def test_the_picture_of_an_embed_is_credited_by_the_embed_or_else_by_its_file(tmp_path: Path) -> None:
    block = "```video\nurl: https://video.example.org/w/x\ntitle: Film\npicture: rathaus.jpg\n{}\n```\n\n"
    named, silent = block.format("caption: Market\ncredit: 'Photo: Anna'"), block.format("caption: Market")
    site = site_of(tmp_path, with_iptc(saved(photo()), "Jörg Müller"), body=named + silent + block.format(""))
    assert site.build().diagnostics == ()
    figures = site.read("meldungen/2026/a/index.html").split('<figure class="kn-embed')[1:]
    credits = [re.findall(r'<span class="credit">(.*?)</span>', figure) for figure in figures]
    assert credits == [["Photo: Anna"], ["Photo: Jörg Müller"], ["Photo: Jörg Müller"]]
    assert '<span class="caption">Market</span> <span class="credit">Photo: Jörg Müller</span>' in figures[1]
    page = site.read("bildnachweise/index.html")
    assert re.findall(r"<dt>(.*?)</dt>", page) == ["Anna", "Jörg Müller"]


def test_pages_vendors_authors_and_issues_credit_their_pictures_too(tmp_path: Path) -> None:
    by = {name: with_iptc(saved(photo()), name) for name in ("Clara", "Dora", "Emil", "Fritz", "Gerd")}
    files: dict[str, str | bytes] = {f"content/images/{name.lower()}.jpg": data for name, data in by.items()}
    files |= {
        "content/articles/a.md": article("A", author="bs"),
        "content/pages/about.md": "---\ntitle: About\n---\n\n![C](/images/clara.jpg)\n",
        "content/vendors/v.md": "---\nname: V\nlogo: /images/dora.jpg\n---\n\n![E](/images/emil.jpg)\n",
        "content/authors.yaml": "bs:\n  name: Birte\n  image: {src: /images/fritz.jpg, alt: Birte}\n",
        "content/issues/i.yaml": "title: July\ndate: 2026-07-01\narticles: [a]\n"
        "cover: {src: /images/gerd.jpg, alt: Cover}\n",
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    assert site.build().diagnostics == ()
    page = site.read("bildnachweise/index.html")
    assert re.findall(r'<dt>(\w+)</dt>\s*<dd><a href="([^"]*)">', page) == [
        ("Clara", "/about/"), ("Dora", "/anbieter/v/"), ("Emil", "/anbieter/v/"), ("Fritz", "/autoren/birte/"),
        ("Gerd", "/ausgaben/i/"),
    ]  # fmt: skip
    (site.source / "content/pages/about.md").unlink()
    for path in ("vendors/v.md", "authors.yaml"):
        (site.source / "content" / path).unlink()
    site.write({"content/articles/a.md": article("A")})
    site.build()
    assert re.findall(r"<dt>(\w+)</dt>", site.read("bildnachweise/index.html")) == ["Gerd"]


def test_nobody_credited_no_page(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo()))
    site.build()
    assert not [path for path in site.published() if path.startswith("bildnachweise")]
    assert "/bildnachweise/" not in site.read("index.html")


# ── alternative text ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_alternative_text_is_a_warning_unless_it_is_meant(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo()), image="{src: rathaus.jpg}", body="![](rathaus.jpg)")
    assert site.codes() == ["picture-without-alt"] * 2
    body = "![](rathaus.jpg){: .decorative}"
    site.write({"content/articles/a.md": article("A", body, image="{src: rathaus.jpg, decorative: true}")})
    assert site.codes() == []
    site.build()
    assert site.read("meldungen/2026/a/index.html").count('alt=""') == 2


def test_a_portrait_without_alternative_text_is_told_with_file_and_line(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo()))
    silent = "bs:\n  name: Birte\n  image: {src: /images/b.jpg}\n"
    site.write({"content/images/b.jpg": saved(photo()), "content/authors.yaml": silent})
    (found,) = site.build().diagnostics
    assert (found.code, found.location.path, found.location.line) == ("picture-without-alt", "content/authors.yaml", 3)
    site.write({"content/authors.yaml": silent.replace("}", ", decorative: true}")})
    assert site.codes() == []


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_encoded_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    encode = pictures.encoded

    def counting(recipe: PictureRecipe, data: bytes) -> bytes:
        encoded.append(recipe.format)
        return encode(recipe, data)

    monkeypatch.setattr(pictures, "encoded", counting)
    site = site_of(tmp_path, saved(photo()))
    site.build()
    assert len(encoded) == len(published_pictures(site)) > 3
    encoded.clear()
    before = site.published()
    site.write({"content/articles/b.md": article("B")})
    site.build()
    assert encoded == []
    other = SiteFolder(tmp_path / "other")  # a fresh checkout with the store that was kept
    for path in sorted((site.source / "content").rglob("*")):
        if path.is_file():
            other.write({str(path.relative_to(site.source)): path.read_bytes()})
    for entry in ("picture", "card"):
        if (site.cache / entry).is_dir():
            (other.cache).mkdir(exist_ok=True)
            (site.cache / entry).rename(other.cache / entry)
    other.build()
    assert encoded == []
    kept = {path: data for path, data in other.published().items() if path.startswith("bilder/")}
    assert kept == {path: data for path, data in before.items() if path.startswith("bilder/")}


def test_a_picture_comes_out_the_same_every_time(tmp_path: Path) -> None:
    made = []
    for number in range(2):
        site = site_of(tmp_path / str(number), saved(photo(), exif=exif(artist="A")))
        site.build()
        made.append({path: data for path, data in site.published().items() if path.startswith("bilder/")})
        pictures._upright.cache_clear()
    assert made[0] == made[1]


# ── social cards ─────────────────────────────────────────────────────────────────────────────────────────────────────

CARDS = CONFIG.replace("social_cards: off", "social_cards: recent 1")


def card_of(site: SiteFolder, name: str) -> str:
    page = site.read(f"meldungen/2026/{name}/index.html")
    found = re.search(r'<meta property="og:image" content="https://herald.example.org/(bilder/karten/[^"]*)">', page)
    return found[1] if found else ""


def test_the_newest_articles_have_cards_of_their_own_and_older_ones_that_of_their_section(tmp_path: Path) -> None:
    files = {
        "content/articles/a.md": article("Alpha", date="2026-11-21"),
        "content/articles/b.md": article("Beta", date="2026-11-20"),
        "content/articles/c.md": article("Gamma", date="2026-11-19", section="Country"),
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=CARDS)
    site.build()
    assert card_of(site, "alpha").startswith("bilder/karten/alpha-")
    assert card_of(site, "beta").startswith("bilder/karten/town-")
    assert card_of(site, "gamma").startswith("bilder/karten/country-")
    for name in ("alpha", "beta"):
        with Image.open(BytesIO(site.published()[card_of(site, name)])) as card:
            assert (card.format, card.size) == ("PNG", (1200, 630))
    page = site.read("meldungen/2026/alpha/index.html")
    assert '<meta property="og:image:width" content="1200">' in page
    assert '<meta property="og:image:alt" content="Alpha">' in page
    site.write({"content/articles/d.md": article("Delta", date="2026-11-22")})
    site.build()
    assert card_of(site, "alpha").startswith("bilder/karten/town-")
    assert card_of(site, "delta") in site.published()
    assert not [path for path in site.published() if path.startswith("bilder/karten/alpha-")]


def test_articles_of_two_years_with_one_headline_share_a_card(tmp_path: Path) -> None:
    files = {f"content/articles/{year}.md": article("Budget", date=f"{year}-11-02") for year in (2025, 2026)}
    site = SiteFolder(tmp_path / "site", files, config=CARDS.replace("recent 1", "on"))
    assert site.codes() == []
    assert len([path for path in site.plan() if "karten/budget" in path]) == 1


def test_no_cards_where_nobody_wants_them(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A")}, theme="packaged")
    site.build()
    assert card_of(site, "a") == ""
    assert not [path for path in site.published() if path.startswith("bilder/")]


def said_of(site: SiteFolder, address: str) -> dict[str, str]:
    """What a page tells networks of its picture, without the host: ``{"": "bilder/…", ":alt": "…"}``."""
    found = re.findall(r'<meta property="og:image([^"]*)" content="([^"]*)">', site.read(f"{address}index.html"))
    return {name: value.removeprefix("https://herald.example.org/") for name, value in found}


def test_pages_without_a_picture_share_the_card_of_the_site(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/articles/a.md": article("Alpha", tags="[x]", location="Bonn", author="bs"),
        "content/authors.yaml": "bs:\n  name: Birte\n  image: {src: /images/b.jpg}\n",
        "content/images/b.jpg": saved(photo(400, 400)),
        "content/images/wide.png": saved(photo(900, 200), "PNG"),
        "content/pages/about.md": "---\ntitle: About\n---\n\nUs.\n",
        "content/vendors/v.md": "---\nname: Square\nlogo: /images/b.jpg\n---\n\nWords.\n",
        "content/vendors/w.md": "---\nname: Wide\nlogo: /images/wide.png\n---\n\nWords.\n",
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=f"{CARDS}tagline: News from the hills\n")
    site.build()
    home = said_of(site, "")
    assert home[""].startswith("bilder/karten/portal-")
    assert home == {
        "": home[""], ":width": "1200", ":height": "630", ":alt": "Hilltown Herald: News from the hills"
    }  # fmt: skip
    with Image.open(BytesIO(site.published()[home[""]])) as card:
        assert (card.format, card.size) == ("PNG", (1200, 630))
    lists = ("bereiche/", "stichworte/", "stichworte/x/", "orte/", "orte/bonn/", "archiv/", "archiv/2026/", "anbieter/")
    for address in (*lists, "about/", "anbieter/w/", "autoren/", "suche/"):
        assert said_of(site, address) == home, address
    assert 'name="twitter:card" content="summary_large_image"' in site.read("about/index.html")
    town = said_of(site, "bereiche/town/")
    assert town[""].startswith("bilder/karten/town-")
    assert town[""] in site.published()
    assert town[":alt"] == "Town"
    for address, name in (("anbieter/v/", "Square"), ("autoren/birte/", "Birte")):
        found = said_of(site, address)
        assert re.fullmatch(r"bilder/b-[0-9a-f]{8}\.jpg", found.pop("")), address
        assert found == {":width": "400", ":height": "400", ":alt": name}, address
    for config in (f"{CARDS}tagline: News from the vale\n", CARDS):
        site.write({"content/site.yaml": config})
        site.build()
        assert said_of(site, "about/")[""] != home[""]
        assert home[""] not in site.published()
    assert said_of(site, "about/")[":alt"] == "Hilltown Herald"


def test_a_section_called_as_the_site_calls_itself_shares_its_card(tmp_path: Path) -> None:
    config = CARDS.replace("Hilltown Herald", "Herald").replace("Town", "Portal") + "tagline: Portal\n"
    text = {"content/articles/a.md": article("Alpha", section="Portal")}
    site = SiteFolder(tmp_path / "site", text, theme="packaged", config=config)
    assert site.build().diagnostics == ()
    assert said_of(site, "bereiche/portal/") == {**said_of(site, ""), ":alt": "Portal"}


def test_an_article_whose_picture_no_network_shows_shares_its_card(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 6"><path d="M0 0h8v6z"/></svg>'
    files = {
        "content/articles/a.md": article("Alpha", image="{src: /images/a.svg, alt: A wedge}"),
        "content/images/a.svg": drawing,
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=CARDS)
    site.build()
    page = site.read("meldungen/2026/alpha/index.html")
    assert card_of(site, "alpha").startswith("bilder/karten/alpha-")
    assert card_of(site, "alpha") in site.published()
    assert re.search(r'"image":\{"@type":"ImageObject","url":"[^"]+\.svg"', page)


def test_an_article_with_a_picture_shares_that(tmp_path: Path) -> None:
    site = site_of(tmp_path, saved(photo(2000, 1200)))
    site.write({"content/site.yaml": CARDS})
    site.build()
    page = site.read("meldungen/2026/a/index.html")
    assert re.search(r'og:image" content="https://herald.example.org/bilder/rathaus-[0-9a-f]{8}-1280\.jpg">', page)
    assert '<meta property="og:image:width" content="1280">' in page
    assert '<meta property="og:image:height" content="768">' in page


def test_no_network_takes_a_drawing_so_the_article_has_a_card(tmp_path: Path) -> None:
    site = site_of(tmp_path, svg(""), "plan.svg")
    site.write({"content/site.yaml": CARDS})
    site.build()
    assert card_of(site, "a").startswith("bilder/karten/a-")
    assert card_of(site, "a") in site.published()
    assert site.read("index.html").count("plan-") > 0


def test_a_card_shows_no_boxes_for_signs_that_its_font_lacks() -> None:
    fonts = [
        (packaged("static") / "fonts" / name).read_bytes() for name in ("print-headline.ttf", "print-sans-bold.ttf")
    ]

    def card(kicker: str, title: str) -> bytes:
        return cards.drawn(CardRecipe("Blatt", kicker, title, "de", ()), fonts)

    assert card("Ort \U0001f692", "\U0001f692 \ufb01nden\u200d\ufe0f \u2028 Łódź") == card("Ort", "finden Łódź")
    assert card("\U0001f692", "Wort") == card("", "Wort") != card("", "Worte")
