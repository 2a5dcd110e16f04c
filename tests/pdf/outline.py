"""An outline: what a document says, element by element, in reading order; two of them are compared as lines."""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

_UNSEEN = re.compile("[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")

_NUMBERED = re.compile(r"“(?P<title>.+) [0-9]+”")
"""An entry of a table of contents with the number of its page, which only paper has."""

ANYTHING = "“*”"
"""The line of a text that may be any, as that of a bullet."""


class Element(msgspec.Struct, eq=False):
    """A tag, with its attributes and what is inside it."""

    tag: str
    facts: dict[str, str]
    inside: "list[Element | str]"

    def elements(self) -> "Iterator[Element]":
        """Itself and all below it, in reading order."""
        yield self
        for child in self.inside:
            if isinstance(child, Element):
                yield from child.elements()

    def text(self) -> str:
        """All its text, labels of lists and notes left out."""
        return spoken(" ".join(self._texts()))

    def _texts(self) -> Iterator[str]:
        whole = ""
        for child in self.inside:
            if isinstance(child, str):
                whole += child
            elif child.tag not in ("Note", "Reference"):
                whole += "".join(child._texts())
        yield whole

    def lines(self, depth: int = 0) -> Iterator[str]:
        """A line for each element and each run of text."""
        facts = "".join(f" {name}={value!r}" for name, value in sorted(self.facts.items()))
        yield f"{'  ' * depth}{self.tag}{facts}"
        run = ""
        for child in [*self.inside, None]:
            if isinstance(child, str):
                run += child
                continue
            if text := spoken(run):
                yield f"{'  ' * (depth + 1)}“{text}”"
            run = ""
            if child is not None:
                yield from child.lines(depth + 1)


def spoken(text: str) -> str:
    """Text as it is heard: white space in a row is one, invisible characters are none, all hyphens are alike."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).replace("\u2010", "-").replace("\u2011", "-")
    return " ".join(text.split())


def without_empty(element: Element) -> Element:
    """The same without elements that say nothing, nor spans that add nothing; cells of tables stay."""
    inside: list[Element | str] = []
    for child in element.inside:
        if isinstance(child, str):
            inside.append(child)
            continue
        kept = without_empty(child)
        if kept.tag == "Span" and not kept.facts:
            inside += kept.inside
            continue
        says_something = any(isinstance(one, Element) or spoken(one) for one in kept.inside)
        if says_something or kept.tag in ("TD", "TH", "TR", "Figure"):
            inside.append(kept)
    return Element(element.tag, element.facts, inside)


def differences(expected: Element, found: Element) -> list[str]:
    """Lines that only one of the two has, as a diff; empty where they say the same."""
    import difflib

    theirs, ours = list(expected.lines()), list(found.lines())
    for index, line in enumerate(theirs[: len(ours)]):
        if line.strip() == ANYTHING and ours[index].strip().startswith("“"):
            ours[index] = line
        numbered = _NUMBERED.fullmatch(ours[index].strip())
        if numbered and line.strip() == f"“{numbered['title']}”" and ours[index - 1].strip().startswith("Link to='#"):
            ours[index] = line
    return [] if theirs == ours else list(difflib.unified_diff(theirs, ours, "HTML", "PDF", n=1, lineterm=""))
