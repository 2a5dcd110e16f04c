"""What the server shows, and what it refuses."""

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import ARTICLE, SITE, Server, command, environment, serving

DRAFT = ARTICLE.format(title="Half a thought", text="Not yet.").replace("section:", "draft: true\nsection:")
FAIR = "/meldungen/2026/the-fair-is-open/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("portal"), files={"content/articles/2026/half.md": DRAFT}) as started:
        started.ready()
        yield started


def test_pages_reload_themselves_without_inline_script(server: Server) -> None:
    page = server.ask(FAIR)
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert re.search(r'<script src="/__kommunalnews__/reload.js"[^>]* defer></script></head>', page.text)
    assert server.ask("/__kommunalnews__/reload.js").headers["content-type"] == "text/javascript; charset=utf-8"
    assert server.ask("/__kommunalnews__/panel.css").headers["content-type"] == "text/css; charset=utf-8"


def test_the_built_files_know_nothing_of_the_server(server: Server) -> None:
    (folder,) = (server.folder / ".cache" / "kommunalnews" / "serve").iterdir()
    assert (folder / "index.html").is_file()
    assert "__kommunalnews__" not in (folder / "index.html").read_text(encoding="utf-8")
    assert not (server.folder / "public").exists()


def test_links_stay_on_this_machine(server: Server) -> None:
    assert f'href="{server.url}' in server.ask(FAIR).text
    assert "herald.example.org" not in server.ask(FAIR).text


def test_drafts_are_shown(server: Server) -> None:
    assert server.ask("/meldungen/2026/half-a-thought/").status == 200


def test_nothing_is_cached(server: Server) -> None:
    for path in ("/", FAIR, "/atom.xml", "/missing", "/__kommunalnews__/events", "/__kommunalnews__/panel"):
        assert server.ask(path, method="HEAD").headers["cache-control"] == "no-store", path


def test_head_has_no_body(server: Server) -> None:
    answer = server.ask("/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_writing_methods_are_refused(server: Server) -> None:
    assert server.ask("/", method="POST").status == 405


def test_a_folder_without_slash_leads_to_its_page(server: Server) -> None:
    answer = server.ask(FAIR.rstrip("/") + "?a=b")
    assert (answer.status, answer.headers["location"]) == (301, f"{FAIR}?a=b")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_content_types_are_right_on_every_machine(server: Server, path: str, kind: str) -> None:
    assert server.ask(path).headers["content-type"] == kind


def test_a_missing_page_shows_that_of_the_site(server: Server) -> None:
    answer = server.ask("/no/such/page/")
    assert answer.status == 404
    assert "Hilltown Herald" in answer.text
    assert "reload.js" in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example.org", "localhost", "localhost:1", "127.0.0.1.evil.example.org", "", "a@localhost"]
)
def test_a_foreign_host_is_refused(server: Server, host: str) -> None:
    answer = server.ask("/", host=host)
    assert answer.status in (400, 403)
    assert "Hilltown" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_this_machines_own_names_are_served(server: Server, host: str) -> None:
    assert server.ask("/", host=f"{host}:{server.port}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../../../content/site.yaml",
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/content/site.yaml",
        "/..%2f..%2f..%2f..%2fcontent/site.yaml",
        "/..%5c..%5c..%5c..%5ccontent%5csite.yaml",
        "/..\\..\\..\\..\\content\\site.yaml",
        "//etc/passwd",
        "//evil.example.org/..",
        "/%00index.html",
        "/index.html%00.css",
        "/./index.html",
        "/.kommunalnews/manifest",
        "/__kommunalnews__/../app.py",
        "/__kommunalnews__/%2e%2e%2fapp.py",
        "/" + "a" * 5000,
        "/%ff%fe",
    ],
)
def test_path_tricks_lead_nowhere(server: Server, path: str) -> None:
    answer = server.ask(path)
    assert answer.status in (400, 404)
    assert "location" not in answer.headers
    assert b"sections:" not in answer.body


def test_links_out_of_the_folder_lead_nowhere(server: Server) -> None:
    (folder,) = (server.folder / ".cache" / "kommunalnews" / "serve").iterdir()
    (folder / "out.yaml").symlink_to(server.folder / "content" / "site.yaml")
    (folder / "up").symlink_to(server.folder)
    (folder / "round").symlink_to("round")
    for path in ("/out.yaml", "/up/content/site.yaml", "/round"):
        assert server.ask(path).status == 404, path


def test_no_drafts_leaves_out_what_a_build_would(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-drafts", files={"content/articles/2026/half.md": DRAFT}) as server:
        server.ready()
        assert server.ask("/meldungen/2026/half-a-thought/").status == 404


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "site.yaml").write_text(SITE, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            command("--port", port),
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr
