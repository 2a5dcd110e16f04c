"""Laid-out boxes → the tags of the PDF, one for one HTML element.

WeasyPrint makes a tag for each *box*: an element that breaks across lines or pages becomes several. Here the tags are
found by element, so that paragraphs, lists and tables stay whole however many columns and pages they span, and
anonymous boxes vanish. Reading order is the order of the HTML, so a footnote is read where it is called.

ISO 32000-1, 14.8.4 (the structure types).
"""

from typing import Any

from kommunalnews.rendering.pdf_reading import alternative
from kommunalnews.rendering.pdf_structure import Annotation, Content, Node, finish, write

_SVG = "{http://www.w3.org/2000/svg}svg"
_TAGS = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "a": "Link", "article": "Art", "aside": "Sect", "blockquote": "BlockQuote", "caption": "Caption", "code": "Code",
    "dl": "L", "figcaption": "Caption", "figure": "Div", "img": "Figure", "ol": "L", "p": "P", "pre": "P",
    "q": "Quote", "section": "Sect", "table": "Table", "tbody": "TBody", "td": "TD", "tfoot": "TFoot", "th": "TH",
    "thead": "THead", "tr": "TR", "ul": "L", _SVG: "Figure",
}  # fmt: skip
_GROUPS = {"Art", "BlockQuote", "Div", "Document", "Sect"}
"""Tags that hold other tags only: loose text in them becomes a paragraph."""
_ROWS = {"L", "TOC"}
"""Tags that hold items only."""
_BLOCKS = {*_GROUPS, *_ROWS, "LI", "TOCI", "Table", "TBody", "TFoot", "THead", "TR"}
"""Tags below which a box with lines is a paragraph of its own."""
_NUMBERINGS = {
    "none": "None", "disc": "Disc", "circle": "Circle", "square": "Square", "decimal": "Decimal",
    "lower-alpha": "LowerAlpha", "lower-latin": "LowerAlpha", "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha", "lower-roman": "LowerRoman", "upper-roman": "UpperRoman",
}  # fmt: skip
_POINTS = 0.75
"""Points in a CSS pixel."""


def add_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: Any) -> None:
    """Add the tag tree to the document: what WeasyPrint calls when all pages are drawn."""
    tree = _Tree()
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        tree.add_page(number, page, stream)
    finish(tree.document)
    write(pdf, tree.document, len(document.pages))


class _Tree:
    """The tags, while pages are read."""

    def __init__(self) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        self.boxes = boxes
        self.placeholder = AbsolutePlaceholder
        self.document = Node("Document", None)
        self.nodes: dict[Any, Node] = {}
        """HTML element → where its content goes."""
        self.above: dict[Any, Any] = {}
        """HTML element → the one that holds it."""
        self.labels: dict[Any, Node] = {}
        """List item or footnote → its Lbl."""
        self.calls: dict[Any, Node] = {}
        """Footnote → what refers to it."""
        self.items: dict[Node, list[Node | None]] = {}
        """List of terms → the LI that is being filled, and its LBody."""
        self.contents: set[Any] = set()
        """Lists that are tables of contents."""
        self.loose: set[Node] = set()
        """Paragraphs that no HTML element stands for."""

    def add_page(self, number: int, page: Any, stream: Any) -> None:
        """Read the boxes of a page, whose marked content is used up."""
        self.number, self.height, self.stream, self.tags = number, page.height, stream, stream._tags
        if not self.above:
            self.above = {inner: outer for outer in page._page_box.children[0].element.iter() for inner in outer}
        self._walk(page._page_box, self.document)
        if self.tags:
            raise RuntimeError(f"page {number + 1} holds content without a place in the tag tree")

    def _walk(self, box: Any, parent: Node) -> None:
        boxes = self.boxes
        if isinstance(box, self.placeholder):
            box = box._box
        node = parent if isinstance(box, boxes.TextBox | boxes.LineBox) else self._node(box, parent)
        if annotation := getattr(box, "link_annotation", None):
            self._add_link(box, node, annotation)
        if (kid := self.tags.pop(box, None)) is not None:
            stream = None if kid["stream"] is self.stream else kid["stream"]
            self._holder(node).kids.append(Content(self.number, kid["mcid"], stream))
        for child in getattr(box, "children", ()):
            self._walk(child, node)

    def _holder(self, node: Node) -> Node:
        """Where content of a node goes: itself, or a paragraph in a group, the last one while nothing is between."""
        last = node.kids[-1] if node.kids else None
        match node.tag:
            case "LI" | "TOCI" | "L" | "TOC" if isinstance(last, Node) and last in self.loose:
                return self._holder(last)
            case "L" | "TOC":
                item = self._loose("LI" if node.tag == "L" else "TOCI", node)
                return self._holder(item)
            case "LI":
                return self._loose("LBody", node)
            case tag if tag in _GROUPS or tag == "TOCI":
                return last if isinstance(last, Node) and last in self.loose else self._loose("P", node)
            case _:
                return node

    def _loose(self, tag: str, parent: Node) -> Node:
        node = Node(tag, parent)
        self.loose.add(node)
        return node

    def _add_link(self, box: Any, node: Node, annotation: Any) -> None:
        import pydyf

        link: Node | None = node
        while link is not None and link.tag != "Link":
            link = link.parent
        if link is None:
            link = Node("Link", self._holder(node))
        words = " ".join((box.element.get("aria-label") or "".join(box.element.itertext())).split())
        words = words or " ".join(filter(None, map(alternative, box.element.iter("img"))))
        if words:
            annotation["Contents"] = pydyf.String(words)
        link.kids.append(Annotation(self.number, annotation))

    def _node(self, box: Any, parent: Node) -> Node:
        """Where the content of a box goes: an old node, a new one, or its parent's."""
        element = box.element
        if element is None or getattr(box, "is_artifact", False):
            return parent
        if "::" in box.element_tag:
            return self._pseudo(element, box.element_tag.partition("::")[2], parent)
        if element not in self.nodes:
            self.nodes[element] = self._new(box, element, self._outer(box, element, parent))
        return self.nodes[element]

    def _outer(self, box: Any, element: Any, parent: Node) -> Node:
        """The node of the element around this one; its box may be elsewhere: a block breaks out of a link."""
        outer = self.above.get(element)
        if outer is None or isinstance(box, self.boxes.TableBox):
            return parent
        if outer in self.nodes:
            return self.nodes[outer]
        above = self._outer(box, outer, parent)
        if outer.tag == "a" and box.link:
            above = self.nodes[outer] = Node("Link", above, outer)
        return above

    def _pseudo(self, element: Any, kind: str, parent: Node) -> Node:
        match kind:
            case "marker" if element.tag == "li":
                return self._label(element, parent)
            case "footnote-call":
                if element not in self.calls:
                    call = self.calls[element] = Node("Reference", self._holder(parent))
                    self._footnote(element, call.parent or parent)
                return self.calls[element]
            case "footnote-marker":
                note = self.nodes[element]
                if element not in self.labels:
                    self.labels[element] = Node("Lbl", note)
                return self.labels[element]
            case _:
                return parent

    def _footnote(self, element: Any, parent: Node) -> None:
        """The tag of a footnote, at the place where it is called; its text comes at the foot of a page."""
        note = self.nodes[element] = Node("Note", parent, element)
        self._tell_language(note, element)

    def _label(self, element: Any, parent: Node) -> Node:
        """The Lbl of a list item; it stands before the LBody even where the marker is drawn inside it."""
        if element not in self.labels:
            item = parent.parent if parent.tag == "LBody" and parent.parent else parent
            label = self.labels[element] = Node("Lbl", item)
            item.kids.insert(0, item.kids.pop())
            return label
        return self.labels[element]

    def _new(self, box: Any, element: Any, parent: Node) -> Node:
        match box.element_tag:
            case "nav" if "kn-toc" in element.get("class", "").split():
                self.contents.update([*element.iter("ol"), *element.iter("ul")])
                return parent
            case "ul" | "ol" if element in self.contents:
                node = Node("TOC", parent, element)
            case "li" if parent.tag == "TOC":
                node = Node("TOCI", parent, element)
            case "a" if parent.tag == "TOCI" and box.link:
                node = Node("Link", Node("Reference", parent), element)
            case "a" if box.link and element.get("role") == "doc-noteref":
                node = Node("Link", Node("Reference", self._holder(parent)), element)
            case "li" if parent.tag == "L":
                node = Node("LBody", Node("LI", parent), element)
            case "dt" | "dd" if parent.tag == "L":
                node = self._described(box.element_tag, parent, element)
            case "img" | "{http://www.w3.org/2000/svg}svg" if not isinstance(box, self.boxes.ReplacedBox):
                return parent  # the picture could not be loaded: its alternative stands there as text
            case "a" if not box.link:
                return parent
            case name if name in _TAGS:
                is_phrase = isinstance(box, self.boxes.InlineLevelBox) and _TAGS[name] != "Figure"
                if is_phrase or (parent.tag in _ROWS and _TAGS[name] not in _ROWS):
                    parent = self._holder(parent)
                node = Node(_TAGS[name], parent, element)
            case _:
                return self._plain(box, element, parent)
        self._describe(node, box, element)
        self._tell_language(node, element)
        return node

    def _plain(self, box: Any, element: Any, parent: Node) -> Node:
        """A box whose element means nothing of its own: nothing, unless it holds lines or has something to tell."""
        boxes = self.boxes
        entries = {}
        if isinstance(box, boxes.InlineBox) and element.tag == "abbr" and element.get("title"):
            entries["E"] = element.get("title")
        if entries or (isinstance(box, boxes.InlineBox) and element.get("lang")):
            node = Node("Span", self._holder(parent), element)
            node.entries.update(entries)
        elif isinstance(box, boxes.InlineBox) or parent.tag not in _BLOCKS:
            return parent
        elif any(isinstance(child, boxes.LineBox) for child in box.children):
            node = Node("P", parent, element)
        else:
            return parent
        self._tell_language(node, element)
        return node

    def _tell_language(self, node: Node, element: Any) -> None:
        if element.get("lang") and element.tag != "html":
            node.entries["Lang"] = element.get("lang")

    def _described(self, name: str, parent: Node, element: Any) -> Node:
        """Terms and descriptions: each run of ``dt`` and its ``dd`` make one LI."""
        item, body = self.items.get(parent, [None, None])
        if item is None or (name == "dt" and body is not None):
            item, body = Node("LI", parent), None
        if name == "dt":
            self.items[parent] = [item, body]
            return Node("Lbl", item, element)
        if body is None:
            body = Node("LBody", item, element)
            self.items[parent] = [item, body]
            return body
        self.items[parent] = [item, body]
        return Node("P", body, element)

    def _describe(self, node: Node, box: Any, element: Any) -> None:
        """The attributes that a tag of its kind must have."""
        import pydyf

        match node.tag:
            case "Figure":
                x, y = box.content_box_x() * _POINTS, (self.height - box.content_box_y()) * _POINTS
                corners = (x, y - box.height * _POINTS, x + box.width * _POINTS, y)
                node.entries["Alt"] = alternative(element)
                node.attributes = {
                    "O": "/Layout", "Placement": "/Block", "BBox": pydyf.Array(round(corner, 3) for corner in corners),
                }  # fmt: skip
            case "L" if element.tag != "dl":
                style = box.style["list_style_type"]
                numbering = _NUMBERINGS.get(style if isinstance(style, str) else "", "Disc")
                node.attributes = {"O": "/List", "ListNumbering": f"/{numbering}"}
            case "TH" | "TD":
                spans = {"ColSpan": getattr(box, "colspan", 1), "RowSpan": getattr(box, "rowspan", 1)}
                spans = {name: span for name, span in spans.items() if span != 1}
                if spans or node.tag == "TH":
                    node.attributes = {"O": "/Table", **spans}
