"""Rendered pages that are kept for a folder that has none: the same as rendered anew, whatever befalls the packs."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sites import CONFIG, SiteFolder, article

from kommunalnews import build as engine
from kommunalnews.digest import Digest, of_bytes
from kommunalnews.executors import Executor, ProcessExecutor, SerialExecutor
from kommunalnews.packs import Packs
from kommunalnews.profiling import Profile
from kommunalnews.publish import Destination
from kommunalnews.recipes import Hole
from kommunalnews.shelf import Shelf

FILES = {
    f"content/articles/{number}.md": article(f"Story {number}", date=f"2026-10-{number + 1:02}", tags="[T]")
    for number in range(12)
}
NEW = {"content/articles/new.md": article("New", date="2026-11-01")}
OLD = "meldungen/2026/story-0/index.html"
KEPT = {"article.html", "list.html", "terms.html", "home.html", "search.html", "message.html"}
"""Templates of pages that have a masthead."""


@pytest.fixture(params=["inline", "ssi", "client"])
def site(tmp_path: Path, request: pytest.FixtureRequest) -> SiteFolder:
    made = SiteFolder(tmp_path / "site", FILES, theme="packaged", config=f"{CONFIG}fragments: {request.param}\n")
    made.build()
    return made


@pytest.fixture
def inline(tmp_path: Path) -> SiteFolder:
    made = SiteFolder(tmp_path / "site", FILES, theme="packaged", config=f"{CONFIG}fragments: inline\n")
    made.build()
    return made


def made_by(site: SiteFolder, executor: Executor | None = None) -> dict[str, int]:
    """Build; how many outputs were made with what."""
    profile = Profile(perf_counter)
    report = engine.build(site.request(), executor=executor or SerialExecutor(), profile=profile)
    assert report.diagnostics == ()
    return {name: spent.outputs for name, spent in profile.templates.items()}


def packs_of(site: SiteFolder) -> list[Path]:
    return sorted((site.cache / "pages").glob("*.pages"))


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(2)], ids=["serial", "processes"])
def test_a_fresh_checkout_renders_nothing(site: SiteFolder, executor: Executor) -> None:
    before = site.published()
    shutil.rmtree(site.destination)
    made = made_by(site, executor)
    assert made["(restored)"] > 20
    assert KEPT.isdisjoint(made)
    assert site.published() == before == site.clean()


def test_what_others_change_in_a_page_is_of_today(site: SiteFolder) -> None:
    shutil.rmtree(site.destination)
    site.write(NEW)
    made = made_by(site)
    assert made["article.html"] <= 4  # its own, and those of others at the top
    assert made["(restored)"] > len(FILES)
    assert site.published() == site.clean()


def test_another_folder_has_the_same_pages(site: SiteFolder) -> None:
    other = str(site.folder / "other")
    profile = Profile(perf_counter)
    engine.build(site.request(destination=other), executor=SerialExecutor(), profile=profile)
    assert KEPT.isdisjoint(profile.templates)
    assert site.published(Path(other)) == site.published()


def test_pages_that_templates_or_settings_change_are_rendered(inline: SiteFolder) -> None:
    shutil.rmtree(inline.destination)
    inline.write({"templates/print.html": "{{ page.title }}"})
    made = made_by(inline)
    assert made["print.html"] == len(FILES)
    assert "article.html" not in made
    assert inline.published() == inline.clean()
    shutil.rmtree(inline.destination)
    inline.write({"content/site.yaml": f"{CONFIG}fragments: inline\ntagline: News\n"})
    assert made_by(inline)["article.html"] == len(FILES)
    assert inline.published() == inline.clean()


def test_a_few_missing_pages_are_not_looked_for(inline: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shelf, "found", lambda *_: pytest.fail("somebody looked"))
    (inline.destination / OLD).unlink()
    assert made_by(inline)["article.html"] == 1


@pytest.mark.parametrize("damage", ["cut", "zeros", "gone", "empty", "strange"])
def test_a_damaged_shelf_costs_time_and_nothing_else(inline: SiteFolder, damage: str) -> None:
    shutil.rmtree(inline.destination)
    for pack in packs_of(inline):
        data = pack.read_bytes()
        match damage:
            case "cut":
                pack.write_bytes(data[: len(data) // 2])
            case "zeros":
                pack.write_bytes(data[: len(data) // 3] + bytes(len(data) // 3) + data[2 * len(data) // 3 :])
            case "gone":
                pack.unlink()
            case "empty":
                pack.write_bytes(b"")
            case _:
                pack.write_bytes(b"\xff" * len(data))
    made = made_by(inline)
    assert made["article.html"] > 0
    assert inline.published() == inline.clean()


def test_drafts_are_kept_apart_by_what_they_are_made_of(inline: SiteFolder) -> None:
    inline.write({"content/articles/secret.md": article("Sekret", date="2026-11-02", draft="true")})
    inline.build(drafts=True, destination=str(inline.folder / "preview"))
    shutil.rmtree(inline.destination)
    made_by(inline)
    assert inline.mentions("Sekret", "sekret") == set()
    assert inline.published() == inline.clean()


def test_nothing_is_kept_without_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shelf, "put", lambda *_: pytest.fail("something was kept"))
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    engine.build(site.request(cache=""), executor=SerialExecutor())
    assert not site.cache.exists()


def test_the_shelf_stays_small_however_often_one_edits(inline: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunalnews.shelf._MANY", 6)
    first = sum(pack.stat().st_size for pack in packs_of(inline))
    for number in range(20):
        inline.write({"content/articles/3.md": article("Story 3", f"Words {number}", date="2026-10-04", tags="[T]")})
        inline.build()
        assert len(packs_of(inline)) <= 6 + 1
    assert sum(pack.stat().st_size for pack in packs_of(inline)) < 4 * first
    shutil.rmtree(inline.destination)
    assert KEPT.isdisjoint(made_by(inline))
    assert inline.published() == inline.clean()


def test_what_another_folder_shows_is_not_swept_away(inline: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunalnews.shelf._SPARE", 0)
    other = str(inline.folder / "other")
    for number in range(4):
        for destination, url in ((str(inline.destination), ""), (other, f"http://localhost/{number}/")):
            inline.build(destination=destination, base_url=url)
    shutil.rmtree(inline.destination)
    assert KEPT.isdisjoint(made_by(inline))


def test_a_template_that_is_broken_for_a_while_costs_no_pages(
    inline: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shelf, "needs_sweeping", lambda shelf: True)
    monkeypatch.setattr(Shelf, "sweep", lambda *_: pytest.fail("swept"))
    inline.write({"templates/print.html": "{% if"})
    assert {found.code for found in inline.build().diagnostics} == {"template-unusable"}


KEYS = [Digest(f"{number:032x}") for number in range(200)]


def page(key: Digest) -> bytes:
    return f"<p>The page {key} </p>".encode() * 40


def put(shelf: Shelf, key: Digest, holes: tuple[Hole, ...] = ()) -> None:
    shelf.put(key, page(key), of_bytes(page(key)), holes)


def shelved(folder: Path, keys: Iterable[Digest], each: int = 1) -> None:
    """Pages of several builds, which made ``each`` of them."""
    keys = list(keys)
    for start in range(0, len(keys), each):
        shelf = Shelf(folder)
        for key in keys[start : start + each]:
            put(shelf, key)


def whole(folder: Path) -> set[Digest]:
    """The keys of the pages that are kept as they were."""
    found = Shelf(folder).found(set(KEYS))
    return {key for key, kept in found.items() if Shelf(folder).get(kept) == page(key)}


def test_many_packs_are_put_together(tmp_path: Path) -> None:
    shelved(tmp_path, KEYS[:60])
    assert Shelf(tmp_path).needs_sweeping()
    Shelf(tmp_path).sweep(set(KEYS[:60:2]))
    assert not Shelf(tmp_path).needs_sweeping()
    assert whole(tmp_path) == set(KEYS[:60:2])
    shelved(tmp_path, KEYS[60:120])
    Shelf(tmp_path).sweep(set(KEYS))
    assert whole(tmp_path) == {*KEYS[:60:2], *KEYS[60:120]}
    assert len(list(tmp_path.glob("*.pages"))) <= 20


def test_packs_of_which_little_is_wanted_are_written_anew(tmp_path: Path) -> None:
    shelved(tmp_path, KEYS[:80], each=20)
    before = {pack: pack.stat().st_size for pack in tmp_path.glob("*.pages")}
    Shelf(tmp_path).sweep({*KEYS[:20], *KEYS[20:25], *KEYS[40:55]})
    assert whole(tmp_path) >= {*KEYS[:25], *KEYS[40:55]}
    after = {pack: pack.stat().st_size for pack in tmp_path.glob("*.pages")}
    assert len(after.keys() & before.keys()) == 2
    assert sum(after.values()) < sum(before.values()) * 0.6


@pytest.mark.parametrize("packs", [1, 4, 8, 40])
def test_packs_of_which_all_is_wanted_stay_where_they_are(tmp_path: Path, packs: int) -> None:
    shelved(tmp_path, KEYS[: 5 * packs], each=5)
    before = {pack: pack.stat() for pack in tmp_path.glob("*.pages")}
    Shelf(tmp_path).sweep(set(KEYS))
    assert {pack: pack.stat() for pack in tmp_path.glob("*.pages")} == before


def test_growth_counts_from_what_the_last_sweep_has_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunalnews.shelf._SPARE", 0)
    shelved(tmp_path, KEYS[:20], each=10)
    assert Shelf(tmp_path).needs_sweeping()
    Shelf(tmp_path).sweep(set(KEYS))
    assert not Shelf(tmp_path).needs_sweeping()
    shelved(tmp_path, KEYS[20:29], each=9)
    assert not Shelf(tmp_path).needs_sweeping()
    shelved(tmp_path, KEYS[30:33])
    assert Shelf(tmp_path).needs_sweeping()


def test_who_sweeps_may_go_on_keeping(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for key in KEYS[:3]:
        put(shelf, key)
    shelf.sweep({KEYS[0]})
    put(shelf, KEYS[3])
    assert whole(tmp_path) == {KEYS[0], KEYS[3]}


def test_where_there_is_no_room_to_put_them_together_all_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelved(tmp_path, KEYS[:60])
    monkeypatch.setattr(Packs, "put", lambda self, data: None)
    Shelf(tmp_path).sweep(set(KEYS[:50]))
    assert whole(tmp_path) == set(KEYS[:50])


def test_of_two_that_are_alike_the_later_counts(tmp_path: Path) -> None:
    put(Shelf(tmp_path), KEYS[0])
    (first,) = tmp_path.glob("*.pages")
    first.write_bytes(first.read_bytes()[:-1] + b"x")
    os.utime(first, (1, 1))
    assert whole(tmp_path) == set()
    put(Shelf(tmp_path), KEYS[0])
    assert whole(tmp_path) == {KEYS[0]}
    Shelf(tmp_path).sweep(set(KEYS))
    assert whole(tmp_path) == {KEYS[0]}


def test_a_full_disk_ends_the_keeping_in_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelved(tmp_path, KEYS[:4])
    one, other = Shelf(tmp_path), Shelf(tmp_path)
    put(one, KEYS[5])
    assert len(one.found(set(KEYS))) == 5  # which opens all packs
    put(other, KEYS[6])
    held = [os.open(pack, os.O_RDONLY) for pack in tmp_path.glob("*.pages")]
    other.give_up()
    assert [os.fstat(file).st_size for file in held] == [0] * len(held)
    for shelf in (one, other):
        put(shelf, KEYS[7])
    assert [os.fstat(file).st_size for file in held] == [0] * len(held)
    assert list(tmp_path.glob("*.pages")) == []
    for file in held:
        os.close(file)


def test_a_page_that_cannot_be_kept_is_the_last_that_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, KEYS[0])
    with monkeypatch.context() as patch:  # the disk is full
        write = os.write
        patch.setattr(os, "write", lambda file, data: write(file, data[:20]))
        put(shelf, KEYS[1])
    put(shelf, KEYS[2])
    assert list(tmp_path.glob("*.pages")) == []


def test_where_half_a_piece_was_written_the_next_begins_another_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = Packs(tmp_path, ".texts")
    first = packs.put(b"first")
    with monkeypatch.context() as patch:
        write = os.write
        patch.setattr(os, "write", lambda file, data: write(file, data[:2]))
        assert packs.put(b"second") is None
    third = packs.put(b"third")
    assert first is not None
    assert third is not None
    assert (third.pack == first.pack, third.offset) == (False, 0)


def test_where_the_disk_is_full_the_shelf_makes_room(inline: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_beside = Destination._put_beside

    def full(self: Destination, data: bytes) -> tuple[str, os.stat_result]:
        if packs_of(inline):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return put_beside(self, data)

    monkeypatch.setattr(Destination, "_put_beside", full)
    inline.write({"content/site.yaml": f"{CONFIG}fragments: inline\ntagline: News\n"})
    assert made_by(inline)["article.html"] == len(FILES)
    assert packs_of(inline) == []
    monkeypatch.undo()
    assert inline.published() == inline.clean()


@given(st.data())
@settings(max_examples=200)
def test_whatever_is_damaged_nothing_wrong_is_found(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shelf = Shelf(folder)
        holes = (Hole("latest", 3, 0), Hole("more", 300, 0))
        for key in KEYS[:4]:
            put(shelf, key, holes)
        (pack,) = folder.glob("*.pages")
        written = bytearray(pack.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            written[data.draw(st.integers(0, len(written) - 1))] ^= data.draw(st.integers(1, 255))
        pack.write_bytes(written)
        for key, kept in Shelf(folder).found(set(KEYS)).items():
            assert Shelf(folder).get(kept) in (None, page(key))
            assert kept.holes == holes


def test_packs_are_found_by_their_suffix(tmp_path: Path) -> None:
    one, other = Packs(tmp_path, ".texts"), Packs(tmp_path, ".pages")
    place = one.put(b"text")
    assert place is not None
    assert other.lengths() == {}
    assert one.lengths() == {place.pack: 4}
    assert one.get(place, of_bytes(b"text")) == b"text"
