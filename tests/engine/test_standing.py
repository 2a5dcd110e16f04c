"""Whether the last build still stands: any edit must make it fall, and nothing else."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sites import CONFIG, PIXEL, SiteFolder, Text, article, at

from kommunalnews import build as engine
from kommunalnews import standing, toolchain
from kommunalnews.disk import MANIFEST, proves_nothing
from kommunalnews.executors import SerialExecutor

A = "content/articles/a.md"
PAGE = "meldungen/2026/a/index.html"


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    files: dict[str, Text] = {A: article("A", "![Dot](dot.png)"), "content/articles/dot.png": PIXEL}
    made = SiteFolder(tmp_path / "site", files)
    made.build()
    return made


def test_an_unchanged_site_is_told_what_was_told_before(site: SiteFolder) -> None:
    told = standing.last_report(site.request()).report
    again = engine.build(site.request(), executor=SerialExecutor())
    assert told is not None
    assert told == again


def test_where_a_library_of_the_system_is_installed_the_build_falls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "ld.so.cache"
    listed.write_bytes(b"libpango 1.50")
    monkeypatch.setattr(toolchain, "_LINKED", listed)
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    site.build()
    assert standing.last_report(site.request()).report is not None
    os.utime(listed, (1, 1))
    assert standing.last_report(site.request()).report is None
    site.build()
    assert standing.last_report(site.request()).report is not None
    listed.unlink()
    assert standing.last_report(site.request()).report is None
    site.build()
    assert standing.last_report(site.request()).report is not None


def _same_size_and_time(site: SiteFolder) -> None:
    path = site.source / A
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"title: A", b"title: B"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _link(site: SiteFolder) -> None:
    (site.source / "content/articles/b.md").symlink_to("a.md")


EDITS: dict[str, Callable[[SiteFolder], object]] = {
    "another text": lambda site: site.write({A: article("A", "Other words")}),
    "another text of the same size, with the old time": _same_size_and_time,
    "a new text": lambda site: site.write({"content/articles/b.md": article("B")}),
    "a linked text": _link,
    "one text less": lambda site: site.delete(A),
    "another setting": lambda site: site.write({"content/site.yaml": CONFIG + "page_size: 3\n"}),
    "another picture": lambda site: site.write({"content/articles/dot.png": PIXEL + b"."}),
    "a template": lambda site: site.write({"templates/article.html": "{{ page.title }}"}),
    "a static file": lambda site: site.write({"static/css/own.css": "p {}"}),
    "a published file that is gone": lambda site: (site.destination / PAGE).unlink(),
    "a published file that somebody changed": lambda site: (site.destination / PAGE).write_text("x"),
    "another manifest": lambda site: (site.destination / MANIFEST).write_text("kommunalnews manifest 1\n"),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_makes_it_fall(site: SiteFolder, what: str) -> None:
    EDITS[what](site)
    assert standing.last_report(site.request()).report is None


@pytest.mark.parametrize(
    "asked", [{"base_url": "https://other.example.org/"}, {"drafts": True}, {"strict": True}, {"now": "2020-01-01"}]
)
def test_another_question_is_another_build(site: SiteFolder, asked: dict[str, object]) -> None:
    assert standing.last_report(site.request(**asked)).report is None


def test_it_stands_until_the_moment_at_which_something_changes_by_itself(tmp_path: Path) -> None:
    files = {
        A: article("A", date="2026-11-01"),
        "content/articles/b.md": article("B", date="2026-11-01", publish_at="2026-12-01 08:00"),
    }
    site = SiteFolder(tmp_path / "site", files)
    site.build()
    assert standing.last_report(site.request(now=at("2026-12-01 08:00") - 1)).report is not None
    assert standing.last_report(site.request(now=at("2026-12-01 08:00"))).report is None


def test_an_article_that_leaves_the_news_sitemap_is_such_a_moment(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A", date="2026-11-20 12:00")})
    site.build(now="2026-11-20 13:00")
    assert standing.last_report(site.request(now=at("2026-11-22 12:00"))).report is not None
    assert standing.last_report(site.request(now=at("2026-11-22 12:00") + 1)).report is None


def test_so_is_a_date_to_come_that_is_warned_of(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A", date="2026-11-01", updated="2026-12-24")})
    assert [found.code for found in site.build().diagnostics] == ["date-to-come"]
    assert standing.last_report(site.request(now=at("2026-12-24") - 1)).report is not None
    assert standing.last_report(site.request(now=at("2026-12-24"))).report is None


def test_a_build_with_errors_never_stands(site: SiteFolder) -> None:
    site.write({"content/articles/b.md": "---\ntitle: B\n---\n"})
    assert site.build().failed
    assert standing.last_report(site.request()).report is None


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"damaged"])
def test_a_damaged_account_is_none(site: SiteFolder, damage: bytes) -> None:
    for path in site.cache.glob("standing-*"):
        path.write_bytes(damage)
    assert standing.last_report(site.request()).report is None


def test_files_as_young_as_the_look_at_them_are_known_by_their_bytes(site: SiteFolder) -> None:
    path = site.source / A
    os.utime(path, (2**32, 2**32))  # a clock that is ahead: whenever one looks, this is younger
    assert [name for name, _ in standing.look(site.request()).sight.doubtful] == [str(path)]
    site.build()
    assert standing.last_report(site.request()).report is not None


@pytest.mark.parametrize(
    ("stamp", "proves"), [(7_000_000_000, False), (5_000_000_000, True), (7_970_000_001, True), (7_990_000_001, False)]
)
def test_a_time_in_whole_seconds_proves_less(stamp: int, proves: bool) -> None:
    assert proves_nothing(stamp, 8_000_000_000) is not proves


def test_without_a_cache_nothing_is_remembered(site: SiteFolder) -> None:
    assert standing.last_report(msgspec.structs.replace(site.request(), cache="")).report is None


@pytest.mark.parametrize("folder", ["content/articles", "content/images", "static/css", "templates"])
def test_a_link_that_leads_nowhere_stops_no_build(folder: str, tmp_path: Path) -> None:
    """Emacs makes such a link beside each file that is being edited."""
    site = SiteFolder(tmp_path, {A: article("A"), f"{folder}/own.txt": "x"})
    link = site.source / folder / ".#a.md"
    link.symlink_to("editor@desk.4711:1")
    (site.source / folder / "b.png").symlink_to("nothing.png")
    engine.build(site.request(), executor=SerialExecutor())
    assert "<h1" in site.read(PAGE)
    standing.look(site.request())


def test_folders_that_links_lead_to_are_not_looked_through(tmp_path: Path) -> None:
    """They are refused, so that a link to the root of the disk must cost nothing."""
    site = SiteFolder(tmp_path / "site", {A: article("A"), "static/own.txt": "x"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.txt").touch()
    for folder in ("content/articles", "static"):
        (site.source / folder / "linked").symlink_to(elsewhere)
    assert not [path for path in standing.look(site.request()).files if path.endswith("a.txt")]
