"""Nothing of what is withheld gets out, and a build asks nobody."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cli.portal import command, environment, run
from conftest import missing, require_tool
from sites import tree

from published import stadtbote
from published.conftest import DEMO_OPTIONS, ROOT, written
from published.output import Published, build


def telling(folder: Path) -> set[str]:
    """Files below ``folder`` whose name or bytes tell a secret, the engine's own note among them."""
    return {
        f"{path}: {secret}"
        for path, data in tree(folder).items()
        for secret in stadtbote.SECRETS
        if secret in path.lower() or secret.encode() in data.lower()
    }


def test_no_byte_tells_of_drafts_embargoes_and_what_has_expired(small: Published) -> None:
    assert telling(small.folder) == set()
    source = stadtbote.files()
    for name in ("quitte", "quittenplan"):
        assert source[f"content/articles/{name}.png"] not in small.files.values()
    assert source["content/articles/werk.png"] not in small.files.values()  # published is a picture made of it
    assert [path for path in small.paths(".png") if path.startswith("bilder/werk-")]


def test_a_preview_shows_it_all_and_the_next_build_takes_it_back(tmp_path: Path) -> None:
    source = written(tmp_path / "source")
    options = ("--now", stadtbote.NOW, "--no-pdf")
    preview = build(source, tmp_path / "public", stadtbote.BASE_URL, "-D", "-F", "-E", *options)
    assert {told.rpartition(": ")[2] for told in telling(preview.folder)} >= {"quitte", "mirabelle", "pflaume"}
    assert preview.read("/robots.txt").splitlines()[1] == "Disallow: /"
    build(source, tmp_path / "public", stadtbote.BASE_URL, *options)
    assert telling(tmp_path / "public") == set()


def test_the_embargo_ends_when_it_says(tmp_path: Path) -> None:
    source = written(tmp_path / "source")
    for now, out in (("2026-11-24T07:59", False), ("2026-11-24T08:00", True)):
        site = build(source, tmp_path / "public", stadtbote.BASE_URL, "--now", now, "--no-pdf")
        assert site.has("/meldungen/2026/sperrfrist-mirabellenfest-abgesagt/") is out
        assert ("mirabelle" in site.read("/sitemap-news.xml").lower()) is out


def test_the_build_says_what_it_withholds(small_source: Path, tmp_path: Path) -> None:
    options = ("--now", stadtbote.NOW, "--no-pdf", "--no-cache", "-d", str(tmp_path / "public"))
    said = run(tmp_path, "build", "-s", str(small_source), *options, LANG="de_DE.UTF-8").stdout
    assert "4 zurückgehalten: " in said
    assert "1 Entwurf" in said
    assert "1 abgelaufen" in said


def test_a_build_without_network_gives_the_same_bytes(demo: Published, tmp_path: Path) -> None:
    unshare = require_tool("unshare")
    alone = [unshare, "-n"] if os.geteuid() == 0 else [unshare, "-rn"]
    tried = subprocess.run([*alone, "true"], capture_output=True, encoding="utf-8", check=False)
    if tried.returncode:
        missing(f"this machine permits no network namespace: {tried.stderr.strip()}")
    options = ["-s", str(ROOT), "-d", str(tmp_path / "public"), "--no-cache", *DEMO_OPTIONS]
    done = subprocess.run(
        [*alone, *command("build", *options)],
        cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert Published(tmp_path / "public", demo.base_url).files == demo.files


@pytest.mark.pdf
def test_with_pdfs_the_article_links_its_own(tmp_path: Path) -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError as problem:
        missing(f"WeasyPrint cannot load its libraries: {problem}")
    source = written(tmp_path / "source")
    site = build(source, tmp_path / "public", stadtbote.BASE_URL, "--now", stadtbote.NOW)
    page = site.page(stadtbote.ARTICLE)
    name = stadtbote.ARTICLE.rstrip("/").rpartition("/")[2]
    href = f"{stadtbote.ARTICLE}{name}.pdf"
    assert (
        page.link("Artikel als PDF (barrierefrei)")["href"] == page.one("link", type="application/pdf")["href"] == href
    )
    assert site.files[site.path(href)].startswith(b"%PDF-")
    assert site.paths(".pdf") == [site.path(href)]
    assert telling(site.folder) == set()
    if pdftotext := shutil.which("pdftotext"):
        text = subprocess.run([pdftotext, str(site.folder / site.path(href)), "-"], capture_output=True, check=True)
        assert stadtbote.BODY_ENDING in " ".join(text.stdout.decode().replace("\xad", "").split())
