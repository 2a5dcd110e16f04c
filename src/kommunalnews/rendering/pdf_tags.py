"""Laid-out boxes → the tag tree of the PDF, one tag for one HTML element.

WeasyPrint makes a tag for each *box*: an element that breaks across lines or pages becomes several. Here the tags are
found by element, so that paragraphs, lists and tables stay whole however many pages they span, and anonymous boxes
vanish. Repeated table heads, running heads and decoration are artifacts: they are seen, not read.

ISO 32000-1, 14.7 and 14.8 (the structure types); ISO 14289-1 (PDF/UA-1).
"""

from collections.abc import Iterator
from typing import Any

_TAGS = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "a": "Link", "article": "Art", "aside": "Sect", "blockquote": "BlockQuote", "caption": "Caption", "code": "Code",
    "dl": "L", "figcaption": "Caption", "figure": "Div", "img": "Figure", "ol": "L", "p": "P", "pre": "P",
    "q": "Quote", "section": "Sect", "table": "Table", "tbody": "TBody", "td": "TD", "tfoot": "TFoot", "th": "TH",
    "thead": "THead", "tr": "TR", "ul": "L", "{http://www.w3.org/2000/svg}svg": "Figure",
}  # fmt: skip
_LINES = {"P", "Caption", "Lbl", "LBody", "TH", "TD", "Link", "Code", "Quote", "H1", "H2", "H3", "H4", "H5", "H6"}
"""Tags that hold text themselves."""
_NUMBERINGS = {
    "none": "None", "disc": "Disc", "circle": "Circle", "square": "Square", "decimal": "Decimal",
    "lower-alpha": "LowerAlpha", "lower-latin": "LowerAlpha", "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha", "lower-roman": "LowerRoman", "upper-roman": "UpperRoman",
}  # fmt: skip
_SVG_TITLE = "{http://www.w3.org/2000/svg}title"
_POINTS = 0.75
"""Points in a CSS pixel."""
_SLACK = 0.01
"""Pixels by which the edges of a box and of what fills it may differ."""


def mark_artifacts(document: Any) -> None:
    """Find what no reader should hear, before it is drawn, and take the links off it."""
    heads: dict[Any, int] = {}
    for number, page in enumerate(document.pages):
        silent = set(_silent(page._page_box, number, heads, inherited=False))
        page.links = [link for link in page.links if link[3] not in silent and not _is_doubled(link, page.links)]


def _is_doubled(link: Any, links: list[Any]) -> bool:
    """Whether the same link already lies on a box around this one: the children of a link inherit it."""
    kind, target, (x1, y1, x2, y2), box = link
    is_generated = "::" in box.element_tag  # a::before has the element of its a
    return any(
        other[3] is not box
        and (is_generated or other[3].element is not box.element)
        and other[:2] == (kind, target)
        and other[2][0] <= x1 + _SLACK and other[2][1] <= y1 + _SLACK
        and x2 <= other[2][2] + _SLACK and y2 <= other[2][3] + _SLACK
        for other in links
    )  # fmt: skip


def _silent(box: Any, page: int, heads: dict[Any, int], *, inherited: bool) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes

    box = _placed(box)
    silent = inherited or isinstance(box, boxes.MarginBox)
    if box.element is not None and not silent:
        silent = box.element.get("aria-hidden") == "true"
        if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
            silent = silent or heads.setdefault(box.element, page) != page
        if isinstance(box, boxes.ReplacedBox):
            silent = silent or not alternative(box.element)
    if silent:
        box.is_artifact = True
        yield box
    for child in getattr(box, "children", ()):
        yield from _silent(child, page, heads, inherited=silent)


def _placed(box: Any) -> Any:
    from weasyprint.layout.absolute import AbsolutePlaceholder

    return box._box if isinstance(box, AbsolutePlaceholder) else box


def alternative(element: Any) -> str:
    """The text that stands for a picture; empty where it is decoration."""
    title = element.find(_SVG_TITLE)
    text = element.get("alt") or element.get("aria-label") or (title.text if title is not None else "")
    return (text or "").strip()


def add_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: Any) -> None:
    """Add the tag tree to the document: what WeasyPrint calls when all pages are drawn."""
    tree = _Tree(pdf)
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        tree.add_page(number, page, stream._tags)
    tree.finish()


class _Node:
    """A structure element that grows while pages are read."""

    def __init__(self, tree: "_Tree", tag: str, parent: "_Node | None", page: int) -> None:
        import pydyf

        self.tag = tag
        self.parent = parent
        self.page = page
        self.children: Any = pydyf.Array()
        self.object: Any = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{tag}", "K": self.children})
        tree.pdf.add_object(self.object)
        self.object["P"] = parent.object.reference if parent else tree.root.reference
        if parent:
            parent.children.append(self.object.reference)
        self.item: _Node | None = None
        """In a list: the LI that is being filled."""
        self.body: _Node | None = None
        """In a list item: its LBody."""


class _Tree:
    """The structure tree, and what maps content back to it."""

    def __init__(self, pdf: Any) -> None:
        import pydyf

        self.pdf = pdf
        self.root: Any = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        pdf.add_object(self.root)
        self.document = _Node(self, "Document", None, 0)
        self.nodes: dict[Any, _Node] = {}
        """HTML element → where its content goes."""
        self.labels: dict[Any, _Node] = {}
        """List item → its Lbl."""
        self.annotations: list[tuple[Any, Any]] = []
        self.numbers: Any = pydyf.Array()
        self.heading = 0
        """Level of the last heading: the next may be one deeper, never two."""

    def add_page(self, number: int, page: Any, tags: Any) -> None:
        """Read the boxes of a page; ``tags``: box → its marked content, which is used up."""
        import pydyf

        self.number, self.height, self.tags = number, page.height, tags
        self.owners: dict[int, Any] = {}
        self._walk(page._page_box, self.document)
        if tags:
            raise RuntimeError(f"page {number + 1} holds content without a place in the tag tree")
        self.numbers.extend([number, pydyf.Array(reference for _, reference in sorted(self.owners.items()))])

    def finish(self) -> None:
        """Write what is only known at the end."""
        import pydyf

        start = len(self.numbers) // 2
        for index, (reference, annotation) in enumerate(self.annotations, start):
            annotation["StructParent"] = index
            self.numbers.extend([index, reference])
        mapping = pydyf.Dictionary({"Nums": self.numbers})
        self.pdf.add_object(mapping)
        self.root["K"] = self.document.object.reference
        self.root["ParentTree"] = mapping.reference
        self.root["ParentTreeNextKey"] = start + len(self.annotations)
        catalog = self.pdf.catalog
        catalog["StructTreeRoot"] = self.root.reference
        catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _walk(self, box: Any, parent: _Node) -> None:
        from weasyprint.formatting_structure import boxes

        box = _placed(box)
        node = parent if isinstance(box, boxes.TextBox | boxes.LineBox) else self._node(box, parent)
        if annotation := getattr(box, "link_annotation", None):
            self._add_link(box, node, annotation)
        kid = self.tags.pop(box, None)
        if kid is not None:
            self._add_content(node, kid["mcid"])
        for child in getattr(box, "children", ()):
            self._walk(child, node)

    def _add_content(self, node: _Node, mcid: int) -> None:
        import pydyf

        page = self.pdf.page_references[self.number]
        if "Pg" not in node.object:
            node.object["Pg"] = page
            node.page = self.number
        if node.page == self.number:
            node.children.append(mcid)
        else:
            node.children.append(pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": mcid}).data)
        self.owners[mcid] = node.object.reference

    def _add_link(self, box: Any, node: _Node, annotation: Any) -> None:
        import pydyf

        link: _Node | None = node
        while link is not None and link.tag != "Link":
            link = link.parent
        link = link or _Node(self, "Link", node, self.number)
        words = " ".join("".join(box.element.itertext()).split())
        words = words or " ".join(filter(None, map(alternative, box.element.iter("img"))))
        if words:
            annotation["Contents"] = pydyf.String(words)
        reference = pydyf.Dictionary(
            {"Type": "/OBJR", "Obj": annotation.reference, "Pg": self.pdf.page_references[self.number]}
        )
        link.children.append(reference.data)
        self.annotations.append((link.object.reference, annotation))

    def _node(self, box: Any, parent: _Node) -> _Node:
        """Where the content of a box goes: an old node, a new one, or its parent's."""
        element = box.element
        if element is None or getattr(box, "is_artifact", False):
            return parent
        if box.element_tag.endswith("::footnote-call"):
            self._note(element, parent)
        if "::" in box.element_tag:
            is_label = box.element_tag in ("li::marker", "div::footnote-marker")
            return self._label(element, parent) if is_label else parent
        if element not in self.nodes:
            self.nodes[element] = self._new(box, element, parent)
        return self.nodes[element]

    def _note(self, element: Any, parent: _Node) -> None:
        """A Note where it is mentioned; its content comes at the foot of this page or the next. It must have an ID."""
        import pydyf

        if element not in self.nodes:
            note = self.nodes[element] = _Node(self, "Note", parent, self.number)
            note.object["ID"] = pydyf.String(element.get("id"))

    def _label(self, element: Any, parent: _Node) -> _Node:
        """The Lbl of a list item; it stands before the LBody even where the marker is drawn inside it."""
        if element not in self.labels:
            item = parent.parent if parent.tag == "LBody" and parent.parent else parent
            label = self.labels[element] = _Node(self, "Lbl", item, self.number)
            item.children.insert(0, item.children.pop())
            return label
        return self.labels[element]

    def _new(self, box: Any, element: Any, parent: _Node) -> _Node:
        import pydyf
        from weasyprint.formatting_structure import boxes

        match box.element_tag:
            case "li" if parent.tag == "L":
                node = _Node(self, "LBody", _Node(self, "LI", parent, self.number), self.number)
            case "dt" | "dd" if parent.tag == "L":
                node = self._described(box.element_tag, parent)
            case "img" | "{http://www.w3.org/2000/svg}svg" if not isinstance(box, boxes.ReplacedBox):
                return parent  # the picture could not be loaded: its alternative stands there as text
            case "a" if not box.link:
                return parent
            case name if name in _TAGS:
                node = _Node(self, self._levelled(_TAGS[name]), parent, self.number)
            case _:
                node = self._plain(box, element, parent)
        if node is parent:
            return parent
        self._describe(node, box, element)
        if element.get("lang") and element.tag != "html":
            node.object["Lang"] = pydyf.String(element.get("lang"))
        return node

    def _plain(self, box: Any, element: Any, parent: _Node) -> _Node:
        """A box whose element means nothing of its own: nothing, unless it holds lines or has something to tell."""
        import pydyf
        from weasyprint.formatting_structure import boxes

        if spoken := element.get("data-spoken"):
            node = _Node(self, "Span", parent, self.number)
            node.object["ActualText"] = pydyf.String(spoken)
            return node
        if isinstance(box, boxes.InlineBox):
            if not element.get("lang") and not (element.tag == "abbr" and element.get("title")):
                return parent
            node = _Node(self, "Span", parent, self.number)
            if element.tag == "abbr" and element.get("title"):
                node.object["E"] = pydyf.String(element.get("title"))
            return node
        if parent.tag in _LINES or not any(isinstance(child, boxes.LineBox) for child in box.children):
            return parent
        return _Node(self, "P", parent, self.number)

    def _levelled(self, tag: str) -> str:
        if len(tag) != 2 or tag[0] != "H":
            return tag
        self.heading = min(int(tag[1]), self.heading + 1)
        return f"H{self.heading}"

    def _described(self, name: str, parent: _Node) -> _Node:
        """Terms and descriptions: each run of ``dt`` and its ``dd`` make one LI."""
        if parent.item is None or (name == "dt" and parent.item.body is not None):
            parent.item = _Node(self, "LI", parent, self.number)
        item = parent.item
        if name == "dt":
            return _Node(self, "Lbl", item, self.number)
        if item.body is None:
            item.body = _Node(self, "LBody", item, self.number)
            return item.body
        return _Node(self, "P", item.body, self.number)

    def _describe(self, node: _Node, box: Any, element: Any) -> None:
        """The attributes that a tag of its kind must have."""
        import pydyf

        match node.tag:
            case "Figure":
                x, y = box.content_box_x() * _POINTS, (self.height - box.content_box_y()) * _POINTS
                corners = (x, y - box.height * _POINTS, x + box.width * _POINTS, y)
                node.object["Alt"] = pydyf.String(alternative(element))
                node.object["A"] = pydyf.Dictionary(
                    {"O": "/Layout", "Placement": "/Block", "BBox": pydyf.Array(round(c, 3) for c in corners)}
                )
            case "L" if element.tag != "dl":
                style = box.style["list_style_type"]
                numbering = _NUMBERINGS.get(style if isinstance(style, str) else "", "Disc")
                node.object["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})
            case "TH" | "TD":
                attributes = pydyf.Dictionary({"O": "/Table"})
                if node.tag == "TH":
                    attributes["Scope"] = f"/{_scope(node, element)}"
                if getattr(box, "colspan", 1) != 1:
                    attributes["ColSpan"] = box.colspan
                if getattr(box, "rowspan", 1) != 1:
                    attributes["RowSpan"] = box.rowspan
                if len(attributes) > 1:
                    node.object["A"] = attributes


def _scope(node: _Node, element: Any) -> str:
    """What a heading cell is the head of: what it says, or what its place says."""
    written = {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}.get(element.get("scope", ""))
    in_body = node.parent is not None and node.parent.parent is not None and node.parent.parent.tag == "TBody"
    is_first = node.parent is not None and len(node.parent.children) == 1
    return written or ("Row" if in_body and is_first else "Column")
