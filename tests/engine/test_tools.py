"""A tool that is missing is named: the test is skipped at a desk and fails where CI runs."""

import conftest
import pytest


@pytest.fixture(autouse=True)
def _desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "KOMMUNALNEWS_CI"):
        monkeypatch.delenv(name, raising=False)


def test_a_tool_that_is_there_is_found() -> None:
    assert conftest.require_tool("sh").endswith("/sh")


def test_a_missing_tool_skips_the_test_and_says_so() -> None:
    with pytest.raises(pytest.skip.Exception, match="no-such-tool"):
        conftest.require_tool("no-such-tool")


@pytest.mark.parametrize("name", ["CI", "KOMMUNALNEWS_CI"])
def test_a_missing_tool_fails_the_test_where_ci_runs(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-tool"):
        conftest.require_tool("no-such-tool")


def test_ci_that_is_set_to_no_is_no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception):
        conftest.require_tool("no-such-tool")
