"""Published HTML → a small tree that tests can ask.

Reads what the Nu checker has found valid, and is stricter: every element is closed by its own end tag. Entities are
decoded, and text is what a reader sees: scripts and styles left out, white space folded.
"""

from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SILENT = frozenset(("script", "style", "noscript"))


class Element:
    """An element with its attributes; children are elements and texts in their order."""

    def __init__(self, name: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def get(self, attribute: str) -> str:
        """The attribute, or empty."""
        return self.attributes.get(attribute, "")

    def walk(self) -> "Iterator[Element]":
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *names: str, **attributes: str) -> "list[Element]":
        """All below it with one of the names and these attributes; ``_`` in a name stands for ``-``."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.walk()
            if element is not self
            and (not names or element.name in names)
            and all(element.get(name) == value for name, value in wanted.items())
        ]

    def one(self, *names: str, **attributes: str) -> "Element":
        """The only one of these."""
        found = self.all(*names, **attributes)
        assert len(found) == 1, f"{len(found)} × {names} {attributes} in <{self.name}>"
        return found[0]

    def labelled(self, text: str, *names: str) -> "Element":
        """The first element of these names that says just ``text``."""
        said = [element.text for element in self.all(*names)]
        assert text in said, f"nothing says “{text}”, but: {said}"
        return self.all(*names)[said.index(text)]

    def link(self, text: str) -> "Element":
        """The first link that says just ``text``."""
        return self.labelled(text, "a")

    def block(self, heading: str) -> "Element":
        """The section under the heading that says just ``heading``."""
        found = self.labelled(heading, "h2", "h3").parent
        while found is not None and found.name not in ("section", "nav", "article"):
            found = found.parent
        assert found is not None, f"“{heading}” heads no section"
        return found

    @property
    def text(self) -> str:
        """What a reader sees, white space folded."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.name not in _SILENT:
                separator = "" if child.name in ("a", "abbr", "b", "em", "i", "small", "span", "strong", "sup") else " "
                yield separator
                yield from child._texts()
                yield separator


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document", {}, None)
        self._open = [self.root]
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open[-1])
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        closed = self._open.pop()
        assert closed.name == tag, f"</{tag}> at {self.getpos()} closes <{closed.name}>"

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def done(self) -> Element:
        self.close()
        assert self._open == [self.root], f"<{self._open[-1].name}> is not closed"
        assert self.doctype.lower() == "doctype html"
        return self.root


def parse(html: str) -> Element:
    """The document; asserts that it has a doctype and that its elements nest."""
    builder = _Builder()
    builder.feed(html)
    return builder.done()


def parse_part(html: str) -> Element:
    """A piece of HTML, as a feed or a fragment holds it."""
    return parse(f"<!doctype html><body>{html}</body>").one("body")
