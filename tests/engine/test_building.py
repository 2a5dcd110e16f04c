"""What builds write, leave alone, restore and refuse, and what a fault costs."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sites import CONFIG, GOLDEN, PIXEL, SiteFolder, Text, article, changed, told

from kommunalnews.build import BuildStopped
from kommunalnews.digest import of_bytes
from kommunalnews.executors import SerialExecutor
from kommunalnews.requests import BuildReport
from kommunalnews.state import Keyed

MODES = ["inline", "ssi", "client"]
FILES: dict[str, Text] = {
    **{f"content/articles/{n}.md": article(f"Story {n}", tags="[T]", location="P", author="bs") for n in range(6)},
    "content/articles/pictured/index.md": article("Pictured", "![A dot](dot.png)", aliases="[/old.html]"),
    "content/articles/pictured/dot.png": PIXEL,
    "content/authors.yaml": "bs: {name: Bettina Schulz}\n",
    "content/vendors/stella.md": "---\nname: Stella\nsections: [Town]\n---\n",
    "content/pages/imprint.md": "---\ntitle: Imprint\n---\n",
}
PAGE = "meldungen/2026/story-1/index.html"


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path / "site", FILES)


# ── nothing to do ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", MODES)
def test_second_build_writes_nothing(tmp_path: Path, mode: str) -> None:
    site = SiteFolder(tmp_path / "site", FILES, config=f"{CONFIG}fragments: {mode}\n")
    first = site.build()
    stamps = {path: os.stat(site.destination / path).st_mtime_ns for path in first.written}
    second = site.build()
    assert (second.written, second.removed, second.unchanged) == ((), (), len(first.written))
    assert {path: os.stat(site.destination / path).st_mtime_ns for path in first.written} == stamps


@pytest.mark.pdf
def test_second_build_with_pdfs_writes_nothing(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A")}, theme="packaged")
    first = site.build(pdf=True)
    assert told(first.diagnostics, "en") == []
    assert "meldungen/2026/a/a.pdf" in first.written
    assert site.build(pdf=True).written == ()


@pytest.mark.pdf
def test_a_new_article_typesets_no_old_pdf_again(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A")}, theme="packaged")
    site.build(pdf=True)
    site.write({"content/articles/b.md": article("B")})
    assert [path for path in site.build(pdf=True).written if path.endswith(".pdf")] == ["meldungen/2026/b/b.pdf"]


def test_a_checkout_with_new_times_writes_nothing(site: SiteFolder) -> None:
    site.build()
    for top, _, names in os.walk(site.source):
        for name in names:
            os.utime(Path(top, name), (1, 1))
    assert site.build().written == ()


def test_check_writes_nothing_but_the_store(site: SiteFolder) -> None:
    report = site.check()
    assert (report.written, report.articles) == ((), 7)
    assert not site.destination.exists()


def test_a_build_without_a_store_keeps_nothing_beside_the_site(site: SiteFolder) -> None:
    site.build(cache="")
    assert sorted(path.name for path in site.folder.iterdir()) == ["public", "source"]
    assert site.build(cache="").written == ()


# ── the destination ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_manifest_lists_every_file_with_the_digest_of_its_bytes(site: SiteFolder) -> None:
    report = site.build()
    header, *lines = site.read(".kommunalnews/manifest").splitlines()
    assert header == "kommunalnews manifest 1"
    listed = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    published = {path: data for path, data in site.published().items() if not path.startswith(".kommunalnews/")}
    assert listed == {path: of_bytes(data) for path, data in published.items()}
    assert tuple(sorted(listed)) == report.written


def test_deleted_files_are_restored_and_only_they(site: SiteFolder) -> None:
    site.build()
    before = site.published()
    gone = [PAGE, "atom.xml", "css/site.css" if (site.destination / "css/site.css").exists() else "css/golden.css"]
    for path in gone:
        (site.destination / path).unlink()
    assert sorted(site.build().written) == sorted(gone)
    assert site.published() == before


def test_a_deleted_folder_is_restored(site: SiteFolder) -> None:
    site.build()
    before = site.published()
    shutil.rmtree(site.destination / "meldungen")
    site.build()
    assert site.published() == before


@pytest.mark.parametrize("bytes_left", [0, 10])
def test_damaged_files_are_restored(site: SiteFolder, bytes_left: int) -> None:
    site.build()
    before = site.published()
    os.truncate(site.destination / PAGE, bytes_left)
    (site.destination / "atom.xml").write_bytes(b"x" * len(before["atom.xml"]))
    assert sorted(site.build().written) == ["atom.xml", PAGE]
    assert site.published() == before


def test_a_file_that_became_a_link_is_replaced_and_what_it_leads_to_stays(site: SiteFolder) -> None:
    site.build()
    before = site.published()
    elsewhere = site.folder / "elsewhere.html"
    elsewhere.write_text("not ours")
    (site.destination / PAGE).unlink()
    (site.destination / PAGE).symlink_to(elsewhere)
    site.build()
    assert not (site.destination / PAGE).is_symlink()
    assert elsewhere.read_text() == "not ours"
    assert site.published() == before


def test_foreign_files_among_ours_are_left_alone(site: SiteFolder) -> None:
    site.build()
    foreign = ["CNAME", "meldungen/2026/story-1/note.txt", ".well-known/x"]
    for path in foreign:
        (site.destination / path).parent.mkdir(exist_ok=True)
        (site.destination / path).write_text("somebody else's")
    site.delete("content/articles/1.md")
    site.build()
    assert all((site.destination / path).read_text() == "somebody else's" for path in foreign)
    assert not (site.destination / PAGE).exists()


@pytest.mark.parametrize("manifest", [None, b"", b"garbled\n", b"\xff\xfe", b"kommunalnews manifest 99\n"])
def test_a_folder_of_somebody_else_is_refused_and_not_touched(site: SiteFolder, manifest: bytes | None) -> None:
    site.destination.mkdir()
    (site.destination / "thesis.odt").write_text("years of work")
    if manifest is not None:
        (site.destination / ".kommunalnews").mkdir()
        (site.destination / ".kommunalnews/manifest").write_bytes(manifest)
    before = site.published()
    with pytest.raises(BuildStopped) as stopped:
        site.build()
    assert [diagnostic.code for diagnostic in stopped.value.diagnostics] == ["destination-foreign"]
    assert site.published() == before


def test_a_destination_that_is_a_file_is_refused(site: SiteFolder) -> None:
    site.destination.write_text("a file")
    with pytest.raises(BuildStopped) as stopped:
        site.build()
    assert [diagnostic.code for diagnostic in stopped.value.diagnostics] == ["destination-foreign"]


def test_a_manifest_that_names_files_outside_deletes_none(site: SiteFolder) -> None:
    site.build()
    outside = site.folder / "outside.txt"
    outside.write_text("precious")
    with (site.destination / ".kommunalnews/manifest").open("a") as manifest:
        manifest.write(f"{'0' * 32}  ../outside.txt\n{'0' * 32}  {outside}\n")
    site.build()
    assert outside.read_text() == "precious"


def test_a_removed_article_takes_its_files_and_empty_folders_with_it_and_nothing_else(site: SiteFolder) -> None:
    site.build()
    before = set(site.published())
    site.delete("content/articles/pictured/index.md", "content/articles/pictured/dot.png")
    report = site.build()
    gone = before - set(site.published())
    assert gone == set(report.removed)
    assert {path.rpartition("-")[0] or path for path in gone} >= {"bilder/dot", "old.html"}
    assert {path for path in gone if not path.startswith(("bilder/", "meldungen/2026/pictured/"))} == {"old.html"}
    assert not (site.destination / "meldungen/2026/pictured").exists()
    assert not (site.destination / "bilder").exists()


@pytest.mark.parametrize(
    ("first", "then"), [("/a.html", "/a.html/"), ("/a.html/", "/a.html"), ("/a.html/c/", "/a.html")]
)
def test_a_file_may_become_a_folder_and_a_folder_a_file(tmp_path: Path, first: str, then: str) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", aliases=f"[{first}]")})
    site.build()
    site.write({"content/articles/a.md": article("A", aliases=f"[{then}]")})
    report = site.build()
    assert told(report.diagnostics, "en") == []
    assert changed(site.published(), site.clean()) == set()


def test_a_folder_of_somebody_else_in_the_way_costs_one_output(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", aliases="[/a.html]")})
    (site.source / "content/articles/a.md").write_text(article("A"))
    site.build()
    (site.destination / "a.html").mkdir()
    (site.destination / "a.html/note.txt").write_text("somebody else's")
    site.write({"content/articles/a.md": article("A", aliases="[/a.html]", tags="[New]")})
    report = site.build()
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["output-failed"]
    assert "stichworte/new/index.html" in site.published()
    assert (site.destination / "a.html/note.txt").exists()


def test_our_file_replaced_by_a_folder_is_no_crash_when_it_is_to_go(site: SiteFolder) -> None:
    site.build()
    (site.destination / "old.html").unlink()
    (site.destination / "old.html").mkdir()
    site.delete("content/articles/pictured/index.md")
    assert not site.build().failed
    assert (site.destination / "old.html").is_dir()


# ── builds that are cut short ────────────────────────────────────────────────────────────────────────────────────────


class CutShort(Exception):
    """The plug was pulled."""


class PulledPlug(SerialExecutor):
    """An executor that stops the whole build after some items of rendering."""

    def __init__(self, after: int) -> None:
        self.after = after

    def run(self, task, shared, items, *, lost, advance):  # type: ignore[no-untyped-def]
        results = []
        for item in items:
            if isinstance(item, Keyed):
                self.after -= 1
                if self.after < 0:
                    raise CutShort
            results.append(task(shared, item))
        return results


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_build_that_was_cut_short_is_taken_up_again(site: SiteFolder, after: int) -> None:
    with pytest.raises(CutShort):
        site.build(executor=PulledPlug(after))
    (site.destination / ".kommunalnews/new").mkdir(exist_ok=True)
    (site.destination / ".kommunalnews/new/half").write_text("half a fi")
    site.build()
    assert changed(site.published(), site.clean()) == set()


def test_what_a_cut_short_build_published_goes_when_its_article_goes(site: SiteFolder) -> None:
    site.build()
    site.write({"content/articles/new.md": article("The new one", date="2026-11-23", aliases="[/new.html]")})
    with pytest.raises(CutShort):
        site.build(executor=PulledPlug(12))
    assert site.mentions("The new one")
    site.delete("content/articles/new.md")
    site.build()
    assert site.mentions("The new one") == set()
    assert changed(site.published(), site.clean()) == set()


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _foreign(path: Path) -> None:
    path.write_text("somebody was here")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: os.truncate(path, 0),
    "truncated": _truncate,
    "garbled": _garble,
    "overwritten": _foreign,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["", "parsed", "body"])
def test_a_damaged_store_costs_time_and_no_byte(site: SiteFolder, damage: str, part: str) -> None:
    site.build()
    for path in [path for path in (site.cache / part).rglob("*") if path.is_file()]:
        DAMAGES[damage](path)
    site.write({"content/articles/2.md": article("Story 2, revised"), "content/pages/new.md": "---\ntitle: New\n---\n"})
    assert not site.build().failed
    assert changed(site.published(), site.clean()) == set()
    assert site.build().written == ()


def test_a_deleted_store_makes_everything_again_and_writes_nothing(site: SiteFolder) -> None:
    site.build()
    shutil.rmtree(site.cache)
    assert site.build().written == ()


def test_a_store_that_cannot_be_written_is_no_fault(site: SiteFolder) -> None:
    site.cache.write_text("a file where a folder should be")
    assert not site.build().failed
    assert changed(site.published(), site.clean()) == set()


def test_two_destinations_share_a_store_and_not_their_records(site: SiteFolder) -> None:
    site.build()
    other = site.folder / "other"
    site.build(destination=str(other))
    assert site.published(other) == site.published()
    assert site.build().written == ()


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def fault(report: BuildReport) -> str:
    (text,) = told(report.diagnostics, "en")
    return text


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("<p>{{ page.title }}</p>\n{{ page.nothing }}", "templates/standing.html:2"),
        ("<p>\n\n{{ 1 / 0 }}", "templates/standing.html:3"),
        ("{% if %}", "templates/standing.html:1"),
        ("\n{% extends page.title %}", "templates/standing.html:2"),
        ("\n{% include 'nowhere.html' %}", "templates/standing.html:2"),
        ("\n{% import 'broken.html' as broken %}", "templates/broken.html:3"),
        ("\xe4".encode("latin-1").decode("utf-8", "surrogateescape"), "templates/standing.html"),
        ("{{ asset('css/nowhere.css') }}", "templates/standing.html:1"),
    ],
)
def test_a_failing_template_leaves_the_old_page_and_names_its_line(site: SiteFolder, source: str, named: str) -> None:
    site.build()
    before = site.published()
    source_bytes = source.encode("utf-8", "surrogateescape")
    site.write({"templates/standing.html": source_bytes, "templates/broken.html": "\n\n{% macro %}"})
    report = site.build()
    assert report.failed
    assert fault(report).startswith(named)
    assert changed(before, site.published()) == set()
    (site.source / "templates/standing.html").unlink()
    shutil.copy(GOLDEN / "templates/standing.html", site.source / "templates/standing.html")
    assert not site.build().failed
    assert site.published() == before


def test_a_fault_in_an_included_template_names_that_one(site: SiteFolder) -> None:
    site.write({"templates/macros/vendor.html": "{% macro list(vendors) %}\n{{ vendors.nothing }}\n{% endmacro %}"})
    report = site.build()
    assert report.failed
    assert {text.split(": ")[0] for text in told(report.diagnostics, "en")} == {"templates/macros/vendor.html:2:1"}


def test_a_fault_of_one_page_costs_that_page_and_no_other(site: SiteFolder) -> None:
    text = (GOLDEN / "templates/article.html").read_text()
    site.write({"templates/article.html": text.replace("{{ text.", "{{ 1 / (page.title != 'Story 1') }}{{ text.")})
    report = site.build()
    assert len(report.diagnostics) == 1
    assert PAGE not in site.published()
    assert "meldungen/2026/story-2/index.html" in site.published()
    assert "meldungen/2026/story-1/druck.html" in site.published()


def test_a_failed_page_is_tried_again_and_told_again(site: SiteFolder) -> None:
    site.write({"templates/standing.html": "{{ 1 / 0 }}"})
    assert fault(site.build()) == fault(site.build())


def test_a_bad_article_is_left_out_and_the_rest_is_built(site: SiteFolder) -> None:
    site.write({"content/articles/bad.md": "---\ntitle: Bad\n---\n"})
    report = site.build()
    assert report.failed
    assert report.articles == 7
    assert site.mentions("Bad") == set()


def test_strict_makes_errors_of_warnings(site: SiteFolder) -> None:
    site.write({"content/articles/warned.md": article("Warned", "[dead](nowhere.md)")})
    assert not site.build().failed
    assert site.build(strict=True).failed


# ── a site's own templates and static files ──────────────────────────────────────────────────────────────────────────


def test_one_template_of_the_site_stands_before_the_packaged_one_of_its_name(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    site.build()
    before = site.published()
    site.write({"templates/message.html": "<p>Lost at {{ site.title }}?</p>\n"})
    assert site.build().written == ("404.html",)
    assert site.read("404.html") == "<p>Lost at Hilltown Herald?</p>\n"
    shutil.rmtree(site.source / "templates")
    site.build()
    assert site.published() == before


def test_one_static_file_of_the_site_stands_before_the_packaged_one_of_its_name(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    site.build()
    before = site.published()
    site.write({"static/css/base.css": "p {}\n", "static/robots-of-mine.txt": "mine\n"})
    site.build()
    assert site.read("css/base.css") == "p {}\n"
    assert site.read("robots-of-mine.txt") == "mine\n"
    assert changed(before, site.published()) >= {"css/base.css", "robots-of-mine.txt", PAGE}
    shutil.rmtree(site.source / "static")
    site.build()
    assert site.published() == before


def test_hidden_and_backup_files_in_static_are_not_published(site: SiteFolder) -> None:
    site.write({"static/.env": "SECRET", "static/.git/config": "x", "static/a.css~": "x", "static/.well-known/a": "A"})
    site.build()
    assert site.mentions("SECRET", ".git", "a.css~") == set()
    assert site.read(".well-known/a") == "A"


def test_a_template_that_may_be_missing_is_noticed_when_it_comes_and_when_it_goes(site: SiteFolder) -> None:
    site.write(
        {"templates/message.html": "{% include 'own.html' ignore missing %}|{% include ['own.html', 'home.txt'] %}"}
    )
    site.write({"templates/home.txt": "packaged"})
    site.build()
    assert site.read("404.html") == "|packaged"
    site.write({"templates/own.html": "own"})
    assert site.build().written == ("404.html",)
    assert site.read("404.html") == "own|own"
    (site.source / "templates/own.html").unlink()
    assert site.build().written == ("404.html",)


def test_a_link_out_of_static_is_not_followed(site: SiteFolder) -> None:
    (site.folder / "secret.txt").write_text("SECRET")
    (site.source / "static/leak.txt").symlink_to(site.folder / "secret.txt")
    site.build()
    assert site.mentions("SECRET", "leak.txt") == set()


def test_a_file_of_somebody_else_in_the_published_folder_is_neither_replaced_nor_removed(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site")
    site.build()
    (site.destination / "note.txt").write_text("by hand")
    site.write({"static/note.txt": "of the site"})
    report = site.build()
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["output-failed"]
    site.delete("static/note.txt")
    site.build()
    assert (site.destination / "note.txt").read_text() == "by hand"


def test_an_alias_takes_no_file_of_the_site_and_a_refused_one_is_no_redirect(tmp_path: Path) -> None:
    files = {
        "content/articles/a.md": article("A", aliases="[/Old/B]"),
        "content/articles/b.md": article("B", aliases="[/old/b, /only-b]"),
        "static/only-b/index.html": "mine",
    }
    site = SiteFolder(tmp_path / "site", files)
    report = site.build()
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["address-taken", "address-taken"]
    assert site.published()["only-b/index.html"] == b"mine"
    rules = site.published()["_redirects"].decode().splitlines()
    assert [rule.split()[0] for rule in rules if rule.startswith("/")] == ["/Old/B"]


def test_what_cannot_be_published_of_static_is_told(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"static/sound.txt": "sound"})
    (tmp_path / "secret.txt").write_text("secret")
    (site.source / "static/link.txt").symlink_to(tmp_path / "secret.txt")
    (site.source / "static/folder").symlink_to(tmp_path)
    os.mkfifo(site.source / "static/pipe.txt")
    report = site.build()
    told = [(diagnostic.code, diagnostic.location.path) for diagnostic in report.diagnostics]
    assert told == [
        ("file-outside", "static/folder"),
        ("file-outside", "static/link.txt"),
        ("file-irregular", "static/pipe.txt"),
    ]
    assert site.published()["sound.txt"] == b"sound"
    assert not any(b"secret" in data for data in site.published().values())
