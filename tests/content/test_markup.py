"""What becomes of a Markdown text."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import nh3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kommunalnews.content.dialect import convert_inline
from kommunalnews.content.markup import PLAIN_LINE, BodyRefused, TextSettings, render_body, render_inline
from kommunalnews.content.model import RenderedBody
from kommunalnews.content.sanitising import ALLOWED, sanitise_inline
from kommunalnews.diagnostics import Diagnostic

GERMAN = TextSettings("de", ("www.example.org",))
VOID = {"br", "hr", "img", "wbr"}


def rendered(text: str, title: str = "Titel") -> tuple[RenderedBody, tuple[Diagnostic, ...]]:
    return render_body(text, path="content/articles/a.md", first_line=10, title=title, settings=GERMAN)


def html(text: str, title: str = "Titel") -> str:
    return rendered(text, title)[0].html


def codes(text: str, title: str = "Titel") -> list[str]:
    return [problem.code for problem in rendered(text, title)[1]]


# ── headings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_highest_heading_becomes_h2() -> None:
    assert html("### A\n\n#### B") == '<h2 id="a">A</h2>\n<h3 id="b">B</h3>'


def test_headings_of_level_one_move_down_with_a_warning_where_they_stand() -> None:
    body, problems = rendered("Text\n\n# A\n\n## B\n\n<h1>C</h1>\n\nD\n===")
    assert [(heading.level, heading.text) for heading in body.headings] == [(2, "A"), (3, "B"), (2, "C"), (2, "D")]
    assert [(problem.code, problem.location.line) for problem in problems] == [
        ("heading-level-one", 12),
        ("heading-level-one", 16),
        ("heading-level-one", 18),
    ]


@pytest.mark.parametrize("heading", ["# Der Titel!", "# der  „Titel“", "<h1>Der Titel</h1>", "Der Titel\n====="])
def test_a_first_heading_that_repeats_the_title_is_left_out(heading: str) -> None:
    body, problems = rendered(f"{heading}\n\n## A", "Der Titel")
    assert body.html == '<h2 id="a">A</h2>'
    assert [problem.code for problem in problems] == ["heading-level-one"]


def test_a_heading_that_repeats_the_title_later_stays() -> None:
    assert 'id="titel"' in html("## A\n\n# B\n\n# Titel")


def test_ids_are_german_unique_and_yield_to_the_authors() -> None:
    body, _ = rendered("## Größe & Maß\n\n## Größe & Maß\n\n## A\n\nText\n{#a}\n\n## Eins {#meins .wichtig}")
    assert body.anchors == ("groesse-und-mass", "groesse-und-mass-2", "a-2", "a", "meins")
    assert '<h2 id="meins" class="wichtig">Eins</h2>' in body.html


def test_ids_of_the_page_are_not_for_authors() -> None:
    body, problems = rendered("## A {#kn-main}\n\n## kn- b")
    assert [problem.code for problem in problems] == ["id-reserved"]
    assert not any(anchor.startswith("kn-") for anchor in body.anchors)


def test_an_id_stands_once() -> None:
    body, problems = rendered("<p id=a>1</p>\n\n<p id=a>2</p>")
    assert body.anchors == ("a",)
    assert [problem.code for problem in problems] == ["id-twice"]


def test_empty_headings_are_left_out_and_a_hashtag_is_no_heading() -> None:
    assert html("## \n\n<h2></h2>\n\n#SmartCity ist da") == "<p>#SmartCity ist da</p>"


def test_braces_that_hold_no_attributes_stay() -> None:
    assert html("## A {b}\n\n*c*{d}") == '<h2 id="a-b">A {b}</h2>\n<p><em>c</em>{d}</p>'


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_inner_links_become_tokens_with_references() -> None:
    body, problems = rendered(
        "[a](../2017/x%20y.md#teil) <a class=b href='/z/'>b</a> [c](#unten) [d](https://www.example.org/e/?f=1)"
    )
    assert problems == ()
    assert [(r.target, r.anchor) for r in body.references] == [
        ("../2017/x y.md", "teil"),
        ("/z/", ""),
        ("", "unten"),
        ("/e/?f=1", ""),
    ]
    assert re.findall(r'<a href="([^"]*)"', body.html) == ["kn-link:0", "kn-link:1", "kn-link:2", "kn-link:3"]


def test_a_reference_knows_its_place_even_among_its_like() -> None:
    body, _ = rendered("`[a](x.md)` [x.md](x.md)\n\n[b](x.md) [c](ax.md)\n\n```\n[d](x.md)\n```\n\n![e](x.md)")
    assert [(r.kind, r.location.line, r.location.column) for r in body.references] == [
        ("link", 10, 20),
        ("link", 12, 5),
        ("link", 12, 15),
        ("picture", 18, 6),
    ]
    assert body.references[1].location.excerpt == "[b](x.md) [c](ax.md)"
    assert body.references[1].location.length == 4


def test_a_reference_definition_may_be_used_twice() -> None:
    body, _ = rendered("[a][z] [b][z]\n\n[z]: x.md")
    assert [r.location.line for r in body.references] == [12, 12]


def test_links_that_leave_the_site_are_marked() -> None:
    assert html("[a](https://b.de/c?d=1&e=2)") == (
        '<p><a href="https://b.de/c?d=1&amp;e=2" class="external" rel="noopener external">a</a></p>'
    )
    assert html("[a](mailto:b@c.de)") == '<p><a href="mailto:b@c.de">a</a></p>'
    assert 'href="https://b.de/"' in html("[a](//b.de/)")


@pytest.mark.parametrize(
    ("typed", "href", "after"),
    [
        ("www.a.de", "https://www.a.de", ""),
        ("www.a.de.", "https://www.a.de", "."),
        ("(siehe https://a.de/b_(c))", "https://a.de/b_(c)", ")"),
        ("https://a.de/?b=1&c=2, ja", "https://a.de/?b=1&amp;c=2", ", ja"),
        ('"https://a.de"', "https://a.de", "“"),
        ("https://a.de/b--c...", "https://a.de/b--c", "..."),
    ],
)
def test_bare_addresses_become_links_without_the_punctuation_after_them(typed: str, href: str, after: str) -> None:
    assert f'<a href="{href}" class="external" rel="noopener external">' in html(typed)
    assert html(typed).endswith(f"</a>{after}</p>")


@pytest.mark.parametrize("text", ["`www.a.de`", "    www.a.de", "[www.a.de](b.md)", "a@www.a.de", "www.", "http://"])
def test_bare_addresses_elsewhere_stay_text(text: str) -> None:
    assert "external" not in html(text)


@pytest.mark.parametrize(
    "target",
    [
        *("javascript:alert(1)", "JaVaScRiPt:x", "java&#10;script:x", "&#1;javascript:x", "data:text/html,x"),
        *("vbscript:x", "file:///etc/passwd", "kn-link:0", "kn-picture:0", "blob:x"),
    ],
)
def test_other_schemes_lose_their_link_with_a_warning(target: str) -> None:
    for text in (f"[a]({target})", f'<a href="{target}">a</a>'):
        body, problems = rendered(text)
        assert body.html == "<p>a</p>"
        assert [problem.code for problem in problems] == ["link-scheme"]
        assert problems[0].location.line == 10


def test_empty_and_impossible_targets_keep_their_text() -> None:
    assert html("[a]() b") == "<p>a b</p>"
    assert codes("[a]()") == ["link-empty"]
    assert codes("[a](http://[b)") == ["link-invalid"]
    assert codes("[a](http:/b.de/c)") == ["link-invalid"]


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_alone_becomes_a_figure_with_caption_and_credit() -> None:
    assert html('![Alt "A"](a.png "Das \'Rathaus\' (Foto: A. Muster)")') == (
        '<figure><img src="kn-picture:0" alt="Alt &quot;A&quot;" loading="lazy" decoding="async">'
        '<figcaption>Das ‚Rathaus‘ <span class="credit">Foto: A. Muster</span></figcaption></figure>'
    )


def test_a_linked_picture_alone_becomes_a_figure_too() -> None:
    assert html("[![A](a.png)](b.md)").startswith('<figure><a href="kn-link:0"><img src="kn-picture:0"')


def test_a_picture_in_a_line_stays_there() -> None:
    assert html("Ein ![A](a.png) Bild").startswith('<p>Ein <img src="kn-picture:0" alt="A" loading=')


def test_a_picture_without_alternative_text_is_told() -> None:
    body, problems = rendered("A\n\n![](a.png)")
    assert [(problem.code, problem.location.line) for problem in problems] == [("picture-without-alt", 12)]
    assert 'alt=""' in body.html


def test_a_remote_picture_becomes_a_link() -> None:
    body, problems = rendered("![A](https://b.de/c.png) [![D](https://b.de/e.png)](f.md)")
    assert body.html == (
        '<p><a href="https://b.de/c.png" class="external" rel="noopener external">A</a> <a href="kn-link:0">D</a></p>'
    )
    assert [problem.code for problem in problems] == ["picture-remote"] * 2


def test_raw_pictures_keep_only_what_is_needed() -> None:
    assert html('x <img style="a" onload=b srcset="c 1x" src="d.png" width=1 alt=e>') == (
        '<p>x <img src="kn-picture:0" alt="e" loading="lazy" decoding="async"></p>'
    )


def test_tokens_cannot_be_forged() -> None:
    text = '`<a href="kn-link:0"`\n\n<b title=\'<a href="kn-link:0"\'>x</b> ![<img src="kn-picture:0"](a.png)'
    assert html(text).count('<a href="kn-link:') == 0
    assert html(text).count('<img src="kn-picture:') == 1


# ── raw HTML ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_target_with_a_tag_in_it_is_told_as_it_is_written_and_where() -> None:
    _, problems = rendered("[a](data:text/html,<script>1</script>) b\n\n<script>c</script>")
    assert [(p.code, str(p.location).partition(":")[2]) for p in problems] == [
        ("html-removed", "12:1"),
        ("link-scheme", "10:5"),
    ]
    assert dict(problems[1].arguments)["target"] == "data:text/html,<script>1</script>"


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('an <input name="x"> field', [("input", "The HTML element <{element}> was taken out")]),
        (
            "a <math><mi>x</mi></math> b",
            [("math", "The HTML element <{element}> was taken out with all that it holds")],
        ),
        (
            "<math>\n<mi>x</mi>\n</math>",
            [("math", "The HTML element <{element}> was taken out with all that it holds")],
        ),
        ("a <center>x</center> b", [("center", "The HTML element <{element}> was taken out; its text stays")]),
    ],
)
def test_of_what_is_removed_it_is_said_what_stays(html: str, told: list[tuple[str, str]]) -> None:
    _, problems = rendered(html)
    assert [(dict(problem.arguments)["element"], problem.message) for problem in problems] == told


def test_what_is_removed_is_told_once_per_kind() -> None:
    body, problems = rendered("<center>a</center>\n\n<center>b</center>\n\n<script>c</script>\n\n<iframe>d</iframe>")
    assert body.text == "a b"
    assert [(p.code, dict(p.arguments)["element"], p.location.line) for p in problems] == [
        ("html-removed", "center", 10),
        ("html-removed", "script", 14),
        ("html-removed", "iframe", 16),
    ]


def test_style_and_handlers_are_removed_and_told() -> None:
    body, problems = rendered('<p style="a" onclick="b" class="ok Nein kn-x">c</p>')
    assert body.html == '<p class="ok">c</p>'
    assert [dict(p.arguments)["attribute"] for p in problems] == ["style", "onclick"]


def test_allowed_html_stays() -> None:
    text = "a<br>b <small>c</small>\n\n<blockquote>d<footer>e</footer></blockquote>"
    assert html(text) == "<p>a<br>b <small>c</small></p>\n<blockquote>d<footer>e</footer></blockquote>"
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a</li><li><ul><li>b</li></ul></li></ul>"),
        ("<ul>a</ul>", "<ul><li>a</li></ul>"),
        ("<div><li>a</li></div>", "<div><div>a</div></div>"),
        ("<object><p>a</p></object>", "<p>a</p>"),
        ("<h2><div>a</div></h2>", '<h2 id="a">a</h2>'),
        ("<a name=x></a>b", '<p><span id="x"></span>b</p>'),
        ("<details>a</details>", "<div>a</div>"),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<div><noscript>a <b>b</b></noscript></div>", "<div>a <b>b</b></div>"),
    ],
)
def test_misplaced_elements_are_put_right(text: str, expected: str) -> None:
    assert html(text) == expected


# ── tables, footnotes, text ──────────────────────────────────────────────────────────────────────────────────────────

TABLE = "| | B |\n|---|--:|\n| 1 | 2 |"


def test_tables_scroll_and_are_named_after_what_stands_over_them() -> None:
    text = html(f"{TABLE}\n\n## C\n\n{TABLE}\n\n{TABLE}", "T")
    assert re.findall(r'<div class="table" role="region" tabindex="0" aria-label="([^"]*)"><table>', text) == [
        "T",
        "C",
        "C (2)",
    ]
    assert '<th class="right" scope="col">B</th>' in text
    assert '<td class="right">2</td>' in text
    assert "<td></td>" in text  # an empty corner is no heading


def test_footnotes_have_roles_labels_and_ways_back() -> None:
    body, problems = rendered("A[^a b] B[^a b]\n\n[^a b]: Note\n\n[^c]: Nie")
    assert '<sup id="kn-fnref-1"><a href="#kn-fn-1" class="footnote-reference" role="doc-noteref" ' in body.html
    assert '<section class="footnotes" role="doc-endnotes" aria-label="' in body.html
    assert body.html.count('role="doc-backlink"') == 2
    assert body.anchors == ("kn-fnref-1", "kn-fnref2-1", "kn-fn-1", "kn-fn-2")
    assert body.references == ()
    assert body.text == "A B Note Nie"
    assert [problem.code for problem in problems] == ["footnote-unused"]


def test_typography_spares_code_and_sees_across_tags() -> None:
    assert html('"*a*" -- `"b" -- c`') == '<p>„<em>a</em>“ – <code>"b" -- c</code></p>'


def test_the_plain_text_has_no_tags_and_counts_words() -> None:
    body, _ = rendered("## A\n\nb *c*d z. B.\n\n- e\n- f &amp; <b>g</b>")
    assert body.text == "A b cd z. B. e f & g"
    assert body.words == 9
    assert rendered("")[0].words == 0


def test_an_empty_text_is_empty() -> None:
    assert rendered("")[0] == RenderedBody("", "", (), (), (), 0)


def test_control_characters_are_gone() -> None:
    assert html("a\x00b\x01 &#2; c") == "<p>ab  c</p>"


# ── inline ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected", "plain"),
    [
        ('Ein *"Wort"*', "Ein <em>„Wort“</em>", "Ein „Wort“"),
        ("# kein Titel\n\n1. keine Liste", "# kein Titel 1. keine Liste", "# kein Titel 1. keine Liste"),
        ("[a](b.md) [c](#d)", "a c", "a c"),
        ("![a](b.png) c <div>d</div>", "c d", "c d"),
        ("a < b & c", "a &lt; b &amp; c", "a < b & c"),
        ("[a](javascript:b)", "a", "a"),
        ("", "", ""),
    ],
)
def test_a_line_of_text(text: str, expected: str, plain: str) -> None:
    assert render_inline(text, settings=GERMAN)[:2] == (expected, plain)


def test_a_line_of_text_may_link_outside() -> None:
    assert render_inline("[a](https://b.de)", settings=GERMAN)[0] == (
        '<a href="https://b.de" class="external" rel="noopener external">a</a>'
    )


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("[a](b.md) [c](#d) ![e](f.png)", ("b.md", "#d", "f.png")),
        ("[a](javascript:b) <a href='/c/'>d</a> [e]()", ("javascript:b", "/c/", "[]()")),
        ("<div onclick='a'>b</div> <img src=c> <b style='d'>e</b>", ("c", "<div>", "style=")),
        ("<script>a</script>", ("<script>",)),
        ("[a](https://b.de) <https://c.de> <d@e.de> [f](tel:1) <em>g</em> `<div>` [h] a < b", ()),
        ("[a](https://www.example.org/b/)", ("https://www.example.org/b/",)),
    ],
)
def test_a_line_of_text_says_what_it_does_not_show(text: str, dropped: tuple[str, ...]) -> None:
    assert render_inline(text, settings=GERMAN).dropped == dropped


# ── whatever anyone writes ───────────────────────────────────────────────────────────────────────────────────────────

# fmt: off
PIECES = [
    "[a](b.md)", "![c](d.png 'e (Foto: f)')", "[", "](", ")", "![", "*", "**", "_", "`", "```\n", "\n", "\n\n",
    "    ", "# ", "## ", "> ", "- ", "1. ", "|", "|-|-|\n", "[^1]", "[^1]: ", ": ", "*[A]: ", "{#a .b}", "{", "}",
    "\"", "'", "<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "<a href='javascript:x'>", "<a href=x>", "</a>",
    "<b>", "</b>", "<table>", "<td>", "<h1>", "</h1>", "<object>", "</object>", "<svg>", "<math>", "<select>",
    "<!--", "-->", "<?", "<img src=a>", "<script>", "</script>", "<style>", "<form>", "<input>", "<textarea>",
    "<details>", "<summary>", "&lt;", "&#1;", "&amp;", "&", "<", ">", "www.a.de", "https://b.de/c", "javascript:",
    "data:", "A", "ß", "\\", " ", "<figure>", "<figcaption>", "<dl>", "<dt>", "<ol start=x>", "<pre>", "<code>",
    "<span id=a>", "<template>", "---", "<noscript>", "</noscript>", "<plaintext>", "<br>", "<hr>", "<caption>",
    "<em>", "<frameset>", "<body onload=a>",
]
# fmt: on
FINAL = nh3.Cleaner(
    tags=set(ALLOWED) | {"section"},
    attributes={
        "*": {"id", "class", "lang", "dir", "role", "aria-label", "tabindex", "title"},
        "a": {"href", "rel"},
        "img": {"src", "alt", "loading", "decoding"},
        "ol": {"start", "reversed", "type"},
        "li": {"value"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "details": {"open"},
    },
    url_schemes={"http", "https", "mailto", "tel", "kn-link", "kn-picture"},
    link_rel=None,
)


class Nesting(HTMLParser):
    """Fails on tags that are not closed in order, and on what may not stand within each other."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED | {"section"}
        assert tag != "h1"
        self.attributes += ((name, value or "") for name, value in attrs)
        if tag in ("a", "p", "h2", "h3", "h4", "h5", "h6"):
            assert tag not in self.open
        if tag in ("div", "p", "ul", "ol", "table", "figure", "blockquote"):
            assert not {"p", "h2", "em", "b", "span", "strong"} & set(self.open)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(text: str) -> None:
    """All that must hold for any text."""
    try:
        body, problems = rendered(text)
    except BodyRefused as refusal:
        if not refusal.diagnostic.code.startswith("body-"):
            raise
        return
    parser = Nesting()
    parser.feed(body.html)
    parser.close()
    assert parser.open == []
    assert FINAL.clean(body.html) == body.html
    for name, value in parser.attributes:
        assert not name.startswith("on")
        assert name not in ("style", "srcset", "name", "align")
        if name in ("href", "src"):
            assert re.match(r"(https?://|mailto:|tel:|#|kn-link:\d+$|kn-picture:\d+$)", value)
    assert len(set(body.anchors)) == len(body.anchors)
    assert body.words == len(body.text.split())
    assert not re.search(r"<h[2-6][^>]*></h", body.html)
    for kind in ("link", "picture"):
        count = sum(reference.kind == kind for reference in body.references)
        assert all(int(number) < count for number in re.findall(rf'"kn-{kind}:(\d+)"', body.html))
    for problem in problems:
        problem.message.format(**dict(problem.arguments))
        problem.hint.format(**dict(problem.arguments))
    assert rendered(text)[0] == body


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("<object><p>a<object><p>b")
@example("# <div><h1>")
@example("<pre>\n\n[a](b.md)")
@example("[a](b.md)<pre>\n\n[a](b.md)")
@example("<li><dt><li><dt>")
@example("[a](b.md)<textarea>[a](b.md)")
@example("<ol start=x>www.a.de")
def test_any_mixture_of_markup_gives_safe_and_well_formed_html(text: str) -> None:
    check(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_safe_and_well_formed_html(text: str) -> None:
    check(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_any_line_gives_inline_html(text: str) -> None:
    line, plain, _ = render_inline(text, settings=GERMAN)
    assert not re.search(r"<(p|div|img|h\d|ul|table|script)\b", line)
    assert FINAL.clean(line) == line
    assert plain == " ".join(plain.split())


@settings(max_examples=300, deadline=None)
@example("A. Müller (CDU): „Ja“ – nein; 2. Versuch?")
@example("I. Teil")
@example("a  -  b -- c --- d.")
@given(st.from_regex(PLAIN_LINE, fullmatch=True))
def test_markdown_and_sanitising_give_a_plain_line_back_as_it_was(line: str) -> None:
    assert sanitise_inline(convert_inline(line).html).strip("\n") == line


# ── what Markdown takes for something else ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("A[^1]\n\n[^1]: Eins\n[^1]: Zwei", "footnote-twice", 13, 1),
        ("A[^1] B[^2]\n\n[^1]: Eins", "footnote-missing", 10, 8),
        ("Text\n\n```video\nurl: x", "fence-open", 12, 1),
        ("~~~\ncode", "fence-open", 10, 1),
        ("```vidoe\nurl: https://a.example/\n```", "embed-misspelt", 10, 4),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "table-cells", 12, 1),
        ("| a | b |\n|---|\n| 1 | 2 |", "table-form", 11, 1),
        ("Text\n| a | b |\n|---|---|\n| 1 | 2 |", "table-form", 12, 1),
        ("## A\n\n#### B", "heading-skipped", 12, 1),
        ("## A\n\n### B\n\n#### C\n\n## D\n\n#### E {#e}", "heading-skipped", 18, 1),
        ("Siehe [](https://a.example/)", "link-nameless", 10, 10),
    ],
)
def test_what_was_hardly_meant_is_told_where_it_stands(text: str, code: str, line: int, column: int) -> None:
    _, problems = rendered(text)
    assert [(one.code, one.location.line, one.location.column) for one in problems] == [(code, line, column)]


@pytest.mark.parametrize(
    "text",
    [
        "A[^1]\n\n[^1]: Eins\n    zwei\n[^2]: Zwei\n\nB[^2]",
        "> A[^1]\n>\n> [^1]: Im Zitat\n\nB[^2]\n\n- C\n\n    [^2]: In der Liste",
        "`[^1]` und \\[^1] und\n\n    [^1]: Code",
        "```\n| a |\n|---|---|\n[^1]\n```",
        "~~~~\n```\n~~~~",
        "a | b\n---",
        "| a | b |\n|:--|--:|\n| `x|y` | 1 \\| 2 |\n| nur eine |",
        "a | b\n--|--\n1 | 2",
        "```yaml\nurl: x\n```",
        "```Video\nurl: https://a.example/\ntitle: Film\n```",
        "### A\n\n#### B\n\n### C",
        "[![Bild](a.png)](https://a.example/)",
    ],
)
def test_what_is_right_is_passed_over(text: str) -> None:
    assert codes(text) == []


@given(st.lists(st.integers(1, 6), max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_heading_level_is_left_out_whatever_is_written(levels: list[int]) -> None:
    body, _ = rendered("\n\n".join(f"{'#' * level} Nr {number}" for number, level in enumerate(levels)))
    found = [1, *(heading.level for heading in body.headings)]
    assert len(found) == len(levels) + 1
    assert all(after <= before + 1 for before, after in pairwise(found))


def test_a_link_without_words_that_leaves_the_site_is_named_by_its_address() -> None:
    assert html("[](https://a.example/b) [ ](mailto:a@b.example)").count("</a>") == 2
    assert ">a.example/b</a>" in html("[](https://a.example/b)")
    assert ">a@b.example</a>" in html("[ ](mailto:a@b.example)")
    assert 'aria-label="https://a.example/b"' in html("[![](b.png){: .decorative}](https://a.example/b)")
    assert 'id="there"' in html('<a id="there" href="https://a.example/"></a>')


@pytest.mark.parametrize("inside", ["", " ", "![](b.png){: .decorative}"])
def test_a_link_without_words_into_the_site_is_none(inside: str) -> None:
    """What it leads to may be secret, down to its name."""
    body, problems = rendered(f"See [{inside}](secret-plan.md) here")
    assert [one.code for one in problems] == ["link-nameless"]
    assert "secret" not in body.html + body.text
    assert "<a " not in body.html


def test_a_switch_is_no_dash() -> None:
    assert html("Die --strict Option -- so") == "<p>Die --strict Option – so</p>"


def test_blanks_take_no_time() -> None:
    assert codes("Text\n" + " " * 200_000 + "x|") == []


def test_footnotes_are_numbered_as_the_text_mentions_them() -> None:
    found = html("A[^x] B[^y] C[^x] D[^z]\n\n[^z]: Drittens[^y]\n[^nie]: Nie\n[^y]: Zweitens\n[^x]: Erstens")
    assert re.findall(r'aria-label="Fußnote (\d)"', found) == ["1", "2", "1", "3", "2"]
    notes = found[found.index("<section") :]
    assert [notes.index(word) for word in ("Erstens", "Zweitens", "Drittens")] == sorted(
        notes.index(word) for word in ("Erstens", "Zweitens", "Drittens")
    )
    _, problems = rendered("A[^x] B[^y]\n\n[^nie]: Nie\n[^y]: Zweitens\n[^x]: Erstens")
    assert [(one.code, dict(one.arguments)["label"]) for one in problems] == [("footnote-unused", "nie")]
