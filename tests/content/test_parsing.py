"""Claims about source files: what they become, and what is said of each way to get them wrong."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunalnews.content import front_matter
from kommunalnews.content.decoding import text_of
from kommunalnews.content.excerpts import beginning
from kommunalnews.content.model import (
    Article,
    AuthorsFile,
    Kind,
    Parsed,
    ParseSettings,
    SourceFile,
    StandingText,
    VendorText,
)
from kommunalnews.content.parsing import parse
from kommunalnews.diagnostics import Diagnostic, Severity, words

SETTINGS = ParseSettings(language="de", timezone="Europe/Berlin", own_hosts=("www.example.org",))
HEAD = "title: Tochter für die Digitalisierung\ndate: 2017-11-15\nsection: Panorama\n"


def parsed(data: str | bytes, kind: Kind = "article", path: str = "") -> Parsed:
    path = path or {"authors": "content/authors.yaml"}.get(kind, f"content/{kind}s/a-b.md")
    source = SourceFile(path, kind, 0, 0, 0)
    return parse(source, data if isinstance(data, bytes) else data.encode(), SETTINGS)


def article(fields: str = "", body: str = "Text.") -> Article:
    found = parsed(f"---\n{HEAD}{fields}---\n{body}\n")
    assert isinstance(found.item, Article), found.diagnostics
    assert not any(diagnostic.is_error for diagnostic in found.diagnostics)
    return found.item


def warnings(fields: str, kind: Kind = "article") -> list[str]:
    found = parsed(f"---\n{HEAD if kind == 'article' else ''}{fields}---\nText.\n", kind)
    assert found.item is not None, found.diagnostics
    return [diagnostic.code for diagnostic in found.diagnostics]


def fault(data: str | bytes, kind: Kind = "article") -> Diagnostic:
    found = parsed(data, kind)
    assert found.item is None
    assert found.body is None
    first: Diagnostic = next(diagnostic for diagnostic in found.diagnostics if diagnostic.is_error)
    return first


def spot(diagnostic: Diagnostic) -> tuple[str, int, int]:
    return diagnostic.code, diagnostic.location.line, diagnostic.location.column


# ── what a sound file becomes ──


def test_an_article_becomes_its_values() -> None:
    fields = "kicker: Kaiserslautern\nlead: Eine *neue* Tochter.\ntags: [Smart City]\nauthor: bs\n"
    found = article(
        fields + "links: [www.kaiserslautern.de]\nimage: {src: a.jpg, alt: Rathaus, caption: Das *Rathaus*}\n"
    )
    assert found.slug == "kaiserslautern-tochter-fuer-die-digitalisierung"
    assert found.lead_html == "Eine <em>neue</em> Tochter."
    assert found.teaser == "Eine neue Tochter."
    assert found.caption_html == "Das <em>Rathaus</em>"
    assert found.matter.tags == ("Smart City",)
    assert found.matter.author == ("bs",)
    assert found.place("tags.0").line == 7
    assert found.place("tags.0").excerpt == "tags: [Smart City]"
    assert found.place("nothing").line == 0
    assert found.body.words == 1


def test_the_body_is_beside_the_article_under_its_digest() -> None:
    found = parsed(f"---\n{HEAD}---\nText.\n")
    assert isinstance(found.item, Article)
    assert found.body is not None
    assert found.body.html == "<p>Text.</p>"


def test_hugos_names_are_understood() -> None:
    found = article(
        "lastmod: 2017-11-16\npublishDate: 2017-11-15 08:00\nexpiryDate: 2018-01-01\nsummary: Kurz\n"
    ).matter
    assert found.updated is not None
    assert found.publish_at is not None
    assert found.expires_at is not None
    assert found.teaser == "Kurz"


def test_two_names_for_one_field_are_an_error() -> None:
    assert spot(fault(f"---\n{HEAD}teaser: a\nsummary: b\n---\n")) == ("field-twice", 6, 1)


def test_the_teaser_is_the_written_one_else_the_lead_else_the_beginning() -> None:
    assert article("lead: Lead\nteaser: '*Teaser*'\n").teaser == "Teaser"
    assert article("lead: Lead\n").teaser == "Lead"
    assert article(body="Wort " * 100).teaser.endswith("Wort …")


def test_a_slug_of_its_own_is_kept() -> None:
    assert article("slug: kurz\n").slug == "kurz"


def test_titles_are_one_line() -> None:
    assert article("kicker: >\n  Bad\n  Dürkheim\n").matter.kicker == "Bad Dürkheim"


def test_corrections_become_html() -> None:
    found = article("corrections:\n- {date: 2017-11-16, text: Es sind *drei*.}\n")
    assert found.corrections == ("Es sind <em>drei</em>.",)


def test_old_addresses_are_kept_decoded() -> None:
    assert article("aliases: [/K%C3%B6ln.html]\n").matter.aliases == ("/Köln.html",)


def test_a_page_is_named_by_its_file_or_its_slug() -> None:
    def slug(path: str, fields: str = "") -> str:
        item = parsed(f"---\ntitle: T\n{fields}---\nText.\n", "page", path).item
        assert isinstance(item, StandingText)
        return item.slug

    assert slug("content/pages/Über uns.md") == "ueber-uns"
    assert slug("content/pages/hilfe/suche.md") == "hilfe/suche"
    assert slug("content/pages/hilfe/index.md") == "hilfe"
    assert slug("content/pages/pages/x.md") == "pages/x"
    assert slug("content/pages/a.md", "slug: hilfe/neu\n") == "hilfe/neu"


def test_a_page_describes_itself() -> None:
    item = parsed("---\ntitle: T\n---\nDas ist die *Hilfe*.\n", "page").item
    assert isinstance(item, StandingText)
    assert item.description == "Das ist die Hilfe."


def test_a_vendor_keeps_its_postcode() -> None:
    text = "---\nname: Stella\npostcode: 01067\nfrom: 2018-01-01\nuntil: 2018-12-31\nurl: www.stella.example\n---\n"
    item = parsed(text, "vendor").item
    assert isinstance(item, VendorText)
    assert (item.slug, item.matter.postcode) == ("a-b", "01067")


def test_authors_are_kept_one_by_one() -> None:
    text = "bs: {name: Bettina Schulz, bio: Schreibt *gern*.}\nMax Muster: Max Muster\nxy: {nam: X}\n"
    text += "ab: {name: A, mark: q}\n"
    found = parsed(text, "authors")
    assert isinstance(found.item, AuthorsFile)
    assert [(author.key, author.mark, author.slug) for author in found.item.authors] == [
        ("bs", "bs", "bettina-schulz"),
        ("Max Muster", "", "max-muster"),
        ("ab", "q", "a"),
    ]
    assert found.item.authors[0].biography == "Schreibt <em>gern</em>."
    assert found.item.authors[1].place.line == 2
    assert {diagnostic.code for diagnostic in found.diagnostics} == {"unknown-field", "field-missing"}


def test_faulty_authors_are_named() -> None:
    assert fault("- a", "authors").code == "yaml-form"
    assert fault("a: b: c", "authors").code == "yaml-syntax"


# ── bytes that are not as they should be ──


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_do_not_matter(ends: str) -> None:
    text = f"---\n{HEAD}lead: Lead\n---\nText.\n"
    assert parsed(text.replace("\n", ends)) == parsed(text)


def test_a_byte_order_mark_does_not_matter() -> None:
    text = f"---\n{HEAD}---\nText.\n"
    assert parsed(b"\xef\xbb\xbf" + text.encode()) == parsed(text)


def test_decomposed_umlauts_do_not_matter() -> None:
    text = f"---\n{HEAD}tags: [Größe]\n---\nÄrger im Büro.\n"
    assert parsed(unicodedata.normalize("NFD", text)) == parsed(text)


def test_latin_1_is_found_at_its_first_wrong_byte() -> None:
    found = fault("---\r\ntitle: Köln\r\nsection: ok\r\nlead: Größe\r\n---\r\n".encode("latin-1"))
    assert spot(found) == ("encoding", 2, 9)
    assert found.location.excerpt == "title: K�ln"
    assert "UTF-8" in words(found, str)[1]
    assert dict(found.arguments)["guess"] == "ö"


def test_utf_16_is_named() -> None:
    assert fault("title: x".encode("utf-16")).code == "encoding"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\ufffe", "\uffff"])
def test_control_characters_are_found(character: str) -> None:
    assert spot(fault(f"---\n{HEAD}---\nTe{character}xt\n")) == ("control-character", 6, 3)


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
def test_exotic_line_separators_are_blanks(separator: str) -> None:
    assert article(f"lead: a{separator}b\ntags: c\n").place("tags.0").line == 6


def test_a_tower_of_accents_is_refused_before_it_is_sorted() -> None:
    found = fault(f"---\n{HEAD}---\nab" + "\u0315\u0316" * 200_000)
    assert spot(found)[:2] == ("combining-marks", 6)
    assert not isinstance(text_of(("e\u0301" * 5000).encode(), "a.md"), Diagnostic)


# ── front matter that is none ──


@pytest.mark.parametrize(
    "text", ["", "\n\n", "title: A\n", "# A\n", "+++\ntitle = 1\n+++\n", '{"title": 1}', "–––\na: b\n—\n"]
)
def test_a_file_without_front_matter_is_told_how_it_begins(text: str) -> None:
    assert spot(fault(text)) == ("front-matter-missing", 1, 1)


def test_front_matter_without_an_end_is_found_where_it_begins() -> None:
    assert spot(fault(f"\n---\n{HEAD}")) == ("front-matter-unclosed", 2, 1)


def test_front_matter_has_a_limit() -> None:
    assert fault("---\n" + "# x\n" * 20_000 + "---\n").code == "front-matter-too-long"


def test_front_matter_may_be_empty_and_then_lacks_everything() -> None:
    found = parsed("---\n---\n")
    assert [spot(diagnostic) for diagnostic in found.diagnostics] == [("field-missing", 1, 1)] * 3


def test_a_rule_in_the_body_is_no_front_matter() -> None:
    parts = front_matter.split("---\na: b\n---\nText\n\n---\n", "a.md")
    assert parts == front_matter.Parts("a: b\n", 2, "Text\n\n---\n", 4)


# ── fields that say what cannot be ──


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("updated: 31.9.2017", "date-impossible"),
        ("updated: 2017-11-15 24:10", "date-impossible"),
        ("publish_at: 2018-03-25 02:30", "date-impossible"),
        ("updated: gestern", "date-form"),
        ("slug: Ä b", "slug-form"),
        ("slug: ../../etc", "slug-form"),
        ("aliases: [../x]", "alias-form"),
        ("aliases: //evil.example/", "alias-form"),
        ("links: ['javascript:alert(1)']", "link-form"),
        ("lede: x", "unknown-field"),
        ("draft: ja", "field-type"),
        ("lead: A: b", "yaml-syntax"),
    ],
)
def test_each_wrong_field_leaves_the_article_out(line: str, code: str) -> None:
    found = fault(f"---\n{HEAD}{line}\n---\nText.\n")
    assert (found.code, found.location.line) == (code, 5)


def test_german_names_are_understood_in_the_hint() -> None:
    for name, meant in (("Stichwörter", "tags"), ("Dachzeile", "kicker"), ("autor", "author"), ("titl", "title")):
        found = fault(f"---\n{HEAD}{name}: x\n---\n")
        assert words(found, str)[1] == f"Did you mean “{meant}”?"


def test_pages_vendors_and_authors_are_checked_too() -> None:
    assert fault("---\ntitle: T\nslug: a//b\n---\n", "page").code == "slug-form"
    assert fault("---\nname: N\nurl: 'data:x'\n---\n", "vendor").code == "link-form"
    authors = parsed("a: {name: A, email: nobody}\n", "authors")
    assert [diagnostic.code for diagnostic in authors.diagnostics] == ["email-form"]


def test_front_matter_and_body_are_checked_in_one_go() -> None:
    found = parsed("---\ntitel: A\n---\nEin [Link](javascript:x).\n")
    codes = [diagnostic.code for diagnostic in found.diagnostics]
    assert codes[:4] == ["unknown-field", *["field-missing"] * 3]
    assert len(codes) > 4


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("updated: 2017-11-14\n", "updated-before-date"),
        ("expires_at: 2017-11-15\n", "expires-before-publication"),
        ("publish_at: 2018-01-02\nexpires_at: 2018-01-01\n", "expires-before-publication"),
        ("image: a.jpg\n", "picture-without-alt"),
        ("image:\n  src: a.jpg\n", "picture-without-alt"),
        ("updated: 2917-11-15\n", "date-implausible"),
        ("tags: Smart City, Digitales\n", "tag-joined"),
        ("location: Platz #1\n", "value-cut"),
    ],
)
def test_what_is_hardly_meant_is_a_warning(fields: str, code: str) -> None:
    assert warnings(fields) == [code]


def test_what_is_fine_is_no_warning() -> None:
    assert warnings("updated: 2017-11-15 09:00\nimage: {src: a.jpg, alt: ''}\nlead: a # comment\n") == []


def test_the_first_year_is_accepted_with_a_warning() -> None:
    found = parsed("---\ntitle: A\ndate: 1-01-01 00:00\nsection: B\n---\n")
    assert found.item is not None
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in found.diagnostics] == [
        ("date-implausible", Severity.WARNING)
    ]


def test_a_vendor_that_ends_before_it_begins_is_a_warning() -> None:
    assert warnings("name: N\nfrom: 2018-02-01\nuntil: 2018-01-01\n", "vendor") == ["expires-before-publication"]


# ── hostile texts ──


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{HEAD}---\n" + "[" * 100_000,
        f"---\n{HEAD}---\n" + "[](" * 3000,
        f"---\n{HEAD}---\n" + ">" * 5000 + "x",
        f"---\n{HEAD}tags: " + "[" * 50_000 + "\n---\n",
        f"---\n{HEAD}tags: &a [*a, *a]\n---\n",
    ],
)
def test_hostile_texts_cost_a_diagnostic(text: str) -> None:
    assert fault(text).is_error


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"---\n{HEAD}{text}\n---\n{text}".encode()))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    kinds: tuple[Kind, ...] = ("article", "page", "vendor", "authors")
    for kind in kinds:
        assert all(words(diagnostic, str)[0] for diagnostic in parsed(data, kind).diagnostics)


# ── the beginning of a text ──


def test_short_texts_stay_whole() -> None:
    assert beginning("Kurz.", 100) == "Kurz."


def test_a_beginning_ends_with_a_sentence_or_a_word() -> None:
    assert beginning("Der erste Satz ist lang. Der zweite auch.", 30) == "Der erste Satz ist lang."
    assert beginning("Er sagte: „Ja.“ Dann kam der nächste Satz.", 22) == "Er sagte: „Ja.“"
    assert beginning("Am 15. November traf sich Dr. Meier, um zu reden.", 32) == "Am 15. November traf sich Dr. …"
    assert beginning("x" * 100, 20) == "x" * 19 + " …"


def test_a_field_says_which_links_and_pictures_it_cannot_show() -> None:
    fields = (
        'lead: "Lead mit [Link](b.md)"\nteaser: "![Bild](c.png)"\nimage: {src: d.png, alt: D, caption: "[e](/e/)"}\n'
        'corrections:\n  - {date: 2017-11-16, text: "[f](f.md) [g](https://g.example)"}\n'
    )
    found = parsed(f"---\n{HEAD}{fields}---\nText.\n")
    assert isinstance(found.item, Article)
    assert [(problem.code, dict(problem.arguments), problem.location.line) for problem in found.diagnostics] == [
        ("link-in-field", {"target": "b.md", "field": "lead"}, 5),
        ("link-in-field", {"target": "c.png", "field": "teaser"}, 6),
        ("link-in-field", {"target": "/e/", "field": "image.caption"}, 7),
        ("link-in-field", {"target": "f.md", "field": "corrections.0.text"}, 9),
    ]


def test_a_biography_and_a_page_say_so_too() -> None:
    authors = parsed("bs: {name: B, bio: 'Siehe [c](c.md)'}\nd: {name: D, bio: '[e](https://e.example)'}\n", "authors")
    page = parsed("---\ntitle: Impressum\nlead: Ein <div>Block</div>\n---\nText.\n", "page")
    assert [problem.code for problem in (*authors.diagnostics, *page.diagnostics)] == ["link-in-field"] * 2
