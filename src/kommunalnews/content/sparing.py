"""Markdown → HTML by Python-Markdown, whose steps are left out where a text gives them nothing to do.

Most of a newspaper's text is plain prose, and the library tries every step on every piece of it: some 15 regular
expressions on each text, some 16 tests on each block. Here a text is searched once for the signs that they need. The
result is the same, byte by byte; a step that is not known here is never left out.
"""

import re
from collections.abc import Callable
from typing import Any, Self
from xml.etree.ElementTree import Element

from markdown import Markdown, blockprocessors, inlinepatterns, preprocessors, treeprocessors
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import abbr, def_list, fenced_code, footnotes, sane_lists, tables
from markdown.util import ETX, STX, AtomicString

from kommunalnews.content.triggers import signs_of

_PLAIN = re.compile(r"""(?:(?:[^\W\d_]|["'„“”‚‘’»«›‹(]|\d++[^\d.\n]).*+(?:\n(?!\Z)|\Z))++\Z""")
"""Lines that each begin with a letter, a quotation mark, a bracket or a number without a full stop."""

_NEVER_PLAIN = frozenset(
    {
        blockprocessors.EmptyBlockProcessor,
        blockprocessors.ListIndentProcessor,
        def_list.DefListIndentProcessor,
        blockprocessors.CodeBlockProcessor,
    }
)
"""What takes no plain block, since each of these wants blanks at its beginning."""
_SEARCHED_FOR = frozenset(
    {
        blockprocessors.HashHeaderProcessor,
        blockprocessors.SetextHeaderProcessor,
        blockprocessors.OListProcessor,
        blockprocessors.UListProcessor,
        blockprocessors.BlockQuoteProcessor,
        blockprocessors.ReferenceProcessor,
        abbr.AbbrBlockprocessor,
        def_list.DefListProcessor,
        footnotes.FootnoteBlockProcessor,
        sane_lists.SaneOListProcessor,
        sane_lists.SaneUListProcessor,
    }
)
"""What takes no plain block either, and no other in which its ``RE`` finds nothing."""
_QUOTING = frozenset(
    {
        inlinepatterns.BacktickInlineProcessor,
        inlinepatterns.EscapeInlineProcessor,
        inlinepatterns.ReferenceInlineProcessor,
        inlinepatterns.LinkInlineProcessor,
        inlinepatterns.ImageInlineProcessor,
        inlinepatterns.ImageReferenceInlineProcessor,
        inlinepatterns.ShortReferenceInlineProcessor,
        inlinepatterns.ShortImageReferenceInlineProcessor,
        inlinepatterns.AutolinkInlineProcessor,
        inlinepatterns.AutomailInlineProcessor,
        inlinepatterns.SubstituteTagInlineProcessor,
        inlinepatterns.HtmlInlineProcessor,
        inlinepatterns.DelimiterProcessor,
        footnotes.FootnoteInlineProcessor,
    }
)
"""What hands on to other patterns nothing but pieces of the text it was given, and digits."""

_Run = Callable[[Any], Any]


class SparingMarkdown(Markdown):
    """Python-Markdown that leaves out what has nothing to do."""

    def __init__(self, **options: Any) -> None:
        self._levels: dict[object, bool] = {}
        self._names: list[str] = []
        super().__init__(**options)
        for processor in (*self.preprocessors, *self.treeprocessors):
            if spare := _SPARED.get(type(processor)):
                setattr(processor, "run", spare(processor.run))  # noqa: B010 - a method cannot be assigned to

    def build_parser(self) -> Self:
        """All parts of the library, with a parser of blocks and a processor of inline patterns that are ours."""
        super().build_parser()
        self.parser = _Blocks(self.parser)
        self.treeprocessors.register(_Inline(self), "inline", 20)
        return self

    @property
    def knows_its_blocks(self) -> bool:
        """Whether plain paragraphs go past all other kinds of blocks: not where an extension brought one of its own."""
        return isinstance(self.parser, _Blocks) and self.parser.has_shortcut

    def is_block_level(self, tag: object) -> bool:
        """As in the library, but each name is looked up once."""
        known = self._levels.get(tag)
        if known is None:
            known = self._levels[tag] = super().is_block_level(tag)
        return known

    def reset(self) -> Self:
        if self._names != self.block_level_elements:
            self._names = list(self.block_level_elements)
            self._levels.clear()
        return super().reset()


class _Blocks(BlockParser):
    """A parser that knows a plain paragraph when it sees one."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser.md)
        self.blockprocessors = parser.blockprocessors
        for processor in self.blockprocessors:
            processor.parser = self
        self._known: tuple[BlockProcessor, ...] = ()
        self._signed: tuple[tuple[BlockProcessor, tuple[str, ...] | None], ...] = ()
        self._paragraph: BlockProcessor | None = None
        """What takes the plain blocks, where nothing else may."""

    @property
    def has_shortcut(self) -> bool:
        return self._paragraph is not None

    def parseDocument(self, lines: Any) -> Any:  # noqa: N802 - the library's name
        self._look_at_processors()
        return super().parseDocument(lines)

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 - the library's name
        if not self._known:
            self._look_at_processors()
        paragraph = self._paragraph
        while blocks:
            if paragraph is not None and _PLAIN.match(blocks[0]):
                paragraph.run(parent, blocks)
                continue
            for processor, signs in self._signed:
                if signs is not None and not any(map(blocks[0].__contains__, signs)):
                    continue
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break

    def _look_at_processors(self) -> None:
        known = tuple(self.blockprocessors)
        if known == self._known:
            return
        signs = [_signs_of_block(processor) for processor in known]
        are_others_known = all(
            found is not None or type(processor) in _NEVER_PLAIN
            for processor, found in zip(known[:-1], signs, strict=False)
        )
        ends_as_usual = type(known[-1]) is blockprocessors.ParagraphProcessor
        self._known = known
        self._paragraph = known[-1] if are_others_known and ends_as_usual else None
        self._signed = tuple(zip(known, signs, strict=True))


def _signs_of_block(processor: BlockProcessor) -> tuple[str, ...] | None:
    """The signs without which it takes no block, or None where that is not known."""
    if type(processor) is tables.TableProcessor:
        return ("|",)
    if type(processor) is blockprocessors.HRProcessor:
        return signs_of(processor.SEARCH_RE) or None
    if type(processor) in _SEARCHED_FOR:
        return signs_of(processor.RE) or None  # type: ignore[attr-defined]
    return None


class _Inline(treeprocessors.InlineProcessor):
    """Inline patterns for those texts only that hold what some pattern needs."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._expressions: list[re.Pattern[str]] = []
        self._signs: list[tuple[str, ...]] = []
        """Of each pattern; without any where it might match anything."""
        self._all_signs: tuple[str, ...] = ()

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        patterns = list(self.md.inlinePatterns)
        self._look_at(patterns)
        if not all(self._signs):
            self.inlinePatterns = self.md.inlinePatterns  # type: ignore[assignment]  # as in the library
            return super().run(tree, ancestors)
        text = "\0".join(tree.itertext())
        here = {sign for sign in self._all_signs if sign in text}
        if not here:
            self.stashed_nodes: dict[str, Element | str] = {}
            return tree
        if _QUOTING.issuperset(map(type, patterns)):
            patterns = [found for found, signs in zip(patterns, self._signs, strict=True) if not here.isdisjoint(signs)]
        self.inlinePatterns = patterns  # type: ignore[assignment]  # it is only asked for its length and by index
        return self._run_where(here, tree, ancestors)

    def _look_at(self, patterns: list[inlinepatterns.Pattern]) -> None:
        expressions = [pattern.getCompiledRegExp() for pattern in patterns]
        if expressions != self._expressions:
            self._expressions, self._signs = expressions, [signs_of(expression) for expression in expressions]
            self._all_signs = tuple({STX, *(sign for signs in self._signs for sign in signs)})

    def _run_where(self, signs: set[str], tree: Element, ancestors: list[str] | None) -> Element:
        """Run on the texts that hold a sign; put the others away meanwhile."""
        texts: list[tuple[Element, str]] = []
        tails: list[tuple[Element, str]] = []
        for element in tree.iter():
            text, tail = element.text, element.tail
            if text and not isinstance(text, AtomicString) and not any(sign in text for sign in signs):
                texts.append((element, text))
                element.text = None
            if tail and not isinstance(tail, AtomicString) and not any(sign in tail for sign in signs):
                tails.append((element, tail))
                element.tail = None
        super().run(tree, ancestors)
        for element, text in texts:
            element.text = text
        for element, tail in tails:
            element.tail = tail
        return tree


def _of_lines(is_needed: Callable[[str], bool], otherwise: Callable[[list[str]], list[str]]) -> Callable[[_Run], _Run]:
    """Leave out a preprocessor unless the text needs it."""
    return lambda run: lambda lines: run(lines) if is_needed("\n".join(lines)) else otherwise(lines)


def _of_tree(is_needed: Callable[[Element], bool]) -> Callable[[_Run], _Run]:
    """Leave out a treeprocessor unless the tree needs it."""
    return lambda run: lambda root: run(root) if is_needed(root) else None


def _has_odd_blanks(text: str) -> bool:
    return " \n" in text or text.endswith(" ") or any(sign in text for sign in ("\t", "\r", STX, ETX))


def _has_escapes(root: Element) -> bool:
    return STX in "".join(root.itertext()) or any(
        STX in (value or "") for element in root.iter() for _, value in element.items()
    )


_SPARED: dict[type, Callable[[_Run], _Run]] = {
    preprocessors.NormalizeWhitespace: _of_lines(_has_odd_blanks, lambda lines: [*lines, "", ""]),
    fenced_code.FencedBlockPreprocessor: _of_lines(lambda text: "```" in text or "~~~" in text, list),
    preprocessors.HtmlBlockPreprocessor: _of_lines(lambda text: "<" in text or "&" in text, list),
    treeprocessors.UnescapeTreeprocessor: _of_tree(_has_escapes),
}
"""How each step is left out that may be left out."""
