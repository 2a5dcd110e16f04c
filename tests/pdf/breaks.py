"""A PDF → where its pages and lines break badly: single lines of paragraphs, and stumps of words.

CSS Fragmentation 3, 3.3 (orphans and widows); CSS Text 4, 6.3 (``hyphenate-limit-chars``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
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
_HYPHENED = re.compile(r"[^\s\xad]+(?:\xad[^\s\xad]+)+")
_WORD, _BEFORE, _AFTER = 7, 3, 4
"""Characters of a word that may be hyphenated, and of what stands before and after the hyphen, as print.css says."""


def faults(reading: Reading) -> Iterator[str]:
    """Each paragraph that leaves a single line on a page, or takes one to the next."""
    if "/StructTreeRoot" not in reading.pdf.Root:
        return
    numbers = {page.obj.objgen: number for number, page in enumerate(reading.pdf.pages)}
    heights = [_heights(page) for page in reading.pdf.pages]
    for node, page in _paragraphs(reading.pdf.Root["/StructTreeRoot"], None):
        on: dict[int, list[float]] = defaultdict(list)
        for place, mcid in _content(node, page):
            if place in numbers and mcid in heights[numbers[place]]:
                on[numbers[place]].append(heights[numbers[place]][mcid])
        for number in sorted(on) if len(on) > 1 else ():
            if _lines(on[number]) == 1:
                what = "ends" if number == min(on) else "begins"
                yield f"page {number + 1} {what} with a single line of a paragraph"


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


def _lines(heights: list[float]) -> int:
    ordered = sorted(heights)
    return 1 + sum(after - before > _SAME_LINE for before, after in pairwise(ordered))
