"""The checkout → a wheel and an sdist that carry everything a portal needs."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="requirements-dev.lock brings it")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=REPOSITORY, check=True)
    return folder


def files_below(folder: str) -> set[str]:
    return {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_templates_static_files_and_catalogues(distributions: Path) -> None:
    with zipfile.ZipFile(next(distributions.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert names >= {f"kommunalnews/_packaged/{path}" for path in files_below("templates") | files_below("static")}
    assert names >= {path.removeprefix("src/") for path in files_below("src")}
    assert "kommunalnews/locale/de/LC_MESSAGES/kommunalnews.mo" in names


def test_the_source_distribution_can_build_the_wheel(distributions: Path) -> None:
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= files_below("templates") | files_below("static") | files_below("src")
    assert names >= {"build.py", "pyproject.toml", "requirements.lock", "LICENSE", "README.md"}
    assert not [name for name in names if name.startswith((".venv", "public", ".cache"))]
