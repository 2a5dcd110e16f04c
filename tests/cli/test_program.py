"""The program as such: version, help, and what they cost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import kommunalnews

from .portal import environment, run

HEAVY = (
    "jinja2",
    "markdown",
    "weasyprint",
    "starlette",
    "uvicorn",
    "rich",
    "nh3",
    "yaml",
    "PIL",
    "asyncio",
    "watchfiles",
)
_PROBE = """
import json, sys
from kommunalnews.cli import main
try:
    main()
finally:
    print("\\n" + json.dumps(sorted(sys.modules)))
"""


def test_version_is_the_packages(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout == f"kommunalnews {kommunalnews.__version__}\n"


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("new", "--help")], ids=" ".join)
def test_version_and_help_import_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments],
        cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", timeout=60, check=True,
    )  # fmt: skip
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize("command", ["build", "serve", "check", "new", "init", "list"])
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, "--help")
    assert done.returncode == 0
    assert f"kommunalnews {command}" in done.stdout
    assert f"  {command}  " in run(tmp_path, "--help").stdout


def test_help_speaks_the_language_of_the_terminal(tmp_path: Path) -> None:
    done = run(tmp_path, "build", "--help", LANG="de_DE.UTF-8")
    assert "Optionen" in done.stdout
    assert "Entwürfe" in done.stdout


def test_an_unknown_command_exits_2(tmp_path: Path) -> None:
    done = run(tmp_path, "bild")
    assert done.returncode == 2
    assert "bild" in done.stderr


def test_help_can_be_shown_by_a_terminal_that_knows_no_umlauts(tmp_path: Path) -> None:
    assert run(tmp_path, "--help", LANG="de_DE.ISO-8859-1", PYTHONIOENCODING="ascii").returncode == 0
