"""What an editor meets who builds with ``--cluster``."""

import shutil
from pathlib import Path

import pytest
from cli.portal import SITE, make_portal, run

from .conftest import SOURCE, Cluster

pytestmark = pytest.mark.pdf


def pdfs(site: Path) -> dict[str, bytes]:
    public = site / "public"
    return {path.relative_to(public).as_posix(): path.read_bytes() for path in sorted(public.rglob("*.pdf"))}


def test_a_build_on_a_cluster_publishes_the_same(cluster: Cluster, tmp_path: Path) -> None:
    site = make_portal(tmp_path / "site")
    there = run(site, "build", "--no-cache", "--cluster", cluster.address)
    assert (there.returncode, there.stderr.count("luster")) == (0, 0), there.stderr
    made = pdfs(site)
    shutil.rmtree(site / "public")
    assert run(site, "build", "--no-cache").returncode == 0
    assert pdfs(site) == made
    assert len(made) == 1


def test_a_build_on_a_cluster_of_its_own_publishes_a_pdf(tmp_path: Path) -> None:
    site = make_portal(tmp_path / "site")
    done = run(site, "build", "--no-cache", "--cluster", "local", "-j", "1")
    assert (done.returncode, done.stderr.count("luster")) == (0, 0), done.stderr
    assert len(pdfs(site)) == 1


def test_without_a_scheduler_nothing_is_built_and_the_remedy_is_said(tmp_path: Path) -> None:
    site = make_portal(tmp_path / "site")
    done = run(site, "build", "--cluster", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "tcp://127.0.0.1:1" in done.stderr
    assert "dask scheduler" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (site / "public").exists()


def test_without_pdfs_no_scheduler_is_needed(tmp_path: Path) -> None:
    site = make_portal(tmp_path / "site")
    assert run(site, "build", "--no-pdf", "--cluster", "tcp://127.0.0.1:1").returncode == 0


def test_a_worker_of_another_version_ends_it(own_cluster: Cluster, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(SOURCE / "kommunalnews", other / "kommunalnews")
    (other / "kommunalnews/__init__.py").write_text('__version__ = "0.0.1"\n', encoding="utf-8")
    own_cluster.add_workers(1, source=other)
    site = make_portal(tmp_path / "site", {"content/site.yaml": SITE})
    done = run(site, "build", "--cluster", own_cluster.address)
    assert done.returncode == 2
    assert "0.0.1 (" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_dask_the_remedy_is_said(tmp_path: Path) -> None:
    site = make_portal(tmp_path / "site")
    shadow = tmp_path / "shadow"
    (shadow / "distributed").mkdir(parents=True)
    (shadow / "distributed/__init__.py").write_text("raise ImportError('No module named distributed')")
    done = run(site, "build", "--cluster", "local", PYTHONPATH=f"{shadow}:{SOURCE}")
    assert done.returncode == 2
    assert "kommunalnews[cluster]" in done.stderr
    assert "Traceback" not in done.stderr
