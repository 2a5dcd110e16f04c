"""Leaving out what a text gives no cause for changes nothing: the result is that of the library alone."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.smarty import SmartyExtension
from markdown.inlinepatterns import SimpleTagInlineProcessor

from kommunalnews.content import dialect
from kommunalnews.content.sparing import SparingMarkdown
from kommunalnews.content.triggers import signs_of

WORDS = ["Rat", "Straße", "10", "2017.", "„so“", "(ja)", "usw.", "&", "x_y", "A & B", "§ 5", "http://example.org/a_b"]
MARKS = [
    *("*", "**", "_", "__", "`", "``", "[", "](", ")", "![", "]", "<", ">", "&amp;", "&#228;", "\\", "\\*", "|", "#"),
    *("<b>", "</b>", "<div>", "</div>", "<!--", "-->", "<br>", "<http://example.org>", "<a@example.org>", "\t", "\r"),
    *("[^1]", "[a](b.md)", "![a](b.jpg)", "[r]", "HTML", "{.c}", "{#i}", "\x02", "\x03", "klzzwxh:0000", "\x0242\x03"),
]
STARTS = [
    *(
        "",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "10 ",
        "# ",
        "## ",
        "> ",
        "    ",
        "  ",
        ": ",
        ":   ",
        "| a | b",
        "|-|-|",
        "---",
    ),
    *("===", "***", "```", "~~~", "[^1]: ", "[r]: http://example.org", "*[HTML]: ", "{.c}", "„", '"', "(", "<p>", "é"),
]
LINES = st.builds(
    lambda start, words, end: start + " ".join(words) + end,
    st.sampled_from(STARTS),
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(MARKS)), max_size=6),
    st.sampled_from(["", "", "  ", " #"]),
)
TEXTS = st.builds("".join, st.lists(st.one_of(LINES, st.sampled_from(["\n", "\n", "\n\n", "\n\n\n"])), max_size=14))


def pair(make: Callable[[type[Markdown]], Markdown]) -> Callable[[str], tuple[str, str]]:
    """What both kinds make of a text, and all that they keep beside it."""
    plain, sparing = make(Markdown), make(SparingMarkdown)

    def both(text: str) -> tuple[str, str]:
        results = [
            (kind.reset().convert(text), kind.htmlStash.rawHtmlBlocks, kind.references) for kind in (plain, sparing)
        ]
        return str(results[0]), str(results[1])

    return both


body = pair(lambda kind: dialect.full(kind)[0])
line = pair(dialect.inline)


@given(TEXTS)
@example("Absatz\n\n2017. Jahr\n\n10 Prozent\n2. Zeile\n\n„Zitat“")
@example("Begriff\n: Erklärung\n\nText\n    Code\n\n    Code")
@example("Eins  \nzwei\\\ndrei \\* `a*b` x")
@example("Kopf | Fuß\n--- | ---\n1 | 2\n\nA\n===\n\nB\n---")
@example("| a |\n|---|\n\nText | mehr\n: | -\n")
@example("*a [b](c) ![d](e) <f> &amp; `g`*\n\nText ohne alles\n\n- [x](y)\n- ohne")
@example("Mit Fußnote[^1] und noch einmal[^1].\n\n[^1]: Die *Fußnote*\n\n    mit Absatz")
@example("Ein HTML-Text\n\n*[HTML]: Sprache\n\n{.c}")
def test_a_text_becomes_what_the_library_makes_of_it(text: str) -> None:
    plain, sparing = body(text)
    assert sparing == plain


@given(TEXTS)
def test_a_line_becomes_what_the_library_makes_of_it(text: str) -> None:
    plain, sparing = line(text)
    assert sparing == plain


class _Shouting(Extension):
    """Steps that nobody has heard of: they look for plain letters."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"()(\bRat\b)", "mark"), "rat", 65)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"()([Uu]sw)", "small"), "usw", 66)
        md.parser.blockprocessors.register(_ForPlainText(md.parser), "plain", 35)


class _ForPlainText(BlockProcessor):
    def test(self, parent: object, block: str) -> bool:
        return block.startswith("Straße")

    def run(self, parent: object, blocks: list[str]) -> bool:
        blocks[0] = blocks[0].replace("Straße", "Weg")
        return True


extended = pair(lambda kind: kind(extensions=[_Shouting(), SmartyExtension(), Nl2BrExtension()]))


@given(TEXTS)
@example('Der Rat usw.\n\nStraße Rat\n\n"so" -- und...')
def test_steps_of_an_extension_are_never_left_out(text: str) -> None:
    plain, sparing = extended(text)
    assert sparing == plain


def test_blocks_are_parsed_without_a_document_too() -> None:
    markdown, _ = dialect.full(SparingMarkdown)
    parent = Element("div")
    markdown.parser.parseChunk(parent, "Text\n\n- Punkt")
    assert [child.tag for child in parent] == ["p", "ul"]


def test_the_steps_in_use_are_all_known() -> None:
    markdown, _ = dialect.full(SparingMarkdown)
    assert all(signs_of(pattern.getCompiledRegExp()) for pattern in markdown.inlinePatterns)
    markdown.reset().convert("Text")
    assert isinstance(markdown, SparingMarkdown)
    assert markdown.knows_its_blocks


@pytest.mark.parametrize(
    ("expression", "signs"),
    [
        (r"\[\^([^\]]*)\]", ("[^",)),
        (r"(?<!\!)\[", ("[",)),
        (r"(?:(?<!\\)((?:\\{2})+)(?=`+)|(?<!\\)`)", ("\\", "`")),
        (r"  \n", ("  \n",)),
        (r"^[*]\[(?P<abbr>.*?)\]", ("*[",)),
        (r"(?:^|\n)(?P<level>#{1,6})", ("#",)),
        (r"\d+\.", (".",)),
        (r"(?=(?P<rule>(-+){3,}|(_+){3,}))(?P=rule)", ("-", "_")),
        (r"a?", ()),
        (r"a|b*", ()),
        (r"[a-c]|x", ()),
        (r"(?i)x", ()),
        (r"(?i:x)", ()),
        (r"(?!x)", ()),
        (r"", ()),
    ],
)
def test_signs_are_read_off_the_expression(expression: str, signs: tuple[str, ...]) -> None:
    assert signs_of(re.compile(expression)) == signs


@given(
    st.lists(st.sampled_from(["a", "b", "(a|b)", "a?", "[ab]", "c+", "(?:ab)*", "(?=c)", "(?<!a)", "|", "^", "."]))
    .map("".join)
    .map(re.compile),
    st.text("abc\n", max_size=12),
)
def test_no_text_without_a_sign_is_matched(expression: re.Pattern[str], text: str) -> None:
    signs = signs_of(expression)
    if signs and expression.search(text):
        assert any(sign in text for sign in signs)
