"""A build whose PDFs are kept in a store that other machines share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sites import SiteFolder, article

from kommunalnews import build as engine
from kommunalnews.executors import SerialExecutor
from store import s3

pytestmark = pytest.mark.pdf

FILES = {"content/articles/a.md": article("A"), "content/articles/b.md": article("B")}


class Idle(SerialExecutor):
    """An executor that does everything but typesetting."""

    def run_sealed(self, task: Any, shared: Any, items: Sequence[Any], **more: Any) -> list[Any]:
        return super().run_sealed(task._replace(work=_refuse), shared, items, **more)


def _refuse(job: object, folder: Path) -> object:
    raise AssertionError("typeset, though the store has it")


def test_what_one_machine_typeset_the_next_one_fetches(tmp_path: Path, server: s3.Server) -> None:
    server.make_bucket("press")
    first = SiteFolder(tmp_path / "first", FILES, theme="packaged")
    second = SiteFolder(tmp_path / "second", FILES, theme="packaged")
    asked = {"pdf": True, "store": "s3://press/portal"}
    report = engine.build(first.request(**asked), executor=SerialExecutor())
    assert report.diagnostics == ()
    engine.build(second.request(**asked), executor=Idle())
    assert "meldungen/2026/a/a.pdf" in second.published()
    assert second.published() == first.published()


def test_a_store_that_is_gone_costs_one_warning_and_not_one_byte(
    tmp_path: Path, server: s3.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    clean = site.clean(pdf=True)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    report = engine.build(site.request(pdf=True, store="s3://gone/portal"), executor=SerialExecutor())
    assert [found.code for found in report.diagnostics] == ["store-unreachable"]
    assert site.published() == clean
    again = site.build(pdf=True, store="s3://gone/portal")
    assert again.written == ()
