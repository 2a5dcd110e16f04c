"""Pictures of every kind are shown in colours that PDF/A knows."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kommunalnews.rendering import pdf, print_pictures

from . import gate, paper

pytestmark = pytest.mark.pdf

RED = Image.new("RGB", (64, 48), (200, 30, 20))


def encoded(picture: Image.Image, kind: str, **more: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **more)
    return stream.getvalue()


PICTURES = {
    "cmyk.jpg": encoded(RED.convert("CMYK"), "JPEG"),
    "grey.jpg": encoded(RED.convert("L"), "JPEG"),
    "palette.png": encoded(RED.quantize(4), "PNG"),
    "see-through.png": encoded(RED.convert("RGBA"), "PNG"),
    "deep.png": encoded(Image.new("I;16", (9, 9), 999), "PNG"),
    "two-colours.png": encoded(RED.convert("1"), "PNG"),
    "new.webp": encoded(RED, "WEBP"),
    "old.gif": encoded(RED.quantize(4), "GIF"),
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><linearGradient id="g">'
    b'<stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".3"/></linearGradient></defs>'
    b'<rect width="9" height="9" fill="url(#g)" opacity=".5"/></svg>',
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_pdf_with_any_picture_passes(name: str, fontconfig: Path) -> None:
    job = paper.job(f'<figure><img alt="Rot" src="/{name}"></figure>', {name: PICTURES[name]})
    assert gate.faults(pdf.typeset(job, fontconfig), job) == []


@pytest.mark.parametrize("profile", [None, b"no profile"])
def test_a_picture_for_printers_keeps_its_look(profile: bytes | None) -> None:
    data = encoded(RED.convert("CMYK"), "JPEG", icc_profile=profile)
    with Image.open(BytesIO(print_pictures.in_rgb(data))) as shown:
        assert shown.mode == "RGB"
        assert shown.size == RED.size
        found = shown.getpixel((30, 20))
    assert isinstance(found, tuple)
    assert all(abs(one - other) < 25 for one, other in zip(found, (200, 30, 20), strict=True))


@pytest.mark.parametrize("name", sorted(PICTURES.keys() - {"cmyk.jpg"}))
def test_any_other_picture_is_left_as_it_is(name: str) -> None:
    assert print_pictures.in_rgb(PICTURES[name]) is PICTURES[name]


def test_a_broken_picture_is_left_to_be_told() -> None:
    for data in (b"", b"\xff\xd8\xff", PICTURES["cmyk.jpg"][:40]):
        assert print_pictures.in_rgb(data) == data
