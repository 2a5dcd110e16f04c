"""Pages of which only a block has changed: mended, and the same as made anew."""

import os
from pathlib import Path
from time import perf_counter

import pytest
from sites import CONFIG, SiteFolder, article

from kommunalnews import build as engine
from kommunalnews import kernel, spares
from kommunalnews.digest import of_value
from kommunalnews.executors import SerialExecutor
from kommunalnews.index import Library
from kommunalnews.planning import Desk, plan, read_config
from kommunalnews.profiling import Profile
from kommunalnews.spares import spares_of
from kommunalnews.state import load
from kommunalnews.toolchain import toolchain
from kommunalnews.verifying import differences

FILES = {
    f"content/articles/{number}.md": article(f"Story {number}", date=f"2026-10-{number + 1:02}", tags="[T]")
    for number in range(12)
}
NEW = {"content/articles/new.md": article("New", date="2026-11-01")}
OLD = "meldungen/2026/story-0/index.html"


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    made = SiteFolder(tmp_path / "site", FILES, theme="packaged", config=f"{CONFIG}fragments: inline\n")
    made.build()
    return made


def build(site: SiteFolder) -> Profile:
    profile = Profile(perf_counter)
    engine.build(site.request(), executor=SerialExecutor(), profile=profile)
    return profile


def test_a_new_article_mends_the_pages_of_all_others(site: SiteFolder) -> None:
    site.write(NEW)
    made = build(site)
    assert made.templates["(mended)"].outputs == len(FILES) - 1
    assert made.templates["article.html"].outputs == 2  # its own, and that of its neighbour
    assert "New" in site.read(OLD)
    assert site.published() == site.clean()


def test_a_page_that_somebody_changed_unnoticed_is_made_anew(site: SiteFolder) -> None:
    path = site.destination / OLD
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Story 0", b"Story X"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    site.write(NEW)
    build(site)
    assert "Story X" not in site.read(OLD)
    assert site.published() == site.clean()


def test_a_block_can_be_printed_twice_and_nowhere_else(tmp_path: Path) -> None:
    template = '{{ fragment("latest") }}|{{ page.title }}|{{ fragment("latest") }}'
    files = {**FILES, "templates/article.html": template}
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=f"{CONFIG}fragments: inline\n")
    site.build()
    site.write(NEW)
    assert build(site).templates["(mended)"].outputs == len(FILES) - 1
    assert site.read(OLD).count("On this") == 0
    assert site.read(OLD).count("kn-latest") == 2 * site.read(OLD).split("|")[0].count("kn-latest")
    assert site.published() == site.clean()


def test_a_block_that_a_template_cuts_up_is_a_fault_of_the_template(tmp_path: Path) -> None:
    files = {**FILES, "templates/article.html": '{{ fragment("latest")|truncate(3, true, "", 0) }}'}
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=f"{CONFIG}fragments: inline\n")
    assert {found.code for found in site.build().diagnostics} == {"template-error"}


def test_a_plan_that_remembers_is_the_plan(site: SiteFolder) -> None:
    site.write(NEW)
    request = site.request()
    config, library = read_config(request), Library(site.cache)
    lore = load(site.cache, site.destination, toolchain()).lore
    assert lore.memory
    remembering = plan(request, config, None, SerialExecutor(), library, lore)
    fresh = plan(request, config, None, SerialExecutor(), library)
    assert of_value(remembering.plan.outputs) == of_value(fresh.plan.outputs)
    assert [slot.known for slot in remembering.plan.slots] == [slot.known for slot in fresh.plan.slots]
    assert dict(remembering.plan.parts) == dict(fresh.plan.parts)


def test_verifying_names_what_differs_from_a_clean_build(site: SiteFolder) -> None:
    assert differences(site.request(), SerialExecutor()) == ()
    (site.destination / OLD).write_text("tampered", encoding="utf-8")
    assert differences(site.request(), SerialExecutor()) == (OLD,)


def test_only_what_has_changed_is_parsed(site: SiteFolder) -> None:
    request = site.request()
    library = Library(site.cache)
    before = library.texts.lengths()
    site.write({"content/articles/3.md": article("Story 3", "Other words", date="2026-10-04", tags="[T]")})
    site.build()
    new = library.texts.lengths().keys() - before.keys()
    assert len(new) == 1
    assert library.texts.lengths()[new.pop()] < 1000
    for top, _, names in os.walk(site.source):
        for name in names:
            os.utime(Path(top, name), (1, 1))
    before = library.texts.lengths()
    Desk(request, read_config(request), None, SerialExecutor(), library)
    site.build()
    assert library.texts.lengths() == before


def test_packs_stay_few_however_often_one_edits(site: SiteFolder) -> None:
    for number in range(30):
        site.write({"content/articles/3.md": article("Story 3", f"Words {number}", date="2026-10-04", tags="[T]")})
        site.build()
    index = Library(site.cache)
    context = next(site.cache.glob("index-*"))
    assert index.texts.lengths()
    assert context.stat().st_size < 200_000
    assert site.published() == site.clean()


def test_a_lost_pack_costs_time_and_nothing_else(site: SiteFolder) -> None:
    for pack in (site.cache / "texts").iterdir():
        pack.write_bytes(pack.read_bytes()[:-10])
    site.write(NEW)
    assert site.build().diagnostics == ()
    assert site.published() == site.clean()
    for pack in (site.cache / "texts").iterdir():
        pack.unlink()
    site.write({"content/articles/newer.md": article("Newer", date="2026-11-02")})
    assert site.build().diagnostics == ()
    assert site.published() == site.clean()


def test_a_damaged_text_costs_time_and_nothing_else(site: SiteFolder) -> None:
    for pack in (site.cache / "texts").iterdir():
        pack.write_bytes(b"x" * pack.stat().st_size)
    site.write({"content/articles/0.md": article("Story 0", "New words", date="2026-10-01"), **NEW})
    (site.destination / "meldungen/2026/story-5/index.html").unlink()
    assert site.build().diagnostics == ()
    assert site.published() == site.clean()


def new_inodes(site: SiteFolder, number: int) -> set[int]:
    """What the old article's page stands in after one more article."""
    site.write({f"content/articles/new-{number}.md": article(f"New {number}", date=f"2026-11-{number:02}")})
    site.build()
    assert f"New {number}" in site.read(OLD)
    assert site.published() == site.clean()
    return {(site.destination / OLD).stat().st_ino}


def test_a_page_that_is_mended_each_day_stands_in_two_files_by_turns(site: SiteFolder) -> None:
    if spares_of(site.cache, site.destination) is None or kernel.function("renameat2") is None:
        pytest.skip("this system keeps no spare files")
    first, second, third, fourth = (new_inodes(site, number) for number in (1, 2, 3, 4))
    assert first == third != second == fourth


def test_without_inlined_fragments_no_spare_files_are_kept(site: SiteFolder) -> None:
    new_inodes(site, 1)
    site.write({"content/site.yaml": f"{CONFIG}fragments: ssi\n"})
    site.build()
    assert not any(path.name.startswith("spare-") for path in site.cache.iterdir())
    assert site.published() == site.clean()


def test_after_the_system_has_started_again_a_page_that_was_not_saved_is_made_again(
    site: SiteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if spares_of(site.cache, site.destination) is None or kernel.function("renameat2") is None:
        pytest.skip("this system keeps no spare files")
    new_inodes(site, 1)
    page = site.destination / OLD
    right, times = page.read_bytes(), page.stat().st_mtime_ns
    page.write_bytes(b"x" * len(right))
    os.utime(page, ns=(times, times))
    assert site.build().written == ()  # nothing tells
    (tmp_path / "boot").write_text("another run")
    monkeypatch.setattr(spares, "_RUN", tmp_path / "boot")
    assert OLD in site.build().written
    assert page.read_bytes() == right
    assert site.build().written == ()
