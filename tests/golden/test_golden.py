"""One small site with its own templates, compared as a tree; ``--update-golden`` rewrites it, the diff is reviewed."""

import shutil
from pathlib import Path

import pytest
from sites import GOLDEN, SiteFolder, is_packaged

EXPECTED = GOLDEN.parent / "expected"


def built(tmp_path: Path) -> dict[str, bytes]:
    """What the golden site becomes: without the packaged files, which are the looks' affair, and our own folder."""
    site = SiteFolder(tmp_path / "site")
    shutil.copytree(GOLDEN, site.source, dirs_exist_ok=True)
    report = site.build()
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["link-withheld"]
    published = site.published()
    return {
        path: data
        for path, data in published.items()
        if not is_packaged(path) and not path.startswith(".kommunalnews/")
    }


def test_the_golden_site_is_what_it_was(tmp_path: Path, update_golden: bool) -> None:
    found = built(tmp_path)
    if update_golden:
        shutil.rmtree(EXPECTED, ignore_errors=True)
        for path, data in found.items():
            (EXPECTED / path).parent.mkdir(parents=True, exist_ok=True)
            (EXPECTED / path).write_bytes(data)
    expected = {
        path.relative_to(EXPECTED).as_posix(): path.read_bytes() for path in EXPECTED.rglob("*") if path.is_file()
    }
    assert sorted(found) == sorted(expected)
    for path, data in found.items():
        assert data.decode() == expected[path].decode(), path


@pytest.mark.parametrize("path", sorted(path.name for path in (GOLDEN / "templates").rglob("*.*")))
def test_the_golden_templates_stand_for_packaged_ones(path: str) -> None:
    """A template of a kind that no longer exists would be kept for nothing."""
    from kommunalnews.resources import packaged

    own = {"base.html", "text.html"}
    assert path in own or any(packaged("templates").rglob(path))
