"""HTML and its stylesheets → the outline that its PDF must have, from the DOM alone.

Written against the HTML, not against what makes the tags: whoever changes those must not have to change this.
Stylesheets are asked for what takes part in the reading: what is hidden, runs in the margin, or is a footnote.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import quote, urljoin

import cssselect2
import tinycss2
import tinyhtml5

from .outline import Element, spoken, without_empty

_BLOCKS = set(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SILENT = {"head", "script", "style", "template", "title", "meta", "link", "iframe", "object", "embed", "video"}
_TAGS = {
    "article": "Art", "aside": "Sect", "blockquote": "BlockQuote", "caption": "Caption", "code": "Code",
    "figcaption": "Caption", "figure": "Div", "p": "P", "pre": "P", "q": "Quote", "section": "Sect", "table": "Table",
    "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR",
}  # fmt: skip
_GROUPS = {"Document", "Art", "Sect", "Div", "BlockQuote", "TOCI"}
_STRUCTURE = {*_GROUPS, "L", "TOC", "Table", "THead", "TBody", "TFoot", "TR"}
"""What holds no text itself."""
_SVG = "{http://www.w3.org/2000/svg}"


class _Looks:
    """The few properties of style that matter to a reader who hears."""

    def __init__(self, stylesheets: Iterable[str]) -> None:
        self.matcher = cssselect2.Matcher()
        self._add(tinycss2.parse_stylesheet("\n".join(stylesheets), skip_comments=True, skip_whitespace=True))

    def _add(self, rules: list[Any]) -> None:
        for rule in rules:
            if rule.type == "at-rule" and rule.lower_at_keyword == "media":
                media = tinycss2.serialize(rule.prelude)
                if "print" in media or "all" in media:
                    self._add(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            if rule.type != "qualified-rule":
                continue
            declared = {
                one.lower_name: tinycss2.serialize(one.value).strip()
                for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
                if one.type == "declaration"
            }
            asked = {
                name: declared[name] for name in ("display", "float", "position", "list-style") if name in declared
            }
            if "list-style-type" in declared:
                asked["list-style"] = declared["list-style-type"]
            if not asked:
                continue
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue
            for selector in selectors:
                if selector.pseudo_element is None:
                    self.matcher.add_selector(selector, asked)

    def of(self, wrapped: Any) -> dict[str, str]:
        """Property → value, where a stylesheet or the element itself says something."""
        found: dict[str, str] = {}
        for *_, asked in self.matcher.match(wrapped):
            found |= asked
        for declaration in wrapped.etree_element.get("style", "").split(";"):
            name, _, value = declaration.partition(":")
            if name.strip() in ("display", "float", "position", "list-style"):
                found[name.strip()] = value.strip()
        return found


@cache
def expected(html: str, stylesheets: tuple[str, ...], url: str) -> Element:
    """The outline that the PDF of a print view must have."""
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    inner = [style.text or "" for style in root.iter("style")]
    document = Element("Document", {}, [])
    walk = _Walk(_Looks([*stylesheets, *inner]), url, {e.get("id") for e in root.iter() if e.get("id")})
    if any("kn-note" in stylesheet and "footnote" in stylesheet for stylesheet in stylesheets):
        walk.notes = _notes(root)
    walk.element(cssselect2.ElementWrapper.from_html_root(root), document)
    document = without_empty(document)
    _uncaption(document)
    _level(document)
    return document


class _Walk:
    def __init__(self, looks: _Looks, url: str, ids: set[str | None]) -> None:
        self.looks = looks
        self.url = url
        self.ids = ids
        self.notes: dict[Any, Any] = {}
        """First mention of a note → the note, where the stylesheet puts notes at the foot of the page."""

    def element(self, wrapped: Any, parent: Element) -> None:
        """Add what an element says to its parent."""
        element, looks = wrapped.etree_element, self.looks.of(wrapped)
        name = element.tag
        if not isinstance(name, str) or name in _SILENT:
            return
        hidden = element.get("aria-hidden") == "true" or element.get("hidden") is not None
        if hidden or looks.get("display") == "none" or looks.get("position", "").startswith("running"):
            return
        if spelt := element.get("data-spoken"):
            self._text(spelt, parent)
            return
        if element in self.notes.values() or (name in ("section", "ol") and self._is_moved(element)):
            return
        if looks.get("float") == "footnote":
            holder = self._line(parent)
            holder.inside.append(Element("Reference", {}, ["*"]))
            note = Element("Note", {}, [Element("Lbl", {}, ["*"])])
            holder.inside.append(note)
            self._inside(wrapped, note)
            return
        is_block = name in _BLOCKS or looks.get("display", "inline") in ("block", "flex", "grid", "list-item")
        if is_block and parent.tag not in _STRUCTURE:
            parent.inside.append(" ")
        self._add(wrapped, name, looks, parent, is_block)
        if is_block and parent.tag not in _STRUCTURE:
            parent.inside.append(" ")
        if element in self.notes:
            note = Element("Note", {}, [Element("Lbl", {}, ["*"])])
            self._line(parent).inside.append(note)
            self._inside(cssselect2.ElementWrapper.from_html_root(self.notes[element]), note)

    def _is_moved(self, element: Any) -> bool:
        """Whether nothing is left of a section of notes."""
        items = list(element.iter("li"))
        is_notes = any(note is item for note in self.notes.values() for item in items)
        return is_notes and all(any(note is item for note in self.notes.values()) for item in items)

    def _add(self, wrapped: Any, name: str, looks: dict[str, str], parent: Element, is_block: bool) -> None:
        element = wrapped.etree_element
        facts = {"Lang": element.get("lang")} if element.get("lang") and name not in ("html", "body") else {}
        made: Element | None = None
        match name:
            case "br":
                self._line(parent).inside.append(" ")
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                made = Element(name.upper(), facts, [])
            case "ul" | "ol":
                made = Element("TOC" if _is_contents(wrapped) else "L", facts, [])
            case "dl":
                made = Element("L", facts, [])
            case "li" if parent.tag == "TOC":
                made = Element("TOCI", facts, [])
                if self._is_marked(wrapped):
                    made.inside.append(Element("Lbl", {}, [self._marker(wrapped)]))
            case "li" if parent.tag == "L":
                item = Element("LI", {}, [])
                parent.inside.append(item)
                if self._is_marked(wrapped):
                    item.inside.append(Element("Lbl", {}, [self._marker(wrapped)]))
                made, parent = Element("LBody", facts, []), item
            case "dt" | "dd" if parent.tag == "L":
                made, parent = self._described(name, facts, parent)
            case "td" | "th":
                made = self._cell(wrapped, facts)
            case "img" | "{http://www.w3.org/2000/svg}svg":
                alt = element.get("alt") or element.get("aria-label") or (element.findtext(f"{_SVG}title") or "")
                if alt.strip():
                    parent.inside.append(Element("Figure", {**facts, "Alt": alt.strip()}, []))
            case "a" if self._target(element):
                made = Element("Link", {**facts, "to": self._target(element)}, [])
                if parent.tag == "TOCI" or element.get("role") == "doc-noteref":
                    parent = parent if parent.tag == "TOCI" else self._line(parent)
                    reference = Element("Reference", {}, [])
                    parent.inside.append(reference)
                    parent = reference
                elif not is_block:
                    parent = self._line(parent)
            case "abbr" if element.get("title"):
                made, parent = Element("Span", {**facts, "E": element.get("title")}, []), self._line(parent)
            case _ if name in _TAGS:
                made = Element(_TAGS[name], facts, [])
                if not is_block:
                    parent = self._line(parent)
            case _ if is_block and parent.tag in _GROUPS and self._has_lines(wrapped):
                made = Element("P", facts, [])
            case _ if facts and not is_block:
                made, parent = Element("Span", facts, []), self._line(parent)
            case _:
                self._inside(wrapped, parent)
        if made is not None:
            parent.inside.append(made)
            if name == "q":
                made.inside.append("„")
            self._inside(wrapped, made)
            if name == "q":
                made.inside.append("“")

    def _inside(self, wrapped: Any, parent: Element) -> None:
        element = wrapped.etree_element
        self._text(element.text or "", parent)
        wrappers = {child.etree_element: child for child in wrapped.iter_children()}
        children = list(element)
        if element.tag == "table":  # a foot is read last, wherever it is written
            children.sort(key=lambda child: child.tag == "tfoot")
        for child in children:
            if child in wrappers:  # no comment
                self.element(wrappers[child], parent)
            self._text(child.tail or "", parent)

    def _text(self, text: str, parent: Element) -> None:
        if spoken(text):
            self._line(parent).inside.append(text)
        elif text and parent.tag not in _STRUCTURE:
            parent.inside.append(" ")
        elif text and parent.inside and isinstance(last := parent.inside[-1], Element) and last.facts.get("loose"):
            last.inside.append(" ")

    def _line(self, parent: Element) -> Element:
        """Where text goes: loose text of a group is a paragraph, up to the next block."""
        if parent.tag == "L":
            item = Element("LI", {}, [Element("LBody", {}, [])])
            parent.inside.append(item)
            body = item.inside[0]
            assert isinstance(body, Element)
            return body
        if parent.tag not in _GROUPS:
            return parent
        last = parent.inside[-1] if parent.inside else None
        if not isinstance(last, Element) or last.tag != "P" or "loose" not in last.facts:
            last = Element("P", {"loose": "yes"}, [])
            parent.inside.append(last)
        return last

    def _target(self, element: Any) -> str:
        href = element.get("href")
        if href is None:
            return ""
        if href.startswith("#"):
            return href if href[1:] in self.ids else ""
        return _asked(href.strip() if "://" in href else urljoin(self.url, href.strip()))

    def _is_marked(self, wrapped: Any) -> bool:
        return "none" not in (self._list_style(wrapped) or "").split()

    def _list_style(self, wrapped: Any) -> str | None:
        while wrapped is not None:
            looks = self.looks.of(wrapped)
            if "list-style" in looks:
                return looks["list-style"]
            wrapped = wrapped.parent
        return None

    def _marker(self, wrapped: Any) -> str:
        parent = wrapped.parent.etree_element
        if parent.tag != "ol" or self._list_style(wrapped) is not None:
            return "*"
        number = int(parent.get("start", "1")) - 1
        for item in parent:
            number = int(item.get("value", number + 1)) if item.tag == "li" else number
            if item is wrapped.etree_element:
                break
        return f"{number}."

    def _has_lines(self, wrapped: Any) -> bool:
        """Whether an element holds words, and no block that stands between them."""
        texts = [wrapped.etree_element.text, *(child.etree_element.tail for child in wrapped.iter_children())]
        children = [(child, self.looks.of(child).get("display", "")) for child in wrapped.iter_children()]
        blocks = [c for c, shown in children if c.etree_element.tag in _BLOCKS and shown not in ("none", "inline")]
        inline = any(child.etree_element.tag not in _BLOCKS | {"img", f"{_SVG}svg"} for child, _ in children)
        return not blocks and (inline or any(spoken(text or "") for text in texts))

    def _described(self, name: str, facts: dict[str, str], parent: Element) -> tuple[Element, Element]:
        last = parent.inside[-1] if parent.inside else None
        inside = last.inside if isinstance(last, Element) else []
        body = next((one for one in inside if isinstance(one, Element) and one.tag == "LBody"), None)
        if not isinstance(last, Element) or (name == "dt" and body is not None):
            last, body = Element("LI", {}, []), None
            parent.inside.append(last)
        if name == "dt":
            return Element("Lbl", facts, []), last
        return (Element("P", facts, []), body) if body is not None else (Element("LBody", facts, []), last)

    def _cell(self, wrapped: Any, facts: dict[str, str]) -> Element:
        element = wrapped.etree_element
        spans = (("ColSpan", element.get("colspan", "1")), ("RowSpan", element.get("rowspan", "1")))
        facts = {**facts, **{name: span for name, span in spans if span != "1"}}
        if element.tag == "td":
            return Element("TD", facts, [])
        row = wrapped.parent.etree_element
        is_head = wrapped.parent.parent.etree_element.tag == "thead" or all(cell.tag == "th" for cell in row)
        scope = {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}.get(element.get("scope", ""))
        return Element("TH", {**facts, "Scope": scope or ("Column" if is_head else "Row")}, [])


def _notes(root: Any) -> dict[Any, Any]:
    """First mention of each note → the note: not in heads and feet of tables, which pages repeat, nor in notes."""
    found: dict[Any, Any] = {}
    for section in root.iter("section"):
        if section.get("role") != "doc-endnotes":
            continue
        elsewhere = [element for name in ("thead", "tfoot") for area in root.iter(name) for element in area.iter()]
        elsewhere += section.iter()
        for item in section.iter("li"):
            for mention in root.iter("sup"):
                link = mention.find("a[@role='doc-noteref']")
                if link is None or link.get("href") != f"#{item.get('id')}" or link in elsewhere:
                    continue
                found[mention] = item
                for holder in item.iter():
                    for back in [child for child in holder if child.get("role") == "doc-backlink"]:
                        holder.remove(back)
                break
    return found


def _asked(address: str) -> str:
    """An address as it is asked for (RFC 3987, 3.1)."""
    scheme, slashes, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    if slashes and not host.isascii():
        host = host.encode("idna").decode()
    return scheme + slashes + host + slash + "".join(c if c.isascii() else quote(c) for c in path)


def _is_contents(wrapped: Any) -> bool:
    while wrapped is not None:
        if wrapped.etree_element.tag == "nav":
            return "kn-toc" in wrapped.etree_element.get("class", "").split()
        wrapped = wrapped.parent
    return False


def _uncaption(document: Element) -> None:
    """What is written below nothing that is read, such as a video without a picture, is no caption."""
    for group in document.elements():
        if group.tag == "Div" and not any(element.tag in ("Figure", "Table") for element in group.elements()):
            for child in group.inside:
                if isinstance(child, Element) and child.tag == "Caption":
                    child.tag = "P"


def _level(document: Element) -> None:
    """Headings as they may be: the first is H1, none skips a level; and forget which paragraphs were loose."""
    open_levels: list[int] = []
    for element in document.elements():
        element.facts.pop("loose", None)
        if element.tag in {f"H{level}" for level in range(1, 7)}:
            level = int(element.tag[1])
            open_levels = [above for above in open_levels if above < level] + [level]
            element.tag = f"H{len(open_levels)}"
