"""Claims about YAML as editors write it and get it wrong."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunalnews import typed_yaml
from kommunalnews.diagnostics import Diagnostic, Problem, words
from kommunalnews.moments import Moment
from kommunalnews.yaml_nodes import SCALAR_LIMIT

BERLIN = ZoneInfo("Europe/Berlin")


class Picture(msgspec.Struct, frozen=True):
    src: str
    alt: str = ""


class Note(msgspec.Struct, frozen=True):
    day: Moment
    text: str


class Sample(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    title: str
    day: Moment
    tags: tuple[str, ...] = ()
    image: Picture | None = None
    notes: tuple[Note, ...] = ()
    draft: bool = False
    size: Annotated[int, msgspec.Meta(ge=1, le=9)] = 5
    mode: Literal["inline", "ssi"] = "inline"
    from_: Moment | None = None
    postcode: str = ""


def no_xxx(text: str) -> Problem | None:
    return Problem("xxx", "No x please") if "x" in text else None


def decoded(text: str) -> typed_yaml.Decoded[Sample]:
    document, diagnostics = typed_yaml.read(text, path="a.md", first_line=2)
    if document is None:
        return typed_yaml.Decoded(None, diagnostics, {})
    found = typed_yaml.decode(
        document,
        Sample,
        zone=BERLIN,
        aliases={"datum": "day"},
        synonyms={"titel": "title"},
        checks={Sample: {"tags": no_xxx}, Picture: {"src": no_xxx}},
    )
    return typed_yaml.Decoded(found.value, diagnostics + found.diagnostics, found.places)


def sample(fields: str) -> Sample:
    found = decoded("title: A\nday: 2017-11-15\n" + fields)
    assert found.diagnostics == ()
    assert found.value is not None
    return found.value


def only(text: str) -> Diagnostic:
    (found,) = decoded(text).diagnostics
    return found


def fault(fields: str) -> Diagnostic:
    """The only diagnostic of a file that is sound up to line 3."""
    return only("title: A\nday: 2017-11-15\n" + fields)


def hint(diagnostic: Diagnostic) -> str:
    return words(diagnostic, str)[1]


def test_every_scalar_is_text_until_its_field_says_otherwise() -> None:
    assert sample("postcode: 01067").postcode == "01067"
    assert sample("postcode: yes").postcode == "yes"
    assert sample("postcode: 1_000").postcode == "1_000"
    assert sample("tags: [1.10, 2017-11-15, null]").tags == ("1.10", "2017-11-15")


@pytest.mark.parametrize("nothing", ["", " ~", " null", "  # later"])
def test_nothing_behind_the_colon_means_absent(nothing: str) -> None:
    assert sample(f"draft:{nothing}\nsize:{nothing}\ntags:{nothing}\nfrom:{nothing}") == sample("")


def test_a_quoted_null_is_a_word() -> None:
    assert sample("postcode: 'null'").postcode == "null"


def test_one_value_may_stand_for_a_list() -> None:
    assert sample("tags: Smart City").tags == ("Smart City",)
    assert sample("tags:\n- a\n-\n- ''\n- b").tags == ("a", "b")


def test_a_text_alone_may_stand_for_a_record_with_one_required_field() -> None:
    assert sample("image: a.jpg").image == Picture("a.jpg")
    assert sample("image: {src: a.jpg, alt: A}").image == Picture("a.jpg", "A")


def test_renamed_fields_go_by_their_name_in_yaml() -> None:
    found = sample("from: 2018-01-01").from_
    assert found is not None
    assert found.day == "2018-01-01"


def test_records_nest_in_lists() -> None:
    assert sample("notes:\n- day: 2018-01-01\n  text: >\n    two\n    lines\n").notes[0].text == "two lines"


def test_places_say_where_each_value_stands() -> None:
    places = decoded('title: "A"\ndatum: 2017-11-15\ntags: [a, b]\nimage:\n  src: a.jpg\n').places
    assert {name: (at.line, at.column, at.length) for name, at in places.items()} == {
        "title": (2, 8, 3),
        "day": (3, 8, 10),
        "tags": (4, 7, 6),
        "tags.0": (4, 8, 1),
        "tags.1": (4, 11, 1),
        "image": (6, 3, 10),
        "image.src": (6, 8, 5),
    }
    assert places["tags.1"].excerpt == "tags: [a, b]"


def test_columns_count_letters_not_bytes() -> None:
    assert fault("tags: [ÄÖÜ, 'ßx']").location.column == 13


def test_all_problems_come_at_once() -> None:
    found = decoded("titel: A\nday: 31.9.2017\ndraft: ja\nsize: 10\nmode: sis\ntags: {a: b}\ntags: c\nnotes: [x]\n")
    assert found.value is None
    assert sorted(diagnostic.code for diagnostic in found.diagnostics) == [
        *("date-impossible", "field-choice", "field-missing", "field-range", "field-type", "field-type", "field-type"),
        *("unknown-field", "yaml-duplicate-key"),
    ]


@pytest.mark.parametrize(
    ("fields", "code", "column"),
    [
        ("draft: ja", "field-type", 8),
        ("draft: [true]", "field-type", 8),
        ("size: zwei", "field-type", 7),
        ("size: 0", "field-range", 7),
        ("size: 99999999999999999999", "field-type", 7),
        ("size: [1]", "field-type", 7),
        ("mode: inlien", "field-choice", 7),
        ("mode: [ssi]", "field-type", 7),
        ("from: gestern", "date-form", 7),
        ("from: {a: b}", "field-type", 7),
        ("notes: x", "field-type", 8),
        ("image: [a]", "field-type", 8),
        ("image: {alt: A}", "field-missing", 1),
        ("image: {src: ''}", "field-empty", 9),
        ("image: {src: x.jpg}", "xxx", 14),
        ("tags: [a, x]", "xxx", 11),
        ("Draft: true", "unknown-field", 1),
        ("foo: true", "unknown-field", 1),
    ],
)
def test_each_wrong_value_is_found_at_its_place(fields: str, code: str, column: int) -> None:
    found = fault(fields)
    assert (found.code, found.location.line, found.location.column) == (code, 4, column)


def test_hints_name_what_was_meant() -> None:
    assert hint(fault("Draft: true")) == "Did you mean “draft”?"
    assert "title" in hint(only("titel: A\ntitle: A\nday: 2017-11-15\n"))
    assert hint(fault("draft: ja")) == "Write true"
    assert hint(fault("draft: nein")) == "Write false"
    assert hint(fault("mode: SSI")) == "Did you mean “ssi”?"
    assert hint(fault("mode: xyz")) == "Choose one of: inline, ssi"
    assert hint(fault("foo: 1")).startswith("Known are: title, day")


def test_missing_fields_are_missed_where_the_front_matter_begins() -> None:
    found = decoded("").diagnostics
    assert [(diagnostic.code, diagnostic.location.line) for diagnostic in found] == [("field-missing", 1)] * 2
    assert hint(found[1]) == "Add a line like “day: 2017-11-15”"


def test_a_required_field_without_a_value_is_no_missing_field() -> None:
    found = decoded("title:\nday: ''\n").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["field-empty", "date-form"]


def test_two_names_for_one_field_are_an_error() -> None:
    assert fault("datum: 2018-01-01").code == "field-twice"


@pytest.mark.parametrize(
    ("text", "line", "column", "remedy"),
    [
        ("title: Köln: Neues", 2, 8, 'title: "Köln: Neues"'),
        ('title: „Foo“: Er sagt "ja"', 2, 8, "title: '„Foo“: Er sagt \"ja\"'"),
        ('title: "Foo\nday: 2017\n', 2, 8, '"Foo"'),
        ("title: 'Foo\nday: 2017\ntags: 'x'\n", 2, 8, "'Foo'"),
        ('title: "Foo" und "Bar"\n', 2, 13, '\'"Foo" und "Bar"\''),
        ("title: @stadt", 2, 8, 'title: "@stadt"'),
        ("title: %x", 2, 8, 'title: "%x"'),
        ("title: *wichtig* x", 2, 8, 'title: "*wichtig* x"'),
        ("title: *wichtig", 2, 8, '"*wichtig"'),
        ("title: &x y", 2, 8, '"&x y"'),
        ("title: !x y", 2, 8, '"!x y"'),
        ("title: [Update] Köln\nday: x\n", 2, 8, 'title: "[Update] Köln"'),
        ("title: [Update\nday: x\n", 2, 8, 'title: "[Update"'),
        ("title:Foo\nday: x\n", 2, 1, "title: Foo"),
        ("day: x\ntitle Foo\ntags: x\n", 3, 1, "title: Foo"),
        ('title: "C:\\Users"', 2, 11, "title: 'C:\\Users'"),
        ("title: #1 in Köln", 2, 7, '"#1 in Köln"'),
        ("title: Platz #1 in Köln", 2, 8, '"Platz #1 in Köln"'),
    ],
)
def test_slips_in_yaml_come_with_a_remedy(text: str, line: int, column: int, remedy: str) -> None:
    found = decoded(text).diagnostics[0]
    assert (found.location.line, found.location.column) == (line, column)
    assert dict(found.arguments)["remedy"] == remedy


def test_remedies_work() -> None:
    for value in ("Köln: Neues", "@stadt", 'Er sagte: "nie"', "C:\\x: y", "It's: 'so'"):
        remedy = dict(decoded(f"title: {value}").diagnostics[0].arguments)["remedy"]
        again = decoded(remedy + "\nday: 2017-11-15")
        assert again.value is not None
        assert again.value.title == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\ttitle: A", "yaml-syntax"),
        ("title: A\n\tday: B", "yaml-syntax"),
        ("title: A\n day: B", "yaml-syntax"),
        ("title: }", "yaml-syntax"),
        ("a: [b", "yaml-syntax"),
        ("? [a]\n: b", "yaml-syntax"),
        ("title: A\n---\ntitle: B", "yaml-documents"),
        ("%YAML 1.1\n---\ntitle: A", "yaml-tag"),
        ("title: !!python/object/apply:os.system [id]", "yaml-tag"),
        ("<<: *default", "yaml-reference"),
        ("title: A\ntitle: B", "yaml-duplicate-key"),
        ("just text", "yaml-form"),
        ("- a\n- b", "yaml-form"),
        ('title: "a\\0b"', "control-character"),
        ("title: " + "x" * (SCALAR_LIMIT + 1), "value-too-long"),
        ("title: \ufffe", "yaml-syntax"),
    ],
)
def test_what_has_no_place_in_front_matter_is_an_error(text: str, code: str) -> None:
    found = decoded(text)
    assert found.diagnostics[0].code == code
    assert found.diagnostics[0].is_error


def test_half_a_character_is_an_error() -> None:
    assert decoded('title: "\\ud800"\nday: 2017-11-15').value is None
    assert decoded('title: "\\ud800"\nday: 2017-11-15').diagnostics[0].is_error


def test_no_break_spaces_where_yaml_needs_spaces_are_read_as_spaces() -> None:
    assert decoded("title:\u00a0A\nday: 2017-11-15\n").value == sample("")


@pytest.mark.parametrize(
    "bomb",
    [
        "a: " + "[" * 100_000,
        "a: " + "[" * 100_000 + "]" * 100_000,
        "a: " + "{a: " * 50_000,
        "- " * 50_000,
        "a: " + "? " * 50_000,
        "\n".join(f"{'  ' * level}a:" for level in range(300)),
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a]\n" for n in range(2000)),
        "a: " + "*a " * 20_000,
        "!" * 60_000,
        "'" * 60_001,
        ": " * 30_000,
        "a: b" + " " * 60_000 + ": c",
    ],
)
def test_bombs_are_refused_in_a_few_diagnostics(bomb: str) -> None:
    document, diagnostics = typed_yaml.read(bomb, path="a.md")
    assert document is None or any(diagnostic.is_error for diagnostic in diagnostics)
    assert 1 <= len(diagnostics) <= 20


def test_a_table_keeps_what_is_sound() -> None:
    document, _ = typed_yaml.read("a: one.jpg\nb: {alt: x}\nc:\n  src: two.jpg\n", path="a.yaml")
    assert document is not None
    table = typed_yaml.decode_table(document, Picture, zone=BERLIN)
    assert table.value == {"a": Picture("one.jpg"), "c": Picture("two.jpg")}
    assert [(found.code, found.location.line) for found in table.diagnostics] == [("field-missing", 2)]


def test_a_table_is_no_list() -> None:
    document, _ = typed_yaml.read("- a", path="a.yaml")
    assert document is not None
    assert typed_yaml.decode_table(document, Picture, zone=BERLIN).value is None


@given(st.text(alphabet=st.sampled_from("ab:-[]{}\"'#&*!|>%@`, \n\t?\\")))
def test_no_text_makes_it_raise(text: str) -> None:
    found = decoded(text)
    assert found.value is None
    assert all(words(diagnostic, str)[0] for diagnostic in found.diagnostics)
