"""The toolchain: whatever shapes what is made is part of it, and of nothing else's."""

from pathlib import Path

import pytest
from conftest import missing
from sites import SiteFolder, article

from kommunalnews import toolchain
from kommunalnews.build import templates_of
from kommunalnews.digest import Digest
from kommunalnews.freshness import Keys, keyed


@pytest.fixture
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for every digest anew."""
    monkeypatch.setattr(toolchain, "toolchain", toolchain.toolchain.__wrapped__)


def upgrade(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another version of a library be installed."""
    installed = toolchain._library

    def library(asked: str) -> tuple[str, str] | None:
        return ("99", "/nowhere") if asked == name else installed(asked)

    monkeypatch.setattr(toolchain, "_library", library)


@pytest.mark.usefixtures("_afresh")
@pytest.mark.parametrize(
    "name", ["weasyprint", "pydyf", "pyphen", "segno", "fonttools", "tinycss2", "cssselect2", "tinyhtml5", "markdown"]
)
def test_another_version_of_a_library_is_another_toolchain(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = toolchain.toolchain()
    upgrade(name, monkeypatch)
    assert toolchain.toolchain() != before


def keys(site: SiteFolder) -> dict[str, Digest]:
    """Path → the toolchain in the key of each output."""
    planned = site.planned(pdf=True)
    found, _ = keyed(planned.plan, Keys(planned.plan, templates_of(site.request(), planned)))
    return {one.slot.known.path: one.key.toolchain for one in found}


def test_another_pango_moves_the_pdfs_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A")})
    before = keys(site)
    monkeypatch.setattr(toolchain, "system_libraries", lambda: ("pango 19999",))
    after = keys(site)
    assert {path for path in before if before[path] != after[path]} == {"meldungen/2026/a/a.pdf"}


def test_a_library_that_is_missing_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "_SYSTEM", (("pango", ("libnowhere.so.0",), "pango_version"),))
    assert toolchain.system_libraries.__wrapped__() == ("pango ",)


@pytest.mark.pdf
def test_the_libraries_are_those_that_weasyprint_works_with() -> None:
    try:
        from weasyprint.text import ffi
    except OSError as fault:
        missing(f"WeasyPrint cannot work: {fault}")
    told = dict(line.split() for line in toolchain.system_libraries())
    assert told["pango"] == str(ffi.pango.pango_version())
    assert told.keys() == {"pango", "harfbuzz", "harfbuzz-subset", "fontconfig"}
