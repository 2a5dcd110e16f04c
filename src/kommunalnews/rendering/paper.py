"""Print view → the same with what only paper has: notes at the foot of the page, a code that leads to the article.

Browsers cannot put a note at the foot of a page, and a code costs more to make than all the rest of a print view: so
both are made where a PDF is typeset, and the print view keeps its notes at the end of the text.

https://www.w3.org/TR/css-gcpm-3/#footnotes; ISO/IEC 18004 (QR Code).
"""

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

_SCALE = 4
"""Pixels a module: a few more than one, for programs that soften what they enlarge."""
_MASK = 3
"""Every mask can be read, and to look for the best of the eight takes four times as long as all the rest."""

_LITTLE = 0.14
"""The part of a page that is hardly worth a sheet of paper."""
_WON = 0.07
"""What can be won back on each page before it, in parts of a page."""
_SHORT = 6
"""Pages of a text of which much can be won back at little cost. Of a longer one only what is hardly worth a sheet."""
_LONGEST = 40
"""Pages; to set a longer text a second time costs more than a sheet."""

TIGHTER = ("kn-tight", "kn-tighter")
"""What the stylesheet calls the steps by which a text is set closer."""
RAIL = "kn-with-rail"
"""What it calls a text beside which code, keywords and links stand."""


def complete(root: Any) -> None:
    """Put everything in its place."""
    notes_to_feet(root)
    draw_codes(root)


def is_wasteful(pages: list[Any], tried: int = 0) -> bool:
    """Whether the last of several pages holds so little that it may be won back; ``tried``: steps that were not enough.

    What is left after the first step is worth a second one only where it is next to nothing, an imprint by itself, say.
    """
    if not 1 < len(pages) <= _LONGEST:
        return False
    page = pages[-1]._page_box
    body = page.children[0].children[0]
    used: float = body.position_y + body.height - page.content_box_y()
    won = _WON * (len(pages) - 1) if len(pages) <= _SHORT and not tried else 0
    return bool(used < (_LITTLE + won) * page.height)


def tighten(root: Any, step: str) -> None:
    """Have the stylesheet set the text a little tighter."""
    body = root.find("body")
    body.set("class", f"{body.get('class', '')} {step}")


def without_rail(root: Any) -> bool:
    """Have the rail stand below the text, as it does in long articles, set as at first; whether there was one."""
    body = root.find("body")
    names = body.get("class", "").split()
    body.set("class", " ".join(name for name in names if name not in (RAIL, *TIGHTER)))
    return RAIL in names


def notes_to_feet(root: Any) -> None:
    """Move each note from the end of the text to where it is first mentioned; the stylesheet floats it to the foot.

    What is mentioned nowhere, or only in another note or in the head of a table (which every page repeats), stays.
    """
    for parent, section in list(_pairs(root)):
        if section.tag != "section" or section.get("role") != "doc-endnotes":
            continue
        mentions = _mentions(root, section)
        for items in section.findall("ol"):
            for item in list(items):
                number = mentions.get(f"#{item.get('id')}")
                if number is not None:
                    items.remove(item)
                    _place(*number, item)
        if not any(len(items) for items in section.findall("ol")):
            _remove(parent, section)


def _pairs(root: Any) -> Iterator[tuple[Any, Any]]:
    """Each element with its parent, in the order of the document."""
    for parent in root.iter():
        for child in parent:
            yield parent, child


def _mentions(root: Any, section: Any) -> dict[str, tuple[Any, Any, str]]:
    """Address of a note → what holds its first mention, the mention, and its number."""
    outside = {element for area in (section, *root.iter("thead"), *root.iter("tfoot")) for element in area.iter()}
    found: dict[str, tuple[Any, Any, str]] = {}
    for parent, mention in _pairs(root):
        link = mention.find("a") if mention.tag == "sup" else None
        if link is not None and link.get("role") == "doc-noteref" and link not in outside:
            found.setdefault(link.get("href"), (parent, mention, "".join(link.itertext())))
    return found


def _place(parent: Any, mention: Any, number: str, item: Any) -> None:
    """Put the text of ``item`` behind the mention, as a note with its number and without the way back."""
    note = item.makeelement("div", {"class": "kn-note", "id": item.get("id"), "data-number": number})
    note.text = (item.text or "").strip() or None  # a blank between number and text would break the line
    note.extend(list(item))
    for holder, child in list(_pairs(note)):
        if child.get("role") == "doc-backlink":
            _remove(holder, child)
    note.tail, mention.tail = mention.tail, None
    parent.insert(list(parent).index(mention) + 1, note)


def _remove(parent: Any, child: Any) -> None:
    """Take an element out; the text behind it stays, and the blank before it goes."""
    at = list(parent).index(child)
    before = parent[at - 1] if at else None
    text = (parent.text if before is None else before.tail) or ""
    joined = text.rstrip("\xa0 ") + (child.tail or "")
    if before is None:
        parent.text = joined
    else:
        before.tail = joined
    parent.remove(child)


def draw_codes(root: Any) -> None:
    """Put the QR code of its address into each element that has a ``data-address``.

    A picture of a thousand bytes: the same as SVG is as sharp on paper, and takes WeasyPrint three times as long.
    """
    for element in root.iter():
        if isinstance(element.tag, str) and (address := element.get("data-address")):
            element.append(element.makeelement("img", {"src": code(address), "alt": ""}))


def code(address: str) -> str:
    """The QR code of an address as a ``data:`` URL. The white around it is left to the page."""
    import segno

    picture = BytesIO()
    segno.make_qr(address, error="m", mask=_MASK, boost_error=False).save(picture, kind="png", scale=_SCALE, border=0)
    return f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}"
