"""Compressed twins of text files: owned, kept and made anew like any other output."""

import gzip
from pathlib import Path

import brotli
import pytest
from sites import CONFIG, SiteFolder, article, changed

from kommunalnews.stages.compressing import compressed
from kommunalnews.verifying import differences

FILES = {"content/articles/a.md": article("A", slug="a"), "content/articles/b.md": article("B", slug="b")}
PAGE = "meldungen/2026/a/index.html"


def portal(folder: Path, more: str = "precompress: [br, gz]\n") -> SiteFolder:
    """A small site that was built."""
    site = SiteFolder(folder / "site", FILES, config=CONFIG + more)
    assert site.build().diagnostics == ()
    return site


def twins(site: SiteFolder) -> dict[str, bytes]:
    return {path: data for path, data in site.published().items() if path.endswith((".br", ".gz"))}


def test_every_text_file_has_its_twins_and_they_say_the_same(tmp_path: Path) -> None:
    site = portal(tmp_path)
    published, found = site.published(), twins(site)
    texts = {path for path in published if path.endswith((".html", ".css", ".js", ".xml", ".json", ".txt", ".svg"))}
    assert texts
    assert {path.rpartition(".")[0] for path in found} - texts == {"manifest.webmanifest"}
    for path in texts:
        assert gzip.decompress(published[f"{path}.gz"]) == published[path]
        assert brotli.decompress(published[f"{path}.br"]) == published[path]
    manifest = site.read(".kommunalnews/manifest")
    assert all(f"  {path}\n" in manifest for path in found)


def test_nobody_who_does_not_ask_has_any(tmp_path: Path) -> None:
    assert twins(portal(tmp_path, "")) == {}


def test_an_edit_compresses_what_it_changes_and_nothing_else(tmp_path: Path) -> None:
    site = portal(tmp_path)
    assert site.build().written == ()
    before = site.published()
    site.write({"content/articles/a.md": article("A", "Other words.", slug="a", lead="The same.")})
    site.build()
    after = site.published()
    edited = {path for path in changed(before, after) if not path.startswith(".kommunalnews/")}
    assert {f"{PAGE}.br", f"{PAGE}.gz"} <= edited
    assert all(f"{path}.gz" in edited for path in edited if f"{path}.gz" in after)
    assert "meldungen/2026/b/druck.html.gz" not in edited
    assert after == site.clean()


def test_what_is_removed_or_damaged_or_no_longer_wanted_takes_its_twins_along(tmp_path: Path) -> None:
    site = portal(tmp_path)
    (site.destination / f"{PAGE}.br").write_bytes(b"somebody was here")
    (site.destination / "robots.txt.gz").unlink()
    assert set(site.build().written) == {f"{PAGE}.br", "robots.txt.gz"}
    site.delete("content/articles/a.md")
    site.build()
    assert not site.mentions("meldungen/2026/a/")
    assert differences(site.request()) == ()
    site.write({"content/site.yaml": CONFIG})
    site.build()
    assert twins(site) == {}


def test_a_twin_that_the_site_brings_itself_stays(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {"static/js/own.js": "1", "static/js/own.js.gz": b"mine"},
        config=CONFIG + "precompress: gz\n",
    )
    site.build()
    assert (site.destination / "js/own.js.gz").read_bytes() == b"mine"


def test_pages_with_server_side_includes_have_none(tmp_path: Path) -> None:
    found = twins(portal(tmp_path, "precompress: [gz]\nfragments: ssi\n"))
    assert found
    assert not [path for path in found if ".html" in path]


@pytest.mark.parametrize("coding", ["br", "gz"])
def test_compressed_bytes_hold_no_time_and_no_name(coding: str) -> None:
    data = b"the same words " * 50
    assert coding in ("br", "gz")
    once = compressed(data, coding, thoroughly=True)  # type: ignore[arg-type]
    assert once == compressed(data, coding, thoroughly=True)  # type: ignore[arg-type]
    if coding == "gz":
        assert once[3:8] == bytes(5)  # no flags, no time
