"""One tiny site for each diagnostic code, with the exact words that people are shown.

A folder holds what a repository can hold; ``PREPARED`` adds what it cannot: pipes, links, long texts, a destination
that is not ours. ``--update-golden`` writes what is said now into ``expected.txt``; read it before you keep it.
"""

import ast
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sites import PIXEL, SiteFolder, article, told

import kommunalnews
from kommunalnews.build import BuildStopped

HERE = Path(__file__).parent
CODES = sorted(path.name for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("_"))
ELSEWHERE = {
    "body-too-large": "needs a text that exhausts memory: tests/content/test_limits.py",
    "body-too-slow": "depends on the machine's speed: tests/content/test_limits.py",
    "text-too-costly": "depends on the machine's speed: tests/content/test_limits.py",
    "content-missing": "without content/ there is no site.yaml, which is said first; a link in its place is left",
    "file-changed": "needs a file that changes while the site is built: tests/engine/test_truth.py",
    "work-died": "needs a process that dies: tests/engine/test_executors.py",
    "work-hung": "needs a process that hangs: tests/engine/test_executors.py",
    "picture-failed": "needs a picture that the checks let through: tests/engine/test_pictures.py",
    "pdf-asset-refused": "needs WeasyPrint",
    "pdf-characters-missing": "needs WeasyPrint: tests/pdf/test_builds.py",
    "pdf-failed": "needs WeasyPrint",
    "pdf-picture-unreadable": "needs WeasyPrint",
    "pdf-slow": "needs a machine without a library that WeasyPrint can do without: tests/pdf/test_builds.py",
    "pdf-unavailable": "needs a machine without WeasyPrint's libraries",
    "search-failed": "needs a Pagefind that fails: tests/engine/test_search.py",
    "search-unavailable": "needs a machine without Pagefind: tests/engine/test_search.py",
    "store-unreachable": "needs a server that does not answer: tests/store/test_silence.py",
    "store-unusable": "said of --store: tests/cli, tests/store",
    "store-unknown-protocol": "said of --store: tests/cli, tests/store",
    "store-driver-missing": "said of --store: tests/cli, tests/store",
    "cluster-address": "said of --cluster: tests/cluster",
    "cluster-empty": "said of --cluster: tests/cluster",
    "cluster-version": "said of --cluster: tests/cluster",
    "cluster-unreachable": "said of --cluster: tests/cluster/test_command_line.py",
    "cluster-driver-missing": "said of --cluster: tests/cluster/test_command_line.py",
    "cluster-lost": "needs a cluster that is lost: tests/cluster",
    "file-exists": "said by “new”: tests/cli",
    "folder-not-empty": "said by “init”: tests/cli",
    "page-unknown": "said by “new”: tests/cli",
    "section-missing": "said by “new”: tests/cli",
    "section-unknown": "said by “new”: tests/cli",
    "title-missing": "said by “new”: tests/cli",
    "unwritable": "said by “new” and “init”: tests/cli",
}
"""Codes without a folder, and why."""


def _write(path: str, data: str | bytes) -> Callable[[SiteFolder], None]:
    return lambda site: site.write({path: data})


def _collide(site: SiteFolder) -> None:
    site.write({"content/articles/Bridge.md": article("A"), "content/articles/bridge.md": article("B")})


def _pipe(site: SiteFolder) -> None:
    (site.source / "content/articles").mkdir()
    os.mkfifo(site.source / "content/articles/pipe.md")


def _lead_outside(site: SiteFolder) -> None:
    (site.folder / "outside.md").write_text(article("Outside"))
    (site.source / "content/articles").mkdir()
    (site.source / "content/articles/link.md").symlink_to(site.folder / "outside.md")


def _dangle(site: SiteFolder) -> None:
    (site.source / "content/articles").mkdir()
    (site.source / "content/articles/link.md").symlink_to("nowhere.md")


def _forget_settings(site: SiteFolder) -> None:
    (site.source / "content/site.yaml").unlink()


def _occupy(site: SiteFolder) -> dict[str, Any]:
    site.destination.mkdir()
    (site.destination / "thesis.odt").write_text("years of work")
    return {}


def _publish_inside(site: SiteFolder) -> dict[str, Any]:
    return {"destination": str(site.source / "static/out")}


def _block(site: SiteFolder) -> dict[str, Any]:
    (site.folder / "file").write_text("")
    return {"destination": str(site.folder / "file/public")}


def _stand_in_the_way(site: SiteFolder) -> dict[str, Any]:
    (site.destination / ".kommunalnews").mkdir(parents=True)
    (site.destination / ".kommunalnews/manifest").write_text("kommunalnews manifest 1\n")
    (site.destination / "404.html").mkdir()
    (site.destination / "404.html/note.txt").write_text("somebody else's")
    return {}


def _png(width: int, height: int) -> bytes:
    """A black picture, two colours deep."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return PIXEL[:8] + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


def _gif() -> bytes:
    """A dot that turns from black to white."""
    frame = bytes.fromhex("21f90400640000002c00000000010001000002024401") + b"\0"
    other = frame.replace(bytes.fromhex("4401"), bytes.fromhex("4c01"))
    return b"GIF89a" + bytes.fromhex("0100010080000000000 0ffffff".replace(" ", "")) + frame + other + b";"


PREPARED: dict[str, Callable[[SiteFolder], dict[str, Any] | None]] = {
    "body-too-long": _write("content/articles/a.md", article("Long", "word " * 200_001)),
    "encoding": _write("content/articles/a.md", article("Brücke", "Gesperrt für drei Tage.").encode("latin-1")),
    "file-collision": _collide,
    "file-irregular": _pipe,
    "file-name": _write("content/articles/bell\x07.md", article("Bell")),
    "file-outside": _lead_outside,
    "file-too-large": _write("content/articles/a.md", article("Large", "x" * (1 << 20))),
    "file-unreadable": _dangle,
    "front-matter-too-long": _write("content/articles/a.md", article("Long", kicker="word " * 15_000)),
    "picture-animated": _write("content/images/hall.gif", _gif()),
    "picture-mislabelled": _write("content/images/hall.jpg", PIXEL),
    "picture-too-large": _write("content/images/hall.png", _png(8_000, 8_000)),
    "site-missing": _forget_settings,
    "value-too-long": _write("content/authors.yaml", f"bs: {{name: B, bio: {'word ' * 15_000}}}\n"),
    "destination-foreign": _occupy,
    "destination-inside": _publish_inside,
    "destination-unwritable": _block,
    "output-failed": _stand_in_the_way,
}
BUILT = {
    "template-error",
    "template-unusable",
    "destination-foreign",
    "destination-inside",
    "destination-unwritable",
    "output-failed",
}
"""Codes that a check does not find."""


def said(folder: Path, code: str) -> str:
    """What people are shown of the site, without a path of this machine."""
    site = SiteFolder(folder)
    shutil.copytree(HERE / code, site.source, dirs_exist_ok=True)
    asked = (PREPARED[code](site) if code in PREPARED else None) or {}
    try:
        report = site.build(**asked) if code in BUILT else site.check(**asked)
        lines = told(report.diagnostics, report.language)
    except BuildStopped as stopped:
        lines = told(stopped.diagnostics, stopped.language)
    return "\n\n".join(lines).replace(str(site.folder), "FOLDER") + "\n"


@pytest.mark.parametrize("code", CODES)
def test_a_broken_site_is_told_in_these_words(tmp_path: Path, code: str, update_golden: bool) -> None:
    found, expected = said(tmp_path / "site", code), HERE / code / "expected.txt"
    if update_golden:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
    assert f"[{code}]" in found


# ── every code has a folder ──────────────────────────────────────────────────────────────────────────────────────────

MAKERS = {"error", "warning", "Problem", "refuse", "_add", "_stop", "_warn"}
"""Functions that take a code first."""
SINGLE_WORDS = {"encoding", "language", "unwritable"}
"""Codes without a hyphen; other single words are no codes."""


def codes_in(source: str) -> Iterator[str]:
    """Every diagnostic code that a module names."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(code)), *_]):
                if name in MAKERS and (re.fullmatch("[a-z]+(-[a-z]+)+", code) or code in SINGLE_WORDS):
                    yield code


def test_every_code_has_a_folder_or_a_reason() -> None:
    package = Path(kommunalnews.__file__).parent
    known = {code for path in package.rglob("*.py") for code in codes_in(path.read_text(encoding="utf-8"))}
    assert len(known) > 80
    assert known - set(CODES) - set(ELSEWHERE) == set()
    assert set(CODES) - known == set()
    assert set(ELSEWHERE) - known == set()
    assert set(ELSEWHERE) & set(CODES) == set()


def test_three_of_them_speak_german() -> None:
    german = [code for code in CODES if "language: de" in _settings(code)]
    assert len(german) >= 3


def _settings(code: str) -> str:
    path = HERE / code / "content/site.yaml"
    return path.read_text(encoding="utf-8") if path.exists() else ""
