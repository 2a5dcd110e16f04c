"""The same content makes the same bytes: from any folder, clock zone, locale, hash seed and number of processes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sites import GOLDEN, NOW, SiteFolder, at, changed, tree

import kommunalnews
from kommunalnews import build as engine
from kommunalnews import outputs, planning
from kommunalnews.executors import ProcessExecutor
from kommunalnews.recipes import Group, Known
from kommunalnews.requests import BuildRequest

SEVERAL = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0", "LANG": "C"},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "4711", "LANG": "de_DE.UTF-8"},
)
"""Two environments that differ in all of it at once."""


def published(source: Path, destination: Path, *arguments: str, **more: str) -> dict[str, bytes]:
    """Every file of a build by the command line in a process of its own."""
    package = str(Path(kommunalnews.__file__).parent.parent)
    subprocess.run(
        [
            *(sys.executable, "-P", "-m", "kommunalnews", "build", "--now", NOW, "--no-pdf", "--no-cache", *arguments),
            *("-s", str(source), "-d", str(destination)),
        ],
        env={**os.environ, "PYTHONPATH": package, **more},
        check=True,
        capture_output=True,
        timeout=120,
    )
    return tree(destination)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The golden site."""
    return Path(shutil.copytree(GOLDEN, tmp_path_factory.mktemp("golden") / "site"))


@pytest.fixture(scope="module")
def reference(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process makes of it."""
    return published(source, tmp_path_factory.mktemp("reference") / "public", "-j", "1")


def test_two_processes_make_the_bytes_of_one(source: Path, reference: dict[str, bytes], tmp_path: Path) -> None:
    assert changed(reference, published(source, tmp_path / "public", "-j", "2")) == set()


@pytest.mark.parametrize("environment", SEVERAL, ids=["plain", "odd"])
def test_the_environment_moves_no_byte(
    source: Path, reference: dict[str, bytes], tmp_path: Path, environment: dict[str, str]
) -> None:
    assert changed(reference, published(source, tmp_path / "public", "-j", "2", **environment)) == set()


def test_another_folder_with_another_order_of_files_moves_no_byte(
    source: Path, reference: dict[str, bytes], tmp_path: Path
) -> None:
    moved = tmp_path / "an other (Ordner) – ü"
    moved.mkdir()
    for path in sorted(source.rglob("*"), key=lambda path: path.as_posix()[::-1]):
        if path.is_file():
            target = moved / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            os.utime(target, (1, 1))
    assert changed(reference, published(moved, moved / "public", "-j", "1")) == set()


def test_no_path_of_the_machine_is_published(source: Path, reference: dict[str, bytes]) -> None:
    marks = [str(source).encode(), str(Path.cwd()).encode(), str(Path(kommunalnews.__file__).parent).encode()]
    assert [path for path, data in reference.items() if any(mark in data for mark in marks)] == []


def test_the_moment_of_the_build_is_published_nowhere(tmp_path: Path) -> None:
    """A minute later, with nothing due, not one byte is another."""
    site = SiteFolder(tmp_path / "site")
    shutil.copytree(GOLDEN, site.source, dirs_exist_ok=True)
    site.build()
    assert site.build(now="2026-11-23 12:01", cache="").written == ()


def built(source: Path, folder: Path) -> dict[str, bytes]:
    """Every file of a build with two workers of this process."""
    request = BuildRequest(
        str(source), str(folder / "public"), at(NOW), pdf=False, search=True, cache=str(folder / "cache")
    )
    engine.build(request, executor=ProcessExecutor(2))
    return tree(folder / "public")


@pytest.mark.parametrize("bounds", [(0, 0), (0, 10_000), (10_000, 10_000)], ids=["by workers", "here", "held"])
def test_where_outputs_are_planned_moves_no_byte(
    source: Path, reference: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bounds: tuple[int, int]
) -> None:
    monkeypatch.setattr(planning, "_HELD", bounds[0])
    monkeypatch.setattr(planning, "_FEW_GROUPS", bounds[1])
    assert changed(reference, built(source, tmp_path)) == set()


def test_what_a_lost_worker_was_to_plan_is_planned_here(
    source: Path, reference: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = os.getpid()

    def settle(parts: outputs.Parts, group: Group) -> tuple[Known, ...]:
        if os.getpid() != process and not group.digest.startswith("0"):
            os._exit(1)
        return settle_group(parts, group)

    settle_group = outputs.settle_group
    monkeypatch.setattr(outputs, "settle_group", settle)
    monkeypatch.setattr(planning, "_FEW_GROUPS", 0)
    assert changed(reference, built(source, tmp_path)) == set()
