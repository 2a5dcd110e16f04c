"""Every PDF of a whole site passes the gate: this repository's own, and any that ``KOMMUNALNEWS_CORPUS`` names.

``KOMMUNALNEWS_CORPUS=/somewhere/a:/somewhere/b python3 build.py test -m nightly tests/pdf/test_articles.py`` builds the
sources in these folders and judges all their PDFs.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from sites import SiteFolder, article

from . import gate

pytestmark = pytest.mark.pdf

ROOT = Path(__file__).parents[2]
CORPORA = [Path(path) for path in os.environ.get("KOMMUNALNEWS_CORPUS", "").split(os.pathsep) if path]


def built(source: Path, destination: Path, *options: str) -> Path:
    """The site of a source folder, with PDFs; problems in its content are no matter here."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "kommunalnews",
        "build",
        "-s",
        source,
        "-d",
        destination,
        "--no-cache",
        "-j",
        "2",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, timeout=3600)
    assert done.returncode in (0, 1), done.stderr
    return destination


def judged(site: Path) -> Iterator[tuple[str, list[str]]]:
    """Each PDF beside a print view, or that the page there links to, and what is wrong with it."""
    for view in sorted(site.rglob("druck.html")):
        html = view.read_text(encoding="utf-8")
        pages = re.search(r'<link rel="canonical" href="([^"]+)"', html)
        assert pages is not None
        url = urljoin(pages[1], view.name)
        base = urlsplit(url).path.removesuffix(view.relative_to(site).as_posix())
        styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
        paths = [site / unquote(urlsplit(style).path.removeprefix(base)) for style in styles]
        folder = urlsplit(pages[1]).path
        links = re.findall(r'href="([^"]+\.pdf)"', view.with_name("index.html").read_text(encoding="utf-8"))
        promised = {view.with_name(Path(unquote(link)).name) for link in links if link.startswith(folder)}
        for pdf in sorted(promised.union(view.parent.glob("*.pdf"))):
            if not pdf.exists():
                yield pdf.name, ["it was not made"]
                continue
            looks = tuple(path.read_text(encoding="utf-8") for path in paths)
            yield pdf.name, gate.faults_against(pdf.read_bytes(), html, looks, url)


def test_a_pdf_that_was_not_made_does_not_pass(tmp_path: Path) -> None:
    fine, failed = "Fine", "Failed"
    template = '{% extends "packaged/print.html" %}{% block article_text %}{{ super() }}'
    template += '{% if page.title == "Failed" %}<img src="/nowhere.png" alt="x">{% endif %}{% endblock %}'
    files = {f"content/articles/{title}.md": article(title) for title in (fine, failed)}
    site = SiteFolder(tmp_path / "site", {**files, "templates/print.html": template}, theme="packaged")
    results = dict(judged(built(site.source, site.destination, "--now", "2026-11-23T12:00")))
    assert results == {"fine.pdf": [], "failed.pdf": ["it was not made"]}


def test_every_pdf_of_our_own_site_says_what_its_page_says(tmp_path: Path) -> None:
    options = ("--now", "2018-07-24T12:00", "-b", "https://www.example.org/portal/")
    results = dict(judged(built(ROOT, tmp_path / "public", *options)))
    assert len(results) > 30
    assert {name: faults for name, faults in results.items() if faults} == {}


@pytest.mark.nightly
@pytest.mark.parametrize("corpus", CORPORA or [None], ids=[path.name for path in CORPORA] or ["none"])
def test_every_pdf_of_a_corpus_says_what_its_page_says(corpus: Path | None, tmp_path: Path) -> None:
    if corpus is None:
        pytest.skip("KOMMUNALNEWS_CORPUS names no folder whose PDFs could be judged")
    results = dict(judged(built(corpus, tmp_path / "public")))
    assert results
    assert {name: faults for name, faults in results.items() if faults} == {}
