"""A PDF → what is wrong with it: the validator's word, our own rules, whether it says what its HTML says, and
whether pages and lines break where they may.

ISO 14289-1 (PDF/UA-1), ISO 19005-3 (PDF/A-3a), and what both leave open.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import pikepdf
import tinyhtml5

from kommunalnews.rendering.pdf import PdfJob

from . import breaks, html_outline, paper
from .outline import Element, differences, spoken
from .structure import Reading

_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_FORBIDDEN = ("/AA", "/JavaScript", "/Launch", "/EmbeddedFiles", "/AcroForm", "/OpenAction", "/Perms")


def faults(data: bytes, job: PdfJob) -> list[str]:
    """Everything that is wrong with the PDF of this job; empty where it is what it should be."""
    stylesheets = tuple(asset.decode() for url, asset in job.assets.items() if url.endswith(".css"))
    return faults_against(data, job.html.decode(), stylesheets, job.url)


def faults_against(data: bytes, html: str, stylesheets: tuple[str, ...], url: str) -> list[str]:
    """The same, for a print view with these stylesheets at this address."""
    reading = Reading(data)
    said = _head(html)
    return [
        *(f"validator: {fault}" for fault in paper.faults(data)),
        *(f"reading: {fault}" for fault in reading.faults),
        *(f"own rule: {fault}" for fault in _own(reading, *said)),
        *(f"break: {fault}" for fault in breaks.faults(reading)),
        *(f"break: stump {word!r}" for word in ([] if "\xad" in unescape(html) else breaks.stumps(reading.outline))),
        *(f"outline: {line}" for line in differences(html_outline.expected(html, stylesheets, url), reading.outline)),
    ]


@cache
def _head(html: str) -> tuple[str, str]:
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    return root.get("lang") or "", spoken(root.findtext("head/title") or "")


def _own(reading: Reading, language: str, title: str) -> Iterator[str]:
    catalog: Any = reading.pdf.Root
    if str(catalog.get("/Lang", "")) != language:
        yield f"the language is {catalog.get('/Lang')}, not {language}"
    if spoken(str(reading.pdf.docinfo.get("/Title", ""))) != title:
        yield "the title is not that of the page"
    if catalog.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        yield "the window does not show the title"
    marks = catalog.get("/MarkInfo", {})
    if marks.get("/Marked") is not True or marks.get("/Suspects", False):
        yield "the document does not vouch for its tags"
    yield from _metadata(catalog, title)
    if "/ID" not in reading.pdf.trailer:
        yield "the document has no identity"
    if catalog.get("/StructTreeRoot", {}).get("/RoleMap") is not None:
        yield "a role is mapped, though every tag is a standard one"
    for name in _FORBIDDEN:
        if name in catalog or name in catalog.get("/Names", {}):
            yield f"there is {name}"
    for number, page in enumerate(reading.pdf.pages, 1):
        if page.obj.get("/Tabs") != "/S":
            yield f"on page {number} the tab key does not follow the tags"
        for annotation in page.obj.get("/Annots", []):
            yield from _link(annotation, reading)
    yield from _tags(reading.outline)
    found, wanted = list(bookmarks(reading.pdf)), list(_headings(reading.outline))
    if found != wanted:
        yield f"bookmarks are {found}, headings {wanted}"


def _metadata(catalog: Any, title: str) -> Iterator[str]:
    if "/Metadata" not in catalog:
        yield "there is no metadata"
        return
    text = catalog["/Metadata"].read_bytes().decode()
    for standard, pattern in (
        ("PDF/UA-1", r"<pdfuaid:part>1</pdfuaid:part>"),
        ("PDF/A-3", r'pdfaid:part="3"'),
        ("PDF/A-3a", r'pdfaid:conformance="A"'),
        ("the schema of PDF/UA", r"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"),
    ):
        if not re.search(pattern, text):
            yield f"the metadata does not name {standard}"
    if title and "dc:title" not in text:
        yield "the metadata has no title"


def _link(annotation: Any, reading: Reading) -> Iterator[str]:
    if annotation.get("/Subtype") != "/Link":
        yield f"there is an annotation that is no link: {annotation.get('/Subtype')}"
        return
    if not str(annotation.get("/Contents", "")).strip():
        yield "a link does not say what it leads to"
    action = annotation.get("/A")
    if action is None:
        names = dict(_destinations(reading.pdf.Root))
        if str(annotation.get("/Dest", "")) not in names:
            yield "a link leads nowhere"
    elif action.get("/S") != "/URI" or not str(action.get("/URI", "")).startswith(_SCHEMES):
        yield f"a link leads to {action.get('/URI', action.get('/S'))}"


def _destinations(catalog: Any) -> Iterator[tuple[str, Any]]:
    names = list(catalog.get("/Names", {}).get("/Dests", {}).get("/Names", []))
    yield from ((str(name), place) for name, place in zip(names[::2], names[1::2], strict=True))


def _tags(outline: Element) -> Iterator[str]:
    above = 0
    for element in outline.elements():
        if re.fullmatch("H[1-6]", element.tag):
            if int(element.tag[1]) > above + 1:
                yield f"{element.tag} follows H{above}"
            above = int(element.tag[1])
        if element.tag == "Figure" and not element.facts.get("Alt", "").strip():
            yield "a figure has no text instead"
        if element.tag == "TH" and element.facts.get("Scope") not in ("Row", "Column"):
            yield "a head cell does not say what it is the head of"
    for table in (element for element in outline.elements() if element.tag == "Table"):
        yield from _table(table)


def _table(table: Element) -> Iterator[str]:
    """Whether all rows are as long as each other, spans counted."""
    taken: dict[tuple[int, int], bool] = {}
    lengths = set()
    rows = [row for row in table.elements() if row.tag == "TR"]
    for y, row in enumerate(rows):
        x = 0
        for cell in row.inside:
            if not isinstance(cell, Element):
                continue
            while (x, y) in taken:
                x += 1
            for dy in range(int(cell.facts.get("RowSpan", 1))):
                for dx in range(int(cell.facts.get("ColSpan", 1))):
                    taken[x + dx, y + dy] = True
        lengths.add(sum(1 for _, line in taken if line == y))
    if len(lengths) > 1:
        yield "the rows of a table differ in length"


def bookmarks(document: pikepdf.Pdf) -> Iterator[tuple[int, str]]:
    """The bookmarks in order: level, from 1, and title."""
    with document.open_outline() as outline:
        pending = [(1, item) for item in reversed(outline.root)]
        while pending:
            depth, item = pending.pop()
            yield depth, spoken(item.title)
            pending += [(depth + 1, child) for child in reversed(item.children)]


def _headings(outline: Element) -> Iterator[tuple[int, str]]:
    for element in outline.elements():
        if re.fullmatch("H[1-6]", element.tag):
            yield int(element.tag[1]), element.text()
