"""An issue's file: its fields, its editorial, and where each is wrong."""

import pytest
from sites import PIXEL, SiteFolder, article

from kommunalnews.content.issues import parse
from kommunalnews.content.model import IssueText, Parsed, ParseSettings

SETTINGS = ParseSettings("de", "Europe/Berlin")
PATH = "content/issues/2018-07.yaml"
LEAST = "title: Sommer\ndate: 2018-07-20\nfrom: 2018-07-01\nuntil: 2018-07-31\n"


def parsed(text: str, path: str = PATH) -> Parsed:
    return parse(text, path, SETTINGS)


def issue(text: str) -> IssueText:
    item = parsed(text).item
    assert isinstance(item, IssueText)
    return item


def places(text: str) -> list[tuple[str, int, int, str]]:
    found = parsed(text).diagnostics
    return [(one.code, one.location.line, one.location.column, one.location.excerpt) for one in found]


def test_an_issue_is_named_after_its_file() -> None:
    assert issue(LEAST).slug == "2018-07"
    item = parsed(LEAST, "content/issues/Größe XL.yaml").item
    assert isinstance(item, IssueText)
    assert item.slug == "groesse-xl"


def test_the_editorial_is_a_text_like_any() -> None:
    text = LEAST + 'editorial: |\n  "So" - und **so**.\n\n  Mehr [dort](../articles/a.md).\n'
    body = parsed(text).body
    assert body is not None
    assert body.html.startswith("<p>„So“ – und <strong>so</strong>.</p>")
    [reference] = body.references
    assert (reference.target, reference.location.line, reference.location.column) == ("../articles/a.md", 8, 15)
    assert issue(text).description == "„So“ – und so. Mehr dort."
    assert issue(text).matter.editorial == ""


@pytest.mark.parametrize(
    ("editorial", "place"),
    [
        ("|\n  Words.\n\n  <script>x</script>\n", (8, 3, "  <script>x</script>")),
        ("|+\n\n\n    Words.\n    <script>x</script>\n", (9, 5, "    <script>x</script>")),
        ("Words <script>x</script>\n", (5, 12, "editorial: Words <script>x</script>")),
        (">\n  Words\n  <script>x</script>\n", (5, 12, "editorial: >")),
    ],
)
def test_what_is_wrong_in_the_editorial_is_told_where_it_stands(editorial: str, place: tuple[int, int, str]) -> None:
    assert places(f"{LEAST}editorial: {editorial}") == [("html-removed", *place)]


def test_an_editorial_that_is_refused_is_told_at_its_line() -> None:
    [(code, line, _, _)] = places(f"{LEAST}editorial: |\n  x\n  {'[' * 2000}\n")
    assert (code, line) == ("body-brackets", 7)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("titelbild", "cover"),
        ("nummer", "number"),
        ("meldungen", "articles"),
        ("von", "from"),
        ("vorwort", "editorial"),
    ],
)
def test_a_german_field_is_answered_with_its_name(wrong: str, meant: str) -> None:
    [found] = parsed(f"{LEAST}{wrong}: x\n").diagnostics
    assert found.code == "unknown-field"
    assert dict(found.arguments)["meant"] == meant


def test_a_cover_without_a_description_is_told() -> None:
    assert [code for code, *_ in places(f"{LEAST}cover: /images/a.png\n")] == ["picture-without-alt"]
    assert places(f'{LEAST}cover: {{src: /images/a.png, alt: ""}}\n') == []


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = "titel: x\ndate: 31.7.2018\nfrom: 2018-07-01\n"
    assert [code for code, *_ in places(text)] == ["unknown-field", "date-form", "field-missing"]


@pytest.mark.parametrize("name", ["2018-07.yml", "2018-07.md", "2018/07.yaml"])
def test_a_file_that_is_no_issue_is_told(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = SiteFolder(tmp_path_factory.mktemp("site") / "site", {f"content/issues/{name}": LEAST})
    [told] = site.diagnostics()
    assert "[file-ignored]" in told
    assert "Issues are .yaml files" in told


def test_references_of_cover_and_editorial_are_checked(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = SiteFolder(
        tmp_path_factory.mktemp("site") / "site",
        {
            "content/articles/a.md": article("A", date="2018-07-03"),
            "content/images/hall.png": PIXEL,
            PATH: f"{LEAST}cover: {{src: /images/hal.png, alt: x}}\neditorial: See [b](../articles/b.md).\n",
        },
    )
    assert site.codes() == ["picture-missing", "link-broken"]
