"""PDFs that a cluster has made are the files that this machine makes, and go into the store like them."""

import shutil
from pathlib import Path

import pytest
from conftest import missing
from sites import PIXEL, SiteFolder, Text, article, changed

from kommunalnews.executors import SerialExecutor

from .conftest import Cluster, kill, wait_until
from .test_cluster import codes, executor, meanwhile

pytestmark = pytest.mark.pdf

FILES: dict[str, Text] = {
    **{f"content/articles/{n}.md": article(f"Digitalisierung Nummer {n}", "Die Verwaltung. " * 300) for n in range(5)},
    "content/articles/mit-bild.md": article("Mit Bild", "![Rathaus](bild.png)\n\nWorte."),
    "content/articles/bild.png": PIXEL,
}
FAULTY = '<!doctype html><html lang="en"><body><h1>{{ page.title }}</h1><img alt="x" src="https://other.example/a.png">'


@pytest.fixture(autouse=True)
def _pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError as fault:
        missing(f"WeasyPrint cannot work: {fault}")


def test_a_cluster_one_of_whose_workers_is_killed_publishes_the_bytes_of_one_process(
    cluster: Cluster, tmp_path: Path
) -> None:
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    working = executor(cluster)
    (worker, *_) = cluster.workers

    def strike() -> None:
        wait_until(lambda: any(site.destination.rglob("*.pdf")))
        kill(worker.pid)

    thread = meanwhile(strike)
    report = site.build(pdf=True, executor=working)
    thread.join()
    assert not report.failed
    assert codes(working) == []
    assert sum(path.endswith(".pdf") for path in site.published()) == 6
    assert changed(site.published(), site.clean(pdf=True)) == set()


def test_what_is_in_the_store_is_not_sent(cluster: Cluster, tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    site.build(pdf=True, executor=executor(cluster))
    before = site.published()
    shutil.rmtree(site.destination)
    cluster.man(2)
    nowhere = executor(cluster)
    nowhere.address = "tcp://127.0.0.1:1"
    site.build(pdf=True, executor=nowhere)
    assert codes(nowhere) == []
    assert changed(before, site.published()) == set()


def test_a_fault_costs_the_same_diagnostic_as_here(cluster: Cluster, tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A"), "templates/print.html": FAULTY})
    there = site.build(pdf=True, executor=executor(cluster)).diagnostics
    here = site.build(pdf=True, executor=SerialExecutor()).diagnostics
    assert [found.code for found in there] == ["pdf-asset-refused"]
    assert there == here


def test_a_cluster_has_the_same_limits_as_this_machine() -> None:
    """No test of a value: a hint for whoever changes one of them."""
    from kommunalnews.executors import ProcessExecutor, cluster

    here = ProcessExecutor(1)
    assert (here.limit, here.memory) == tuple(cluster._LIMITS)
