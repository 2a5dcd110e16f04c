"""Markdown text → HTML as Python-Markdown gives it: not yet sanitised, not yet finished.

Python-Markdown with tables, footnotes, abbr, def_list, fenced_code, sane_lists and attribute lists
(https://python-markdown.github.io/extensions/). Building an instance costs as much as rendering several articles, so
each process keeps one of each kind.
"""

import re
from functools import cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

from kommunalnews.content.sparing import SparingMarkdown

_HASH_HEADING = re.compile(r"(?:^|\n)(?P<level>#{2,6}|#(?=[ \n]|$))(?P<header>(?:\\.|[^\\#]|#+(?=[^#\n]))*?)#*(?:\n|$)")
"""``# Title`` and ``##Title``, but not ``#hashtag``."""
_ATTRIBUTE = r"""(?:[.#][^\s{}.#]+|[A-Za-z-]+=(?:"[^"\n{}]*"|'[^'\n{}]*'|[^\s{}"']+))"""
_MENTION = re.compile(r'<sup id="fnref:(\d+)">')
_LIST = rf"\{{:?[ ]*({_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE})*)[ ]*\}}"


class Converted(NamedTuple):
    """HTML that nobody may see yet."""

    html: str
    raw_blocks: tuple[str, ...]
    """The raw HTML that the author wrote, piece by piece."""
    footnotes: tuple[str, ...]
    """Labels of all footnotes, in the order of their numbers."""


class _Attributes(AttrListTreeprocessor):
    """``{#id .class}``; braces that hold anything but attributes are text and stay."""

    HEADER_RE = re.compile(rf"[ ]+{_LIST}[ ]*$")  # type: ignore[misc]  # not final in the library
    BLOCK_RE = re.compile(rf"\n[ ]*{_LIST}[ ]*$")  # type: ignore[misc]  # not final in the library
    INLINE_RE = re.compile(rf"^{_LIST}")  # type: ignore[misc]  # not final in the library

    def run(self, doc: Element) -> None:
        if any("{" in text for text in doc.itertext()):
            super().run(doc)

    def assign_attrs(self, elem: Element, attrs_string: str, *, strict: bool = False) -> str:
        """Keep the id and the classes, drop all other attributes."""
        words = re.findall(_ATTRIBUTE, attrs_string)
        if classes := [word[1:] for word in words if word[0] == "."]:
            elem.set("class", " ".join(filter(None, [elem.get("class"), *classes])))
        for word in words:
            if word[0] == "#":
                elem.set("id", word[1:])
        return ""


class _AttributeLists(AttrListExtension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.treeprocessors.register(_Attributes(md), "attr_list", 8)
        md.registerExtension(self)


class Footnotes(FootnoteExtension):
    """Footnotes whose ids are made of their numbers: a label may hold spaces, an id may not."""

    order: tuple[str, ...] = ()
    """Labels in the order in which they are to be numbered, where it is known; else that of their definitions."""

    def makeFootnoteId(self, id: str) -> str:  # noqa: N802
        return f"fn:{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: N802
        return self.unique_ref(f"fnref:{self._number(id)}", found)

    def makeFootnotesDiv(self, root: Element) -> Element | None:  # noqa: N802
        """The notes, called when all definitions are known and no mention is."""
        for label in self.order:
            if label in self.footnotes:
                self.footnotes.move_to_end(label)
        self.__dict__.pop("_numbers", None)
        return super().makeFootnotesDiv(root)

    def mentioned(self, html: str) -> tuple[str, ...]:
        """The labels in the order in which the text mentions them, the others last."""
        labels = tuple(self.footnotes)
        if not labels:
            return ()
        found = [labels[int(number) - 1] for number in _MENTION.findall(html)]
        return tuple(dict.fromkeys((*found, *labels)))

    def _number(self, label: str) -> int:
        numbers: dict[str, int] = self.__dict__.setdefault("_numbers", {})
        if len(numbers) != len(self.footnotes):
            numbers.clear()
            numbers.update((known, number) for number, known in enumerate(self.footnotes, 1))
        return numbers[label]

    def reset(self) -> None:
        super().reset()
        self.__dict__.pop("_numbers", None)


def full(kind: type[Markdown]) -> tuple[Markdown, Footnotes]:
    """A converter of whole texts, and what it knows of the footnotes of the last."""
    footnotes = Footnotes(PLACE_MARKER="\x02no such place\x03")
    markdown = kind(
        output_format="html",
        extensions=[
            TableExtension(use_align_attribute=True),
            footnotes,
            AbbrExtension(),
            DefListExtension(),
            FencedCodeExtension(),
            _AttributeLists(),
            SaneListExtension(),
        ],
    )
    markdown.parser.blockprocessors["hashheader"].RE = _HASH_HEADING  # type: ignore[attr-defined]
    return markdown, footnotes


def inline(kind: type[Markdown]) -> Markdown:
    """A converter that knows only what stands within a paragraph: a lead that begins with ``1.`` is no list."""
    markdown = kind(output_format="html")
    markdown.preprocessors.deregister("html_block")
    for name in ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote", "reference"):
        markdown.parser.blockprocessors.deregister(name)
    return markdown


@cache
def _full() -> tuple[Markdown, Footnotes]:
    return full(SparingMarkdown)


@cache
def _inline() -> Markdown:
    return inline(SparingMarkdown)


def convert(text: str) -> Converted:
    """Convert a whole text. May be slow or recurse deeply: see ``limits`` and ``refusals``."""
    markdown, footnotes = _full()
    try:
        markdown.reset()
        html = markdown.convert(text)
        order = footnotes.mentioned(html)
        if order != tuple(footnotes.footnotes):  # numbers follow the text, which is known only now
            footnotes.order = order
            try:
                html = markdown.reset().convert(text)
            finally:
                footnotes.order = ()
        raw = tuple(str(block) for block in markdown.htmlStash.rawHtmlBlocks)
        return Converted(html, raw, tuple(footnotes.footnotes))
    except BaseException:
        _full.cache_clear()  # an interrupted instance is in no state to go on with
        raise


def convert_inline(text: str) -> Converted:
    """Convert a text that consists of inline Markdown only; the paragraphs stay paragraphs."""
    markdown = _inline()
    try:
        html = markdown.reset().convert(text)
        return Converted(html, tuple(str(block) for block in markdown.htmlStash.rawHtmlBlocks), ())
    except BaseException:
        _inline.cache_clear()
        raise
