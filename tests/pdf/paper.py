"""HTML → a sealed job, and a PDF → what stands in it."""

import re
import subprocess
import zlib
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import NamedTuple

from conftest import missing, require_tool

from kommunalnews.rendering import pdf
from kommunalnews.resources import packaged

BASE = "https://herald.example.org/"
URL = f"{BASE}meldungen/2026/x/druck.html"


class Word(NamedTuple):
    """A word on a page."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def looks() -> dict[str, bytes]:
    """The packaged stylesheet for print and its fonts, at their addresses."""
    static = packaged("static")
    fonts = {f"{BASE}fonts/{path.name}": path.read_bytes() for path in sorted((static / "fonts").glob("*.ttf"))}
    return {f"{BASE}css/print.css": (static / "css/print.css").read_bytes(), **fonts}


def job(
    text: str, assets: Mapping[str, bytes] | None = None, *, head: str = "", lang: str = "de", body: str = ""
) -> pdf.PdfJob:
    """A print view with this text in the packaged looks; ``assets``: path below the site → bytes."""
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Probe</title>'
        f'<link rel="stylesheet" href="/css/print.css">{head}</head>'
        f'<body class="kn-print {body}">'
        f'<main><article><h1>Probe</h1><div class="kn-text">{text}</div></article></main></body></html>'
    )
    more = {BASE + path: data for path, data in (assets or {}).items()}
    return pdf.PdfJob(html.encode(), URL, {**looks(), **more})


def objects(data: bytes) -> bytes:
    """Every stream of a PDF, unpacked, behind its plain bytes: for looking whether something is in it at all."""
    found = [data]
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            found.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found)


def text(data: bytes, folder: Path) -> str:
    """What is seen, by pdftotext."""
    return _asked("pdftotext", "-layout", data=data, folder=folder, after=("-",))


def words(data: bytes, folder: Path) -> list[Word]:
    """Every word with its place."""
    found, page = [], 0
    for line in _asked("pdftotext", "-bbox", data=data, folder=folder, after=("-",)).splitlines():
        page += "<page " in line
        if match := re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', line):
            left, top, right, bottom = map(float, match.groups()[:4])
            found.append(Word(page, left, top, right, bottom, unescape(match[5])))
    return found


def tags(data: bytes, folder: Path) -> list[str]:
    """The tag tree by pdfinfo, a line a tag or a piece of text: ``"  P (block)"`` as ``"  P"``."""
    lines = _asked("pdfinfo", "-struct-text", data=data, folder=folder).splitlines()
    return [re.sub(r" \((?:block|inline)\):?$|:$", "", line) for line in lines if line.strip()]


def facts(data: bytes, folder: Path) -> dict[str, str]:
    """What pdfinfo says of the document."""
    lines = _asked("pdfinfo", "-isodates", data=data, folder=folder).splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def picture(data: bytes, folder: Path) -> bytes:
    """What the first page looks like, as PNG."""
    return _output("pdftoppm", "-png", "-r", "100", "-singlefile", data=data, folder=folder)


def _asked(tool: str, *options: str, data: bytes, folder: Path, after: tuple[str, ...] = ()) -> str:
    return _output(tool, *options, data=data, folder=folder, after=after).decode()


def _output(tool: str, *options: str, data: bytes, folder: Path, after: tuple[str, ...] = ()) -> bytes:
    path = folder / "asked.pdf"
    path.write_bytes(data)
    done = subprocess.run(
        [require_tool(tool), *options, str(path), *after], capture_output=True, check=True, timeout=60
    )
    return done.stdout


def faults(data: bytes) -> list[str]:
    """What a validator finds against PDF/UA-1 and PDF/A-3a."""
    try:
        import page
    except ImportError:
        missing("page-validation is not installed")
    profiles = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
    reports = [page.validate_pdf_bytes(data, profile=profile) for profile in profiles]
    return sorted({f"{found.rule_id}: {found.message}" for report in reports for found in report.failures})
