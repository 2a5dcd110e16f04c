"""Ways in which an incremental build once could differ from a clean one: each was found, and is held here."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sites import CONFIG, NOW, PIXEL, SiteFolder, article, at, changed

from kommunalnews import build as engine
from kommunalnews.content.model import SourceFile
from kommunalnews.content.sources import read_bytes
from kommunalnews.diagnostics import Diagnostic, Location, error
from kommunalnews.disk import HOLDER, OWN_FOLDER, of_destination
from kommunalnews.executors import Executor, ProcessExecutor, SerialExecutor
from kommunalnews.explaining import explain
from kommunalnews.lock import Busy, held, held_itself
from kommunalnews.outputs import machine
from kommunalnews.planning import BuildStopped
from kommunalnews.requests import BuildReport
from kommunalnews.stages import reading
from kommunalnews.verifying import differences

A = "content/articles/a.md"
PAGE = "meldungen/2026/a/index.html"


def rebuilt(site: SiteFolder) -> BuildReport:
    """A build that leaves what a clean one makes."""
    report = site.build()
    assert changed(site.clean(), site.published()) == set()
    return report


@pytest.mark.parametrize("mode", ["inline", "ssi", "client"])
def test_articles_come_to_be_among_the_newest_and_leave_them(mode: str, tmp_path: Path) -> None:
    executors: list[Executor] = [SerialExecutor(), ProcessExecutor(2)]
    files = {A: article("A", date="2026-10-01")}
    sites = [SiteFolder(tmp_path / str(at), files, config=f"{CONFIG}fragments: {mode}\n") for at in range(2)]
    edits = [(number, True) for number in range(12)] + [(number, False) for number in reversed(range(4, 12))]
    for number, is_new in edits:
        path, date = f"content/articles/n{number}.md", f"2026-10-{number + 2:02}"
        for site, executor in zip(sites, executors, strict=True):
            if is_new:
                site.write({path: article(f"N {number}", date=date, section="Town")})
            else:
                site.delete(path)
            site.build(executor=executor)
        clean = sites[0].clean()
        assert [changed(clean, site.published()) for site in sites] == [set(), set()]


@pytest.mark.parametrize("limit", [1, 2_000])
def test_what_one_article_loses_and_another_gains_moves_both(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "SITEMAP_LIMIT", limit)
    picture = "![A square](square.svg)"
    told = {"corrections": "[{date: 2026-11-21, text: It was two.}]"}
    site = SiteFolder(
        tmp_path / "site",
        {
            "content/articles/square.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
            A: article("A", picture, **told),
            "content/articles/b.md": article("B"),
        },
    )
    rebuilt(site)
    site.write({A: article("A", **told), "content/articles/b.md": article("B", picture)})
    rebuilt(site)
    site.write({A: article("A"), "content/articles/b.md": article("B", picture, **told)})
    rebuilt(site)


def test_a_sitemap_falls_into_parts_and_becomes_one_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SITEMAP_LIMIT", 20)
    site = SiteFolder(tmp_path / "site", {f"content/articles/{n}.md": article(f"S {n}") for n in range(4)})
    parts = site.destination / "sitemap-1.xml", site.destination / "sitemap-2.xml"
    rebuilt(site)
    assert not any(part.exists() for part in parts)
    site.write({f"content/articles/{n}.md": article(f"S {n}") for n in range(4, 20)})
    rebuilt(site)
    assert all(part.exists() for part in parts)
    site.delete(*(f"content/articles/{n}.md" for n in range(4, 20)))
    rebuilt(site)
    assert not any(part.exists() for part in parts)


def test_a_build_that_stops_before_it_publishes_has_read_for_the_next_one(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    with pytest.raises(BuildStopped):
        site.build(store="nowhere://bucket")
    assert list(site.cache.glob("index-*"))
    rebuilt(site)


def test_what_could_not_be_read_once_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = "content/articles/dot.png"
    site = SiteFolder(tmp_path / "site", {A: article("A", "![Dot](dot.png)"), picture: PIXEL})
    for path in (A, picture):
        with monkeypatch.context() as patched:
            patched.setattr(reading, "read_bytes", lambda root, source, path=path: _failing(path, root, source))
            site.write({path: article("A", f"![Dot](dot.png) {time.time_ns()}") if path == A else PIXEL + b" "})
            assert "file-unreadable" in {found.code for found in site.build().diagnostics}
        assert rebuilt(site).diagnostics == ()


def _failing(path: str, root: Path, source: SourceFile) -> bytes | Diagnostic:
    if source.path == path:
        return error("file-unreadable", "Too many open files", Location(path))
    return read_bytes(root, source)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children that their parent ended")
def test_workers_write_nothing_after_their_parent_was_killed(tmp_path: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from kommunalnews.executors import ProcessExecutor

def work(folder, item):
    time.sleep(0.05)
    Path(folder, item).touch()

print("ready", flush=True)
items = [str(number) for number in range(10000)]
ProcessExecutor(2).run(work, sys.argv[1], items, lost=lambda item, loss: None, advance=lambda done: None)
"""
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as process:
        end = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 4 and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    time.sleep(0.3)
    before = len(list(tmp_path.iterdir()))
    assert before >= 4
    time.sleep(0.5)
    assert len(list(tmp_path.iterdir())) == before


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_template_behind_a_link_may_change(what: str, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "own.html").write_text("before", encoding="utf-8")
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    link = site.source / "templates" / ("own.html" if what == "file" else "theme")
    link.symlink_to(theme / "own.html" if what == "file" else theme)
    name = "own.html" if what == "file" else "theme/own.html"
    site.write({"templates/article.html": f'{{% include "{name}" %}}'})
    rebuilt(site)
    assert site.read(PAGE) == "before"
    (theme / "own.html").write_text("after", encoding="utf-8")
    rebuilt(site)
    assert site.read(PAGE) == "after"


def test_a_hidden_template_may_change(tmp_path: Path) -> None:
    files = {A: article("A"), "templates/article.html": '{% include ".own.html" %}', "templates/.own.html": "before"}
    site = SiteFolder(tmp_path / "site", files)
    rebuilt(site)
    site.write({"templates/.own.html": "after!"})
    rebuilt(site)
    assert site.read(PAGE) == "after!"


def test_folders_of_content_may_be_called_as_pythons_own(tmp_path: Path) -> None:
    path = "content/articles/__pycache__/a.md"
    site = SiteFolder(tmp_path / "site", {path: article("A", "Before.")})
    rebuilt(site)
    site.write({path: article("A", "Afterwards.")})
    rebuilt(site)


def test_a_tag_and_a_place_that_look_alike_are_two(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {
            A: article("A", tags='["/Berlin"]', location="BERLIN"),
            "content/articles/b.md": article("B", tags='["/berlin"]', location="berlin"),
            "content/articles/c.md": article("C", tags='["/berlin"]', location="berlin"),
        },
    )
    rebuilt(site)
    for name in "bc":
        text = article(name.upper(), tags='["/BERLIN"]', location="berlin")
        site.write({f"content/articles/{name}.md": text})
        rebuilt(site)


def test_a_file_that_changes_while_the_site_is_built_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = "content/articles/dot.png"
    site = SiteFolder(tmp_path / "site", {A: article("A", "![Dot](dot.png)"), picture: PIXEL})
    from kommunalnews.stages import making

    with monkeypatch.context() as patched:
        patched.setattr(making, "_read", lambda shared, recipe: b"another")
        assert "file-changed" in {found.code for found in site.build().diagnostics}
    assert rebuilt(site).diagnostics == ()


def test_a_damaged_pack_heals(tmp_path: Path) -> None:
    files = {f"content/articles/{n}.md": article(f"N {n}", f"Words {n}.", date=f"2026-10-{n + 1:02}") for n in range(9)}
    site = SiteFolder(tmp_path / "site", files)
    rebuilt(site)
    for pack in (site.cache / "texts").iterdir():
        pack.write_bytes(b"\0" * pack.stat().st_size)
    site.write({"templates/article.html": "{{ body(page.body) }} one"})
    rebuilt(site)
    packs = {path.name: path.stat().st_mtime_ns for path in (site.cache / "texts").iterdir()}
    site.write({"templates/article.html": "{{ body(page.body) }} two"})
    rebuilt(site)
    assert {path.name: path.stat().st_mtime_ns for path in (site.cache / "texts").iterdir()} == packs


def test_what_was_left_beside_is_removed(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    site.build()
    left = [site.cache / f"{name}.0123456789ab" for name in ("index-0123456789abcdef", "now")]
    foreign = site.cache / "somebody-elses.0123456789ab"
    foreign.write_bytes(b"kept")
    for path in left:
        path.write_bytes(b"half")
    site.write({A: article("A", "More.")})
    site.build()
    assert not any(path.exists() for path in left)
    assert foreign.exists()


def test_builds_into_one_folder_wait_for_each_other_whatever_their_stores(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    with held_itself(site.destination, HOLDER) as is_held:
        assert is_held
        with pytest.raises(Busy) as stop:
            site.build(cache="", patience=0)
        assert stop.value.holder.pid == 0  # into what may be somebody else's folder nothing is written
        with pytest.raises(Busy):
            site.build(cache=str(tmp_path / "other"), patience=0)
    told: list[int] = []
    free = threading.Event()

    site.build()

    def hold() -> None:
        with held_itself(site.destination, HOLDER):
            free.set()
            time.sleep(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    free.wait(10)
    with held_itself(site.destination, HOLDER, wait=20, waiting=lambda holder: told.append(holder.pid)) as is_held:
        assert is_held
    thread.join()
    assert told == [os.getpid()]
    assert not (site.destination / HOLDER).exists()


def test_settings_that_change_while_a_build_waits_are_published(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    site.build()
    site.write({A: article("A", "More.")})

    def change(holder: object) -> None:
        site.write({"content/site.yaml": CONFIG.replace("Hilltown Herald", "Silvertown Herald")})
        freed.set()

    freed = threading.Event()
    holding = threading.Event()

    def hold() -> None:
        with held(site.cache):
            holding.set()
            freed.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    engine.build(site.request(patience=20), executor=SerialExecutor(), waiting=change)
    thread.join()
    assert "Silvertown" in site.read("index.html")
    assert site.published() == site.clean()


def test_a_first_build_that_was_cut_short_before_all_else_is_taken_up(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    (site.destination / OWN_FOLDER / "new").mkdir(parents=True)
    site.build()
    assert "meldungen/2026/a/index.html" in site.published()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells what is open on Linux")
@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(2)])
def test_builds_of_one_process_leave_no_file_open(executor: Executor, tmp_path: Path) -> None:
    """A preview builds hundreds of times."""
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    opened = []
    for number in range(4):
        site.write({A: article("A", f"Word {number}.")})
        site.build(executor=executor)
        gc.collect()
        opened.append(len(os.listdir("/proc/self/fd")))
    assert opened[1] == opened[-1]


def test_what_is_kept_about_folders_that_are_gone_goes_after_a_month(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    gone, other = tmp_path / "gone", tmp_path / "other"
    for folder in (gone, other):
        site.build(destination=str(folder), clock=at(NOW))
    kept = [path for path in site.cache.iterdir() if path.name.endswith(of_destination("", gone))]
    assert {path.name.partition("-")[0] for path in kept} == {"published", "standing"}
    long_ago = at(NOW) - 40 * 86_400
    for path in kept:
        os.utime(path, (long_ago, long_ago))
    spare = site.cache / of_destination("spare", gone)
    (spare / "a").mkdir(parents=True)
    os.utime(spare, (long_ago, long_ago))
    site.build(clock=at(NOW))
    assert not any(path.exists() for path in (*kept, spare))
    assert (site.cache / of_destination("published", other)).exists()


def test_verifying_names_what_no_manifest_lists(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    site.build()
    (site.destination / "meldungen/stray.pdf").write_bytes(b"stray")
    assert differences(site.request(), SerialExecutor()) == ("meldungen/stray.pdf",)


def test_a_build_that_keeps_nothing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    site = SiteFolder(tmp_path / "site", {A: article("A")})
    watched: list[str] = []
    monkeypatch.setattr(Path, "touch", lambda self, *_: watched.append(str(self)))
    site.build(cache="")
    assert [path for path in watched if not os.path.isabs(path)] == []


def test_explaining_says_why_it_was_and_why_it_would_be(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {A: article("A"), "content/articles/b.md": article("B")})
    request = site.request()
    assert any("nothing is known" in line for line in explain(request, PAGE, SerialExecutor()))
    site.build()
    told = explain(request, PAGE, SerialExecutor())
    assert any("left alone" in line for line in told)
    assert any("was last made because nothing was known" in line for line in told)
    site.write({A: article("A", "Other words.")})
    assert any("will be made: what it shows" in line for line in explain(request, PAGE, SerialExecutor()))
    site.build()
    told = explain(request, f"/{PAGE.removesuffix('index.html')}", SerialExecutor())
    assert any("was last made because what it shows" in line for line in told)
    assert any("left alone" in line for line in told)
    os.unlink(site.destination / PAGE)
    assert any("missing or was changed" in line for line in explain(request, PAGE, SerialExecutor()))
    site.write({"templates/article.html": "{% include page.title %}"})
    assert any("cannot be made" in line for line in explain(request, PAGE, SerialExecutor()))
    assert explain(request, "nowhere", SerialExecutor()) == ()
