"""``list``: what there is, and what changes next."""

import json
from pathlib import Path

import pytest

from .portal import NOW, SITE, article, make_portal, run

FILES = {
    "content/articles/2026/draft.md": article("Half a thought", draft="true"),
    "content/articles/2026/soon.md": article("Soon", kicker="Mill", publish_at="2026-11-24 08:00"),
    "content/articles/2026/over.md": article("Over", expires_at="2026-11-22 08:00"),
}


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return make_portal(tmp_path, FILES)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("drafts", "2026-11-20  draft  Half a thought  content/articles/2026/draft.md"),
        ("scheduled", "2026-11-20  scheduled until 2026-11-24 08:00  Mill: Soon  content/articles/2026/soon.md"),
        ("expired", "2026-11-20  expired on 2026-11-22 08:00  Over  content/articles/2026/over.md"),
    ],
)
def test_each_kind_is_listed_by_itself(portal: Path, what: str, line: str) -> None:
    done = run(portal, "list", what, "--now", NOW)
    (shown,) = done.stdout.splitlines()
    assert shown.endswith(line)


def test_a_list_speaks_the_language_of_its_portal_wherever_it_is_asked_for(tmp_path: Path) -> None:
    german = {"content/site.yaml": SITE.replace("language: en", "language: de")}
    portal = make_portal(tmp_path, {**FILES, **german})
    shown = run(portal, "list", "scheduled", "--now", NOW).stdout
    assert shown == "20.11.2026  Sperrfrist bis 24.11.2026 08:00  Mill: Soon  content/articles/2026/soon.md\n"
    assert run(portal, "list", "--next", "--now", "2026-11-30").stdout == "Es steht nichts an.\n"


def test_all_articles_are_listed_with_their_status(portal: Path) -> None:
    listed = json.loads(run(portal, "list", "--now", NOW, "--format", "json").stdout)["articles"]
    assert {it["title"]: it["status"] for it in listed} == {
        "The fair is open": "published",
        "Half a thought": "draft",
        "Soon": "scheduled",
        "Over": "expired",
    }


def test_next_names_moment_and_path(portal: Path) -> None:
    done = run(portal, "list", "--next", "--now", NOW)
    assert done.stdout == "2026-11-24 08:00  content/articles/2026/soon.md\n"


def test_next_says_when_nothing_is_due(tmp_path: Path) -> None:
    portal = make_portal(tmp_path)
    assert run(portal, "list", "--next", "--now", "2026-11-30").stdout == "Nothing is due.\n"
    assert json.loads(run(portal, "list", "--next", "--now", "2026-11-30", "--format", "json").stdout) == {
        "next_change": None
    }


def test_a_listing_without_a_site_exits_1(tmp_path: Path) -> None:
    assert run(tmp_path, "list").returncode == 1


def test_places_that_nobody_can_find_are_listed_first(tmp_path: Path) -> None:
    files = {
        "content/articles/2026/a.md": article("A", location="Bonn"),
        "content/articles/2026/b.md": article("B", location="Bund"),
    }
    done = run(make_portal(tmp_path, files), "list", "places", "--now", NOW)
    assert done.stdout.splitlines()[:2] == ["Bund (1)  nowhere on the map", "Bonn (1)  50.734, 7.095  NW"]
