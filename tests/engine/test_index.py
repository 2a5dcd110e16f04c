"""What is known of the sources between builds: the whole, or a revision of it, and nothing wrong in either."""

from pathlib import Path

import pytest
from sites import SiteFolder, article

COUNT = 20


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    files = {f"content/articles/{number}.md": story(number) for number in range(COUNT)}
    built = SiteFolder(tmp_path / "site", files)
    built.build()
    return built


def story(number: int, body: str = "Words.") -> str:
    return article(f"Story {number}", f"{body} It is number {number}.", date=f"2026-10-{number + 1:02}")


def files_of(site: SiteFolder, kind: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in site.cache.glob(f"{kind}-*")}


def test_an_edit_is_written_down_beside_the_index(site: SiteFolder) -> None:
    before = files_of(site, "index")
    assert len(before) == 1
    assert files_of(site, "revision") == {}
    for number in (3, 4, 5):
        site.write({f"content/articles/{number}.md": story(number, f"Other words {number}.")})
        site.build()
    assert files_of(site, "index") == before
    (revision,) = files_of(site, "revision").values()
    assert all(f"content/articles/{number}.md".encode() in revision for number in (3, 4, 5))
    assert b"content/articles/6.md" not in revision
    assert site.published() == site.clean()


def test_an_index_of_which_much_has_changed_is_written_anew(site: SiteFolder) -> None:
    before = files_of(site, "index")
    site.write({"content/articles/3.md": story(3, "Other words.")})
    site.build()
    site.write({f"content/articles/{number}.md": story(number, "Other words.") for number in range(12)})
    site.build()
    assert files_of(site, "index") != before
    assert files_of(site, "revision") == {}
    assert site.published() == site.clean()


def test_what_is_deleted_and_comes_again_is_read_again(site: SiteFolder) -> None:
    path = "content/articles/7.md"
    site.delete(path)
    site.build()
    assert not (site.destination / "meldungen/2026/story-7").exists()
    site.write({path: story(7, "It is back.")})
    site.build()
    assert "It is back." in site.read("meldungen/2026/story-7/index.html")
    site.delete(path)
    site.build()
    assert site.published() == site.clean()


@pytest.mark.parametrize("kind", ["index", "revision"])
@pytest.mark.parametrize("damage", ["emptied", "cut", "turned", "gone"])
def test_a_damaged_index_costs_time_and_nothing_else(kind: str, damage: str, site: SiteFolder) -> None:
    site.write({"content/articles/3.md": story(3, "Other words.")})
    site.build()
    (path,) = site.cache.glob(f"{kind}-*")
    data = path.read_bytes()
    match damage:
        case "emptied":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(data[: len(data) // 2])
        case "turned":
            path.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
        case "gone":
            path.unlink()
    site.write({"content/articles/5.md": story(5, "More words.")})
    assert site.build().diagnostics == ()
    assert site.published() == site.clean()


def test_a_revision_of_another_index_is_none(site: SiteFolder) -> None:
    site.write({"content/articles/3.md": story(3, "Other words.")})
    site.build()
    (path,) = site.cache.glob("revision-*")
    old = path.read_bytes()
    site.write({f"content/articles/{number}.md": story(number, "New words.") for number in range(12)})
    site.build()
    path.write_bytes(old)
    site.write({"content/articles/15.md": story(15, "More words.")})
    site.build()
    assert site.published() == site.clean()
