"""The DOM of a print view → the same, such that WeasyPrint shows what a browser would, and loads no more than that."""

import re
import unicodedata
from typing import Any
from urllib.parse import urljoin

from kommunalnews.rendering import print_fonts

_NUMBER = re.compile(r"\s*[-+]?\d{1,9}\s*")
_ADDRESS = re.compile(r"\s*\S*[/@.]\S*\w\S*\s*")
_HOST = re.compile(r"((?:https?:)?//)([^/?#@:\[\]]*[^\x00-\x7f/?#@:\[\]][^/?#@:\[\]]*)(?=[/?#:]|$)")


def take_stylesheets(root: Any, base_url: str) -> tuple[str, ...]:
    """The addresses of the linked stylesheets, which are taken out, as nothing else may be attached either."""
    found = []
    for element in [*root.iter("link"), *root.iter("a")]:
        kinds = element.get("rel", "").lower().split()
        media = {medium.strip() for medium in element.get("media", "all").lower().split(",")}
        if element.tag == "link" and "stylesheet" in kinds and "alternate" not in kinds and media & {"all", "print"}:
            found.append(urljoin(base_url, element.get("href", "")))
        if element.tag == "link" or "attachment" in kinds:
            element.attrib.pop("rel", None)
    return tuple(found)


def sets_variables(root: Any) -> bool:
    """Whether a print view sets variables of CSS itself, beside its stylesheets."""
    return any("--" in (style.text or "") for style in root.iter("style")) or any(
        "--" in element.get("style", "") for element in root.iter() if isinstance(element.tag, str)
    )


def replace_missing(root: Any, missing: re.Pattern[str]) -> None:
    """Show something else for each character that no font has, and keep what it stands for in ``data-spoken``."""
    body = root.find("body")
    if body is None or not missing.search("".join(body.itertext())):
        return
    above = {element: parent for parent in body.iter() for element in parent}
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element.get("data-spoken") is not None:
            continue
        if element.text and missing.search(element.text):
            element.text, boxes = _boxed(element.text, missing, element)
            element[:0] = boxes
        if element.tail and element is not body and missing.search(element.tail):
            parent = above[element]
            element.tail, boxes = _boxed(element.tail, missing, element)
            place = list(parent).index(element) + 1
            parent[place:place] = boxes


def _boxed(text: str, missing: re.Pattern[str], element: Any) -> tuple[str, list[Any]]:
    """The text before the first missing character, and an element for each, with the text behind it."""
    pieces, boxes, last = [], [], 0
    for match in missing.finditer(text):
        pieces.append(text[last : match.start()])
        shown, tag = print_fonts.stand_in(match.group(), missing)
        box = element.makeelement(tag, {"data-spoken": match.group()})
        box.text = shown
        boxes.append(box)
        last = match.end()
    for box, tail in zip(boxes, [*pieces[1:], text[last:]], strict=True):
        box.tail = tail
    return pieces[0], boxes


def number_lists(root: Any) -> None:
    """Say in CSS where lists start: ``start`` and ``value`` are hints that WeasyPrint takes only with all others."""
    for ordered in root.iter("ol"):
        if _NUMBER.fullmatch(start := ordered.get("start", "")):
            _style(ordered, f"counter-reset: list-item {int(start) - 1}")
        for item in ordered:
            if item.tag == "li" and _NUMBER.fullmatch(value := item.get("value", "")):
                _style(item, f"counter-set: list-item {int(value)}; counter-increment: none")


def spell_hosts(root: Any) -> None:
    """Write the hosts of links as they are asked for, ``xn--…``: WeasyPrint would write them as it writes paths."""
    for link in root.iter("a"):
        if found := _HOST.match(link.get("href", "")):
            labels = (unicodedata.normalize("NFC", label).lower() for label in found[2].split("."))
            spelt = (label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
            link.set("href", found[1] + ".".join(spelt) + link.get("href")[found.end() :])


def keep_addresses(root: Any) -> None:
    """Break what is shown as an address without a hyphen, which readers would type along with it."""
    for link in root.iter("a"):
        if _ADDRESS.fullmatch("".join(link.itertext())):
            _style(link, "hyphens: none")


def part_lines(root: Any) -> None:
    """Put a space where a heading begins a new line, so that its bookmark, which has one line, keeps words apart."""
    for level in range(1, 7):
        for heading in root.iter(f"h{level}"):
            for line_break in heading.iter("br") if "".join(heading.itertext()).strip() else ():
                line_break.tail = f" {line_break.tail or ''}"


def _style(element: Any, declaration: str) -> None:
    element.set("style", f"{element.get('style', '')};{declaration}".removeprefix(";"))
