"""A PDF → where its pages, columns and lines break badly: single lines, headings that come last, stumps of words.

CSS Fragmentation 3, 3.3 (orphans and widows); CSS Text 4, 6.3 (``hyphenate-limit-chars``).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pikepdf

from .outline import Element
from .structure import Reading

_PARAGRAPHS = ("/P", "/LBody")
_INLINE = ("/Span", "/Link", "/Em", "/Strong", "/Code", "/Quote", "/Reference", "/Lbl")
_APART = ("/Table", "/Note")
"""What has rules of its own: rows stay whole, and notes fill the room that is left."""
_SAME_LINE = 6.0
"""Points that a raised number may stand above its line."""
_RAISED = 11.0
"""Points that a raised number may stand above a lowered one; lines lie further apart."""
_HEADING = re.compile("/H[2-6]")
"""Not the first: the title of an issue may be the last thing on its cover."""
_HYPHENED = re.compile(r"[^\s\xad]+(?:\xad[^\s\xad]+)+")
_WORD, _BEFORE, _AFTER = 7, 3, 4
"""Characters of a word that may be hyphenated, and of what stands before and after the hyphen, as print.css says."""


Place = tuple[int, float]
"""Page, from 0, and height in points, of a piece of text."""


def faults(reading: Reading) -> Iterator[str]:
    """Each paragraph that leaves a single line on a page or in a column, or takes one to the next, and each heading
    that does not stand above what follows it."""
    if "/StructTreeRoot" not in reading.pdf.Root:
        return
    root = reading.pdf.Root["/StructTreeRoot"]
    numbers = {page.obj.objgen: number for number, page in enumerate(reading.pdf.pages)}
    heights = [_heights(page) for page in reading.pdf.pages]

    def places(content: Iterable[tuple[Any, int]]) -> Iterator[Place | None]:
        for place, mcid in content:
            number = numbers.get(place)
            yield (number, heights[number][mcid]) if number is not None and mcid in heights[number] else None

    for node, page in _paragraphs(root, None):
        parts = list(_parts(place for place in places(_content(node, page)) if place))
        for before, after in pairwise(parts):
            what = "page" if before[0][0] != after[0][0] else "column of page"
            if before is parts[0] and _lines(before) == 1:
                yield f"{what} {before[0][0] + 1} ends with a single line of a paragraph"
            if _lines(after) == 1:
                yield f"{what} {after[0][0] + 1} begins with a single line of a paragraph"
    read = list(_read(root, None))
    pieces = zip((heading for heading, _ in read), places(key for _, key in read), strict=True)
    for (heading, place), (other, following) in pairwise(pieces):
        if heading is not None and heading != other and place and following and _is_apart(place, following):
            what = "page" if place[0] != following[0] else "column of page"
            yield f"{what} {place[0] + 1} ends with a heading"


def _is_apart(before: Place, after: Place) -> bool:
    """Whether a page or a column ends between two pieces of text, which are read one after the other."""
    return before[0] != after[0] or after[1] > before[1] + _RAISED


def _parts(places: Iterable[Place]) -> Iterator[list[Place]]:
    """What stands of a paragraph on each page and in each column."""
    part: list[Place] = []
    for place in places:
        if part and _is_apart(part[-1], place):
            yield part
            part = []
        part.append(place)
    if part:
        yield part


def _read(node: Any, page: Any, heading: Any = None) -> Iterator[tuple[Any, tuple[Any, int]]]:
    """Each piece of content in the order of reading, notes left out, with the heading that it is part of."""
    page = node.get("/Pg", page)
    for kid in _kids(node):
        if isinstance(kid, int):
            yield heading, (page.objgen if page is not None else None, kid)
        elif kid.get("/Type") == "/MCR":
            there = kid.get("/Stm", kid.get("/Pg", page))
            yield heading, (there.objgen if there is not None else None, int(kid["/MCID"]))
        elif "/S" in kid and kid["/S"] != "/Note":
            yield from _read(kid, page, kid.objgen if _HEADING.fullmatch(str(kid["/S"])) else heading)


def stumps(outline: Element) -> list[str]:
    """Words that are hyphenated too near one of their ends; U+00AD stands where the line ends, or an author put it."""
    texts = [text for element in outline.elements() if (text := "".join(_strings(element)))]
    return [
        word
        for text in texts
        for word in _HYPHENED.findall(text)
        for letters in (word.split("\xad"),)
        if len(letters[0]) < _BEFORE or len(letters[-1]) < _AFTER or len("".join(letters)) < _WORD
    ]


def _strings(element: Element) -> Iterator[str]:
    return (child for child in element.inside if isinstance(child, str))


def _paragraphs(node: Any, page: Any) -> Iterator[tuple[Any, Any]]:
    page = node.get("/Pg", page)
    for kid in _kids(node):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid and kid["/S"] not in _APART:
            if kid["/S"] in _PARAGRAPHS:
                yield kid, page
            yield from _paragraphs(kid, page)


def _content(node: Any, page: Any) -> Iterator[tuple[Any, int]]:
    """Page and number of each piece of content of a paragraph, without those of what stands in it as a block."""
    page = node.get("/Pg", page)
    for kid in _kids(node):
        if isinstance(kid, int):
            if page is not None:
                yield page.objgen, kid
        elif kid.get("/Type") == "/MCR":
            if "/Stm" not in kid and (there := kid.get("/Pg", page)) is not None:
                yield there.objgen, int(kid["/MCID"])
        elif kid.get("/S") in _INLINE:
            yield from _content(kid, page)


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _heights(page: Any) -> dict[int, float]:
    """Marked content of a page → how high its first text stands, in points."""
    found: dict[int, float] = {}
    matrix, saved, marks = pikepdf.Matrix(), [], []
    text = pikepdf.Matrix()
    for instruction in pikepdf.parse_content_stream(page):
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "q":
                saved.append(matrix)
            case "Q" if saved:
                matrix = saved.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Tm":
                text = pikepdf.Matrix(*map(float, operands))
            case "BMC" | "BDC":
                properties: Any = operands[1] if len(operands) > 1 else {}
                marks.append(properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None)
            case "EMC" if marks:
                marks.pop()
            case "Tj" | "TJ":
                number = next((int(mark) for mark in reversed(marks) if mark is not None), None)
                if number is not None:
                    found.setdefault(number, (text @ matrix).f)
    return found


def _lines(part: list[Place]) -> int:
    ordered = sorted(height for _, height in part)
    return 1 + sum(after - before > _SAME_LINE for before, after in pairwise(ordered))
