"""What every test may ask for."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

UNCOUNTED = (
    *("door", "published", "serve"),
    *("engine/test_determinism.py", "engine/test_histories.py", "engine/test_mending.py", "engine/test_truth.py"),
    *("pdf/test_articles.py", "pdf/test_builds.py", "pdf/test_gate.py", "pdf/test_issues.py"),
    "pdf/test_paper_design.py",
)
"""Tests whose lines are not counted for coverage: others pass the same lines, and counting doubles what these take."""
_COUNTING = "COVERAGE_PROCESS_CONFIG"
"""Tells Python programs to count as well."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` rewrites what the golden site and the broken sites are compared with."""
    parser.addoption("--update-golden", action="store_true", help="rewrite expected outputs; review the difference")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that are not counted."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(UNCOUNTED):
            item.add_marker("no_cover")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep programs that such a test starts, or a fixture that it is the first to ask for, from counting."""
    told = os.environ.pop(_COUNTING, None) if item.get_closest_marker("no_cover") else None
    result = yield
    if told is not None:
        os.environ[_COUNTING] = told
    return result


@pytest.fixture(scope="session")
def update_golden(pytestconfig: pytest.Config) -> bool:
    """Whether expected outputs are to be rewritten."""
    return bool(pytestconfig.getoption("--update-golden"))


def is_ci() -> bool:
    """Whether every test must run: ``CI`` or ``KOMMUNALNEWS_CI`` is set to more than a no."""
    return any(os.environ.get(name, "").lower() not in ("", "0", "false", "no") for name in ("CI", "KOMMUNALNEWS_CI"))


def missing(reason: str) -> None:
    """Skip the test, for ``reason``; where CI runs, fail it: a green CI has run every test."""
    if is_ci():
        pytest.fail(f"CI must have it: {reason}", pytrace=False)
    pytest.skip(reason)


BRIEFLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options with which Java takes half the time for a program that soon ends."""


def require_tool(name: str) -> str:
    """The path of the program ``name``; without it the test is skipped, or failed where CI runs."""
    beside_python = os.path.dirname(sys.executable)
    found = shutil.which(name) or shutil.which(name, path=beside_python)
    if found is None:
        missing(f"the program “{name}” is not installed")
    return found or name


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process: Playwright has room for one of its kind."""
    with sync_playwright() as playwright:
        quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        # Tests of PDFs make fontconfig forget the machine's faces in this process; a reader's browser knows them.
        environment: dict[str, str | float | bool] = {**os.environ}
        environment.pop("FONTCONFIG_FILE", None)
        started = playwright.chromium.launch(
            executable_path=require_tool("chromium"), args=["--no-sandbox", *quiet], env=environment
        )
        yield started
        started.close()
