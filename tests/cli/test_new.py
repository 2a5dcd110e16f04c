"""``new article`` and ``init``: what they write is right at once, and nothing is overwritten."""

import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kommunalnews.content.typography import typeset
from kommunalnews.scaffold import yaml_scalar

from .portal import make_portal, run


def matter(path: Path) -> dict[str, object]:
    """The front matter of an article, read by another YAML reader than ours."""
    loaded: dict[str, object] = yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], yaml.BaseLoader)
    return loaded


def test_new_article_is_a_draft_dated_now_and_its_path_is_printed(tmp_path: Path) -> None:
    done = run(make_portal(tmp_path), "new", "article", "Ärger im Café", "--section", "Town", "--kicker", "Mühlheim")
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.strip())
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    assert path == tmp_path / "content" / "articles" / f"{now.year}" / "muehlheim-aerger-im-cafe.md"
    written = matter(path)
    assert (written["title"], written["kicker"], written["draft"]) == ("Ärger im Café", "Mühlheim", "true")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", str(written["date"]))
    assert str(written["date"])[:10] == now.date().isoformat()


TITLE = "“Yes”: it’s #1 & 'more' — {a} [b] \"c\" \\ 100 %"


def test_a_title_with_every_sign_of_yaml_is_written_so_that_it_is_read_back(tmp_path: Path) -> None:
    make_portal(tmp_path)
    made = run(
        tmp_path,
        *("new", "article", TITLE, "--section", "Town", "--location", "No", "--date", "2026-02-03"),
        *("--author", "bs", "--author", "x: y", "--tag", "a, b"),
    )
    written = matter(Path(made.stdout.strip()))
    assert (written["title"], written["location"], written["date"]) == (TITLE, "No", "2026-02-03")
    assert (written["author"], written["tags"]) == (["bs", "x: y"], ["a, b"])
    listed = json.loads(run(tmp_path, "list", "drafts", "--format", "json").stdout)["articles"]
    assert [it["title"] for it in listed] == [typeset(TITLE, "en")]


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(lambda text: text.strip()))
def test_any_text_is_quoted_so_that_yaml_reads_it_back(text: str) -> None:
    line = " ".join(text.split())
    shown = "".join(character for character in line if character.isprintable())
    assert yaml.load(f"a: {yaml_scalar(text)}\n", yaml.BaseLoader) == {"a": shown}


@pytest.mark.parametrize(
    "text", ["no", "Yes", "null", "2026", "1e3", "- a", "~", "a: b", "a #b", "*a", "&a", "!a", "%a"]
)
def test_what_yaml_would_take_for_something_else_gets_quotes(text: str) -> None:
    assert yaml_scalar(text).startswith('"')


def test_a_section_is_checked_against_the_site_with_a_suggestion(tmp_path: Path) -> None:
    done = run(make_portal(tmp_path), "new", "article", "A", "--section", "Twon")
    assert done.returncode == 2
    assert "Did you mean “Town”?" in done.stderr


def test_without_a_section_the_sections_are_named(tmp_path: Path) -> None:
    done = run(make_portal(tmp_path), "new", "article", "A")
    assert done.returncode == 2
    assert "Town, Country" in done.stderr


def test_an_article_is_never_overwritten(tmp_path: Path) -> None:
    make_portal(tmp_path)
    first = run(tmp_path, "new", "article", "A title", "--section", "Town")
    path = Path(first.stdout.strip())
    path.write_text("mine", encoding="utf-8")
    again = run(tmp_path, "new", "article", "A title", "--section", "Town")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_no_title_leads_out_of_the_folder(tmp_path: Path) -> None:
    make_portal(tmp_path / "portal")
    made = run(tmp_path / "portal", "new", "article", "../../../../escaped", "--section", "Town")
    assert Path(made.stdout.strip()).is_relative_to(tmp_path / "portal" / "content" / "articles")


def test_new_article_without_a_site_exits_1(tmp_path: Path) -> None:
    assert run(tmp_path, "new", "article", "A").returncode == 1


def test_init_makes_a_portal_that_builds_without_a_diagnostic(tmp_path: Path) -> None:
    made = run(tmp_path, "init", "my portal")
    assert made.returncode == 0, made.stderr
    built = run(tmp_path, "build", "-s", "my portal", "--no-pdf", "--strict", "--format", "json")
    document = json.loads(built.stdout)
    assert document["diagnostics"] == []
    assert document["summary"]["articles"] == 3
    assert document["summary"]["withheld"] == []


@pytest.mark.parametrize(
    ("called", "program"), [("", "kommunalnews"), ("python3 ../main/build.py", "python3 ../main/build.py")]
)
def test_init_advises_what_can_be_typed_where_it_was_called(tmp_path: Path, called: str, program: str) -> None:
    told = run(tmp_path, "init", "my portal", KOMMUNALNEWS_CALLED=called).stdout
    assert f"{program} serve -s 'my portal'\n" in told
    assert f"{program} build -s 'my portal'\n" in told


def test_init_brings_what_a_repository_needs(tmp_path: Path) -> None:
    run(tmp_path, "init", "portal")
    for name in (".gitignore", ".gitlab-ci.yml", ".github/workflows/portal.yml", "README.md", "content/site.yaml"):
        assert (tmp_path / "portal" / name).is_file()
    for name in (".gitlab-ci.yml", ".github/workflows/portal.yml"):
        assert yaml.safe_load((tmp_path / "portal" / name).read_text(encoding="utf-8"))
    assert not any("@" in path.name for path in (tmp_path / "portal").rglob("*"))


def test_init_leaves_a_folder_alone_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = run(tmp_path, "init", ".")
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_new_page_is_a_model_to_fill_in_and_stands_in_the_portal(tmp_path: Path) -> None:
    portal = make_portal(tmp_path)
    for name in ("barrierefreiheit", "leichte-sprache", "gebaerdensprache"):
        done = run(portal, "new", "page", name)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().endswith(f"content/pages/{name}.md")
    assert run(portal, "check", "--strict").returncode == 0


def test_new_page_overwrites_nothing_and_says_which_models_there_are(tmp_path: Path) -> None:
    portal = make_portal(tmp_path)
    run(portal, "new", "page", "impressum")
    assert run(portal, "new", "page", "impressum").returncode == 2
    unknown = run(portal, "new", "page", "../impressum")
    assert unknown.returncode == 2
    assert "barrierefreiheit, datenschutz" in unknown.stderr
