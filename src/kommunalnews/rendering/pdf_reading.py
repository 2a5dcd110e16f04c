"""Laid-out pages → what each of their boxes says: nothing, or its text as it is read.

Repeated table heads, running heads and decoration are artifacts: they are seen, not read; running heads and feet say
that they are (ISO 14289-1, 7.8). A line that ends between two
words ends with a space, one that ends in a word with a hyphen that nobody reads, and text from right to left is told
in the order of its letters.

ISO 32000-1, 14.8.2.2.3 (hyphenation), 14.8.2.3.3 (reverse-order text), 14.8.2.5 (word breaks).
"""

import re
from collections.abc import Iterator
from typing import Any

_SLACK = 0.01
"""Pixels by which the edges of a box and of what fills it may differ."""
_SVG_TITLE = "{http://www.w3.org/2000/svg}title"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def mark(document: Any) -> None:
    """Find what no reader should hear, before it is drawn, and take the links off it; and where words end."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    _Marking(boxes, AbsolutePlaceholder).mark(document)


def alternative(element: Any) -> str:
    """The text that stands for a picture; empty where it is decoration."""
    title = element.find(_SVG_TITLE)
    text = element.get("alt") or element.get("aria-label") or (title.text if title is not None else "")
    return (text or "").strip()


class _Marking:
    """One pass over the pages of a document."""

    def __init__(self, boxes: Any, placeholder: Any) -> None:
        self.boxes = boxes
        self.placeholder = placeholder
        self.heads: dict[Any, Any] = {}
        """Table head or foot → its first box: the others repeat it."""
        self.last: Any = None
        """The text that the last line ended with."""

    def mark(self, document: Any) -> None:
        for page in document.pages:
            silent = set(self._silent(page._page_box))
            page.links = [link for link in page.links if link[3] not in silent and not _is_doubled(link, page.links)]

    def _silent(self, box: Any, *, inherited: bool = False, margin: str = "") -> Iterator[Any]:
        """All boxes that say nothing; ``margin``: the side of the page in whose margin this one stands."""
        boxes = self.boxes
        if isinstance(box, self.placeholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            margin = box.at_keyword.removeprefix("@").partition("-")[0]
        silent = inherited or bool(margin)
        if box.element is not None and not silent:
            silent = box.element.get("aria-hidden") == "true" or box.is_leader
            if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
                silent = silent or self.heads.setdefault(box.element, box) is not box
            if isinstance(box, boxes.ReplacedBox):
                silent = silent or not alternative(box.element)
        if silent:
            box.is_artifact, box.margin_side = True, margin
            yield box
        elif isinstance(box, boxes.LineBox):
            self._end(box)
        for child in getattr(box, "children", ()):
            yield from self._silent(child, inherited=silent, margin=margin)

    def _end(self, line: Any) -> None:
        """Say how a line ends: with the end of a word, unless the word goes on."""
        texts: list[Any] = []
        for box in _inline(line, self.boxes):
            if isinstance(box, self.boxes.TextBox) and box.text:
                if box.text.strip():
                    texts.append(box)
                elif texts:
                    texts[-1].ends_word = True  # WeasyPrint does not draw what is only white
            elif box.is_leader and texts:
                texts[-1].ends_word = True
        if not texts:
            return
        if getattr(texts[0], "is_after_space", False) and self.last is not None:
            self.last.ends_word = True
        self.last = texts[-1]
        goes_on = line.resume_at is not None and not _breaks(line)
        if not goes_on:
            self.last.ends_word = True
        for text in texts:
            if shown_for := text.element.get("data-spoken"):
                text.said = shown_for
            elif _RIGHT_TO_LEFT.search(text.text):
                text.said = text.text


def _inline(box: Any, boxes: Any) -> Iterator[Any]:
    """What stands in a line itself, not in blocks within it, nor in a row of dots."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.InlineBox | boxes.TextBox):
            yield child
            if not child.is_leader:
                yield from _inline(child, boxes)


def _breaks(line: Any) -> bool:
    """Whether a line ends because the author says so."""
    box = line
    while getattr(box, "children", ()):
        box = box.children[-1]
        if getattr(box, "element_tag", None) == "br":
            return True
    return getattr(box, "ends_word", False)


def _is_doubled(link: Any, links: list[Any]) -> bool:
    """Whether the same link already lies on a box around this one: the children of a link inherit it."""
    kind, target, (x1, y1, x2, y2), box = link
    return box.element_tag != "a" and any(  # a::after has the element of its a
        other[3].element_tag == "a"
        and other[:2] == (kind, target)
        and other[2][0] <= x1 + _SLACK and other[2][1] <= y1 + _SLACK
        and x2 <= other[2][2] + _SLACK and y2 <= other[2][3] + _SLACK
        for other in links
    )  # fmt: skip
