"""Tags → the structure tree of a PDF, with all that maps content back to it.

ISO 32000-1, 14.7 (logical structure); ISO 14289-1 (PDF/UA-1): headings that skip no level, cells that say what they
are the head of, notes with a name.
"""

from collections.abc import Iterator
from typing import Any

_KEPT_EMPTY = {"TD", "TH", "TR", "Document"}
"""Tags that mean something without content: a table has its cells."""
_CAPTIONED = {"Figure", "Table"}
"""Tags of what may have a caption. What stands below a video of which nothing is shown is a paragraph."""
_HEADINGS = {f"H{level}": level for level in range(1, 7)}


class Content:
    """A piece of marked content: text or a picture on a page."""

    def __init__(self, page: int, mcid: int, stream: Any) -> None:
        self.page = page
        self.mcid = mcid
        self.stream = stream
        """The form that it is drawn in; None where that is the page itself."""


class Annotation:
    """A place to click."""

    def __init__(self, page: int, annotation: Any) -> None:
        self.page = page
        self.annotation = annotation


class Node:
    """A structure element."""

    def __init__(self, tag: str, parent: "Node | None", element: Any = None) -> None:
        self.tag = tag
        self.parent = parent
        self.element = element
        """The HTML element that it stands for; None where HTML has none."""
        self.kids: list[Node | Content | Annotation] = []
        self.entries: dict[str, Any] = {}
        """What else its dictionary holds."""
        self.attributes: dict[str, Any] = {}
        if parent is not None:
            parent.kids.append(self)

    def nodes(self) -> "Iterator[Node]":
        """Itself and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.nodes()


def finish(document: Node) -> None:
    """Take out empty tags and links that lead nowhere, and settle what depends on the whole tree."""
    _prune(document)
    levels: list[int] = []
    names: dict[str, None] = {}
    for node in document.nodes():
        if node.tag in _HEADINGS:
            # The next heading may be one level deeper, never two; one that is higher ends all below it.
            while levels and levels[-1] >= _HEADINGS[node.tag]:
                levels.pop()
            levels.append(_HEADINGS[node.tag])
            node.tag = f"H{len(levels)}"
        elif node.tag == "Caption" and node.parent is not None and node.parent.tag == "Div":
            if not any(one.tag in _CAPTIONED for one in node.parent.nodes()):
                node.tag = "P"
        elif node.tag == "TH":
            node.attributes["Scope"] = f"/{_scope(node)}"
        elif node.tag == "Note":
            name = node.element.get("id") or f"note-{len(names) + 1}"
            while name in names:
                name += "-again"
            names[name] = None
            node.entries["ID"] = name


def _prune(node: Node) -> None:
    for kid in node.kids:
        if isinstance(kid, Node):
            _prune(kid)
    kids: list[Node | Content | Annotation] = []
    for kid in node.kids:
        if isinstance(kid, Node) and kid.tag == "Link" and not any(isinstance(one, Annotation) for one in kid.kids):
            kids += kid.kids
        elif not isinstance(kid, Node) or kid.kids or kid.tag in _KEPT_EMPTY:
            kids.append(kid)
    node.kids = kids


def _scope(cell: Node) -> str:
    """What a heading cell is the head of: what it says, or what its place says."""
    scope = cell.element.get("scope", "")
    if written := {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}.get(scope):
        return written
    row = cell.parent
    assert row is not None
    if row.parent is not None and row.parent.tag == "THead":
        return "Column"
    return "Column" if all(isinstance(kid, Node) and kid.tag == "TH" for kid in row.kids) else "Row"


def write(pdf: Any, document: Node, pages: int) -> None:
    """Add the tree to the PDF."""
    _Writer(pdf, pages).write(document)


class _Writer:
    def __init__(self, pdf: Any, pages: int) -> None:
        import pydyf

        self.pydyf = pydyf
        self.pdf = pdf
        self.pages = pages
        self.annotations: list[tuple[Any, Any]] = []
        self.owners: dict[Any, dict[int, Any]] = {}
        """Page number or form → marked content → whose it is."""
        self.ids: list[tuple[str, Any]] = []

    def write(self, document: Node) -> None:
        pydyf = self.pydyf
        root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        self.pdf.add_object(root)
        root["K"] = self._element(document, root.reference)
        numbers, next_number = self._numbers()
        mapping = pydyf.Dictionary({"Nums": numbers})
        self.pdf.add_object(mapping)
        root["ParentTree"] = mapping.reference
        root["ParentTreeNextKey"] = next_number
        if self.ids:
            names = pydyf.Array(
                item for name, reference in sorted(self.ids) for item in (pydyf.String(name), reference)
            )
            root["IDTree"] = pydyf.Dictionary({"Names": names})
        catalog = self.pdf.catalog
        catalog["StructTreeRoot"] = root.reference
        catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        for written in self.pdf.objects:  # PDF/A: what is seen must not depend on who shows it
            if isinstance(written, pydyf.Stream) and "Interpolate" in written.extra:
                written.extra["Interpolate"] = "false"

    def _numbers(self) -> tuple[Any, int]:
        """The parent tree: pages by their number, behind them forms and annotations."""
        numbers = self.pydyf.Array()
        for page in range(self.pages):
            numbers.extend([page, self._array(self.owners.pop(page, {}))])
        number = self.pages
        for form, owners in self.owners.items():
            form.extra["StructParents"] = number
            numbers.extend([number, self._array(owners)])
            number += 1
        for reference, annotation in self.annotations:
            annotation["StructParent"] = number
            numbers.extend([number, reference])
            number += 1
        return numbers, number

    def _array(self, owners: dict[int, Any]) -> Any:
        return self.pydyf.Array(owners.get(mcid, "null") for mcid in range(max(owners, default=-1) + 1))

    def _element(self, node: Node, parent: Any) -> Any:
        pydyf = self.pydyf
        written = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.tag}", "P": parent})
        self.pdf.add_object(written)
        reference = written.reference
        for name, text in node.entries.items():
            written[name] = pydyf.String(text)
        if node.attributes:
            written["A"] = pydyf.Dictionary(node.attributes)
        if "ID" in node.entries:
            self.ids.append((node.entries["ID"], reference))
        page = next((kid.page for kid in node.kids if isinstance(kid, Content)), None)
        if page is not None:
            written["Pg"] = self.pdf.page_references[page]
        written["K"] = pydyf.Array(self._kid(kid, reference, page) for kid in node.kids)
        return reference

    def _kid(self, kid: Node | Content | Annotation, reference: Any, page: int | None) -> Any:
        pydyf = self.pydyf
        if isinstance(kid, Node):
            return self._element(kid, reference)
        here = self.pdf.page_references[kid.page]
        if isinstance(kid, Annotation):
            self.annotations.append((reference, kid.annotation))
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.annotation.reference, "Pg": here}).data
        self.owners.setdefault(kid.page if kid.stream is None else kid.stream, {})[kid.mcid] = reference
        if kid.stream is not None:
            form = kid.stream.reference
            return pydyf.Dictionary({"Type": "/MCR", "Pg": here, "Stm": form, "MCID": kid.mcid}).data
        if kid.page == page:
            return kid.mcid
        return pydyf.Dictionary({"Type": "/MCR", "Pg": here, "MCID": kid.mcid}).data
