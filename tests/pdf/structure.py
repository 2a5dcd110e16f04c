"""PDF → its outline as another program reads it: the structure tree, with the text of each element decoded.

Nothing here knows how the PDF was made. What cannot be read right is a fault.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from .outline import Element, without_empty

_HEX = re.compile(rb"<([0-9a-fA-F]*)>")
_PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "Tj", "TJ", "'", '"', "INLINE IMAGE"}
_OURS = {"Alt", "E", "Lang"}
_MARGIN = 60
"""Points from the upper and the lower edge of a page in which running heads and feet stand, and no other decoration."""
_LARGE = 20
"""Points; larger type is no running head, but the numeral of a cover, say."""
_RUNNING = {"Top": "Header", "Bottom": "Footer"}
"""What stands there, as ISO 32000-1, 14.8.2.2.2, calls it, and ISO 14289-1, 7.8, asks for."""

Marks = list[tuple[int | None, str | None, str]]
"""Number, replacement and kind of artifact of each marked content that is open; the kind is empty where it is none."""


class Reading:
    """One PDF, read."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        self.faults: list[str] = []
        self.texts: dict[tuple[Any, int], str] = {}
        """Page or form, and marked content → its text."""
        self.owners: dict[tuple[Any, int], Any] = {}
        """Marked content → the structure element that claims it."""
        self.claimed: dict[Any, Any] = {}
        """Annotation → the structure element that claims it."""
        self._fonts: dict[Any, dict[int, str]] = {}
        for page in self.pdf.pages:
            self.height = float(page.mediabox[3])
            self._read(page.obj, page.obj, [], pikepdf.Matrix())
        root = self.pdf.Root.get("/StructTreeRoot")
        self.outline = Element("Nothing", {}, [])
        if root is None:
            self.faults.append("there is no structure tree")
            return
        kids = list(_kids(root))
        if len(kids) != 1:
            self.faults.append("the structure tree has not one root")
            return
        self.outline = without_empty(self._element(kids[0], root, None))
        self._check_parents(root)
        for place, mcid in self.texts.keys() - self.owners.keys():
            self.faults.append(f"content {mcid} of {place} belongs to nothing")

    # ── content ──

    def _read(self, holder: Any, place: Any, marks: Marks, matrix: pikepdf.Matrix) -> None:
        """The content stream of a page or form, drawn through this matrix."""
        kept: list[pikepdf.Matrix] = []
        line, size = pikepdf.Matrix(), 0.0
        resources = holder.get("/Resources", {})
        font: dict[int, str] = {}
        for instruction in pikepdf.parse_content_stream(holder):
            operator, operands = str(instruction.operator), list(instruction.operands)
            match operator:
                case "BMC" | "BDC":
                    marks = [*marks, self._mark(operands, resources, place)]
                case "EMC":
                    marks = marks[:-1]
                case "Tf":
                    font, size = self._font(resources["/Font"][operands[0]]), float(operands[1])
                case "q":
                    kept.append(matrix)
                case "Q":
                    matrix = kept.pop()
                case "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "BT":
                    line = pikepdf.Matrix()
                case "Tm":
                    line = pikepdf.Matrix(*map(float, operands))
                case "Td" | "TD":
                    line = pikepdf.Matrix().translated(*map(float, operands)) @ line
                case "Tj" | "TJ" | "'" | '"':
                    drawn = line @ matrix
                    self._look_at_margins(drawn.f, abs(size * drawn.d), marks)
                    self._say(self._decoded(operands[-1], font), place, marks)
                case "Do":
                    form = resources["/XObject"][operands[0]]
                    if form.get("/Subtype") == "/Form":
                        inner = pikepdf.Matrix(*map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
                        self._read(form, form, marks, inner @ matrix)
                        continue
            if operator in _PAINTING and not any(kind or mcid is not None for mcid, _, kind in marks):
                self.faults.append(f"{operator} on {_name(place)} is neither content nor artifact")
        if len(marks) and holder is place and holder.get("/Type") == "/Page":
            self.faults.append("marked content stays open")

    def _look_at_margins(self, height: float, size: float, marks: Marks) -> None:
        """Whether decoration of this size at this height says that it runs through the pages, and where, as it must."""
        kind = next((kind for _, _, kind in marks if kind), "")
        side = "Top" if height > self.height - _MARGIN else "Bottom" if height < _MARGIN else ""
        wanted = f"Artifact Pagination {_RUNNING[side]} {side}" if side and size < _LARGE else "Artifact"
        if kind and kind != wanted:
            self.faults.append(f"words at the {side.lower() or 'middle'} of a page are marked as {kind}")

    def _mark(self, operands: list[Any], resources: Any, place: Any) -> tuple[int | None, str | None, str]:
        properties: Any = operands[1] if len(operands) > 1 else {}
        if isinstance(properties, pikepdf.Name):
            properties = resources["/Properties"][properties]
        mcid = properties.get("/MCID") if len(operands) > 1 else None
        actual = properties.get("/ActualText") if len(operands) > 1 else None
        number = None if mcid is None else int(mcid)
        if number is not None:
            key = (_name(place), number)
            if key in self.texts:
                self.faults.append(f"content {number} of {_name(place)} is there twice")
            self.texts[key] = "" if actual is None else str(actual)
        kind = _kind(properties) if operands[0] == "/Artifact" else ""
        return number, None if actual is None else str(actual), kind

    def _say(self, text: str, place: Any, marks: Marks) -> None:
        if any(kind for _, _, kind in marks):
            return
        number = next((mcid for mcid, _, _ in reversed(marks) if mcid is not None), None)
        if number is None:
            return
        key = (_name(place), number)
        for mcid, actual, _ in reversed(marks):
            if actual is not None and mcid is not None:
                return  # it was told when the content began
            if actual is not None:
                text = actual
                break
        self.texts[key] = self.texts.get(key, "") + text

    def _decoded(self, operand: Any, font: dict[int, str]) -> str:
        pieces = [operand] if isinstance(operand, pikepdf.String) else list(operand)
        text = ""
        for piece in pieces:
            if isinstance(piece, pikepdf.String):
                data = bytes(piece)
                codes = [int.from_bytes(data[index : index + 2], "big") for index in range(0, len(data), 2)]
                text += "".join(font.get(code, "\ufffd") for code in codes)
        return text

    def _font(self, font: Any) -> dict[int, str]:
        """Glyph → text, by the ToUnicode map."""
        if font.objgen in self._fonts:
            return self._fonts[font.objgen]
        found: dict[int, str] = {}
        if "/ToUnicode" not in font:
            self.faults.append("a font does not say which letters it shows")
        else:
            text = font["/ToUnicode"].read_bytes()
            for block in re.findall(rb"beginbfchar(.*?)endbfchar", text, re.DOTALL):
                codes = _HEX.findall(block)
                for code, letters in zip(codes[::2], codes[1::2], strict=True):
                    found[int(code, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
        for descendant in font.get("/DescendantFonts", [font]):
            descriptor = descendant.get("/FontDescriptor", {})
            if not any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")):
                self.faults.append("a font is not embedded")
        self._fonts[font.objgen] = found
        return found

    # ── the tree ──

    def _element(self, node: Any, parent: Any, page: Any) -> Element:
        tag = str(node["/S"]).removeprefix("/")
        if node.get("/P") is None or node["/P"].objgen != parent.objgen:
            self.faults.append(f"{tag} has another parent than the one that holds it")
        page = node.get("/Pg", page)
        facts = {name: str(node[f"/{name}"]) for name in _OURS if f"/{name}" in node}
        attributes = node.get("/A", {})
        for name in ("Scope", "ColSpan", "RowSpan"):
            if f"/{name}" in attributes:
                facts[name] = str(attributes[f"/{name}"]).removeprefix("/")
        element = Element(tag, facts, [])
        for kid in _kids(node):
            if isinstance(kid, int):
                self._claim((_name(page), kid), node, element)
            elif kid.get("/Type") == "/MCR":
                self._claim((_name(kid.get("/Stm", kid.get("/Pg", page))), int(kid["/MCID"])), node, element)
            elif kid.get("/Type") == "/OBJR":
                self._claim_annotation(kid["/Obj"], node, element)
            else:
                element.inside.append(self._element(kid, node, page))
        if "/ActualText" in node or "/Alt" in node:
            element.inside = [str(node["/ActualText"])] if "/ActualText" in node else []
        if tag == "Note" and "/ID" not in node:
            self.faults.append("a note has no name")
        return element

    def _claim(self, key: tuple[Any, int], node: Any, element: Element) -> None:
        if key in self.owners:
            self.faults.append(f"content {key[1]} of {key[0]} belongs to two elements")
        if key not in self.texts:
            self.faults.append(f"{element.tag} claims content {key[1]} of {key[0]}, which is not there")
        self.owners[key] = node
        element.inside.append(self.texts.get(key, ""))

    def _claim_annotation(self, annotation: Any, node: Any, element: Element) -> None:
        self.claimed[annotation.objgen] = node
        if annotation.get("/Subtype") == "/Link":
            action = annotation.get("/A", {})
            to = str(action["/URI"]) if "/URI" in action else f"#{annotation.get('/Dest', '?')}"
            if element.facts.setdefault("to", to) != to:
                self.faults.append(f"a link leads to {element.facts['to']} and to {to}")

    def _check_parents(self, root: Any) -> None:
        """Whether the parent tree leads back from each content and annotation to the element that claims it."""
        mapping = dict(_numbers(root.get("/ParentTree", {})))
        holders: dict[Any, Any] = {_name(page.obj): page.obj for page in self.pdf.pages}
        for thing in self.pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form":
                holders[_name(thing)] = thing
        for (place, mcid), node in self.owners.items():
            row = mapping.get(int(holders[place].get("/StructParents", -1))) if place in holders else None
            if not isinstance(row, pikepdf.Array) or mcid >= len(row) or row[mcid].objgen != node.objgen:
                self.faults.append(f"the parent tree does not know whose content {mcid} of {place} is")
        for page in self.pdf.pages:
            for annotation in page.obj.get("/Annots", []):
                node = self.claimed.get(annotation.objgen)
                if node is None:
                    self.faults.append("an annotation belongs to nothing")
                    continue
                found = mapping.get(int(annotation.get("/StructParent", -1)))
                if found is None or found.objgen != node.objgen:
                    self.faults.append("the parent tree does not know whose an annotation is")


def _kind(properties: Any) -> str:
    """What an artifact says that it is: ``Artifact``, and its type, subtype and edges."""
    names = [properties[name] for name in ("/Type", "/Subtype") if name in properties]
    return " ".join(str(name).removeprefix("/") for name in ("Artifact", *names, *properties.get("/Attached", [])))


def _kids(node: Any) -> Iterator[Any]:
    kids = node.get("/K", [])
    yield from (kids if isinstance(kids, pikepdf.Array) else [kids])


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    for kid in tree.get("/Kids", []):
        yield from _numbers(kid)
    numbers = list(tree.get("/Nums", []))
    yield from ((int(number), value) for number, value in zip(numbers[::2], numbers[1::2], strict=True))


def _name(place: Any) -> Any:
    return None if place is None else place.objgen
