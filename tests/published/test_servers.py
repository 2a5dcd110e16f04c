"""What servers and devices are told: headers, tried by real servers; security.txt; the web app manifest."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest
from conftest import require_tool
from PIL import Image
from sites import SiteFolder, article

from published.markup import Element
from published.output import Published

CONFIG = """\
title: Stadtbote
base_url: https://stadtbote.example.org/
sections: [Rat]
servers: [nginx, apache, netlify]
precompress: [br, gz]
websub: https://hub.example.net/
security:
  contact: [meldestelle@stadtbote.example.org, https://stadtbote.example.org/kontakt/]
  expires: 2027-11-01
  policy: https://stadtbote.example.org/meldewege/
  languages: [de, en]
embeds: {hosts: [video.example.net, karten.example.net]}
newsletter: {title: Die Woche}
"""
FRAMES = ["https://video.example.net", "https://karten.example.net"]
FIELDS = {
    "Acknowledgments", "Canonical", "Contact", "Encryption", "Expires", "Hiring", "Policy", "Preferred-Languages",
}  # fmt: skip
WORDS = "Der Rat hat lange beraten und am Ende zugestimmt. " * 40
VIDEO = "```video\nurl: https://video.example.net/w/abcd\ntitle: Film\n```\n"
MAP = "```map\nurl: https://karten.example.net/\ntitle: Karte\nframe: https://Karten.example.net/?a=1&b=2\n```\n"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """A portal with everything that servers can be told, with the packaged looks."""
    files = {
        "content/articles/a.md": article("Beschluss", WORDS, section="Rat", slug="a", lead="Kurz."),
        "content/articles/v.md": article("Film", f"{WORDS}\n\n{VIDEO}", section="Rat", slug="video", lead="Kurz."),
        "content/pages/karten.md": f"---\ntitle: Karten\n---\n{MAP}",
    }
    site = SiteFolder(tmp_path_factory.mktemp("servers") / "site", files, theme="packaged", config=CONFIG)
    assert site.build().diagnostics == ()
    os.chmod(site.folder, 0o755)
    return site


def rules(text: str) -> dict[str, dict[str, str]]:
    """``_headers`` as Netlify and Cloudflare read it: pattern → name → value."""
    found: dict[str, dict[str, str]] = {}
    pattern = ""
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            name, _, value = line.strip().partition(": ")
            assert re.fullmatch("[A-Za-z-]+", name)
            assert value
            assert name not in found[pattern], "one of the two would be lost"
            found[pattern][name] = value
        else:
            pattern = line
            assert pattern.startswith("/")
            assert pattern.count("*") <= 1
            found[pattern] = {}
    return found


def matching(headers: dict[str, dict[str, str]], path: str) -> Iterator[tuple[str, str]]:
    """Every header of every rule that a path matches."""
    for pattern, pairs in headers.items():
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path):
            yield from pairs.items()


def directives(policy: str) -> dict[str, list[str]]:
    """A Content-Security-Policy by its directives."""
    parts = [part.split() for part in policy.split(";")]
    assert len({part[0] for part in parts}) == len(parts)
    return {part[0]: part[1:] for part in parts}


def policy_of(page: str) -> dict[str, list[str]]:
    """The policy that a page carries itself, before it loads anything."""
    [content] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert page.index("Content-Security-Policy") < min(
        page.index(word) for word in ("<link", "<title", "<script") if word in page
    )
    return directives(content)


def players(site: Published, path: str) -> list[Element]:
    """The videos and maps of a page that a browser may load; a print view has no script that could."""
    page = site.page(site.address(path))
    has_script = bool(page.all("script", type="module"))
    return [figure for figure in page.all("figure") if has_script and figure.get("data-frame")]


def pages(site: Published) -> list[str]:
    """What browsers show: every HTML file but the mails, which they save."""
    return [path for path in site.paths(".html") if not path.endswith("/mail.html")]


def test_every_page_carries_a_policy_that_allows_this_site_and_nothing_else(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for path in pages(site):
            policy = policy_of(site.files[path].decode())
            assert policy["default-src"] == ["'none'"]
            assert policy["base-uri"] == ["'none'"]
            frames = {f"https://{urlsplit(figure['data-frame']).netloc}" for figure in players(site, path)}
            assert set(policy.pop("frame-src", [])) == frames, path
            allowed = {source for name, sources in policy.items() for source in sources if name != "script-src"}
            assert allowed == {"'none'", "'self'", "data:"}
            assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]
            wasm = ["'wasm-unsafe-eval'"] if path == "suche/index.html" else []
            assert policy["script-src"] == ["'self'", *wasm], path


def test_no_page_has_what_the_policy_forbids(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for path in pages(site):
            for element in site.page(site.address(path)).walk():
                assert not element.get("style"), path
                assert element.name != "style", path
                assert element.name != "script" or element.get("src") or element["type"] == "application/ld+json", path


def test_a_headers_file_says_each_thing_once_whatever_the_path(sites: tuple[Published, ...]) -> None:
    for site in sites:
        headers = rules(site.read("/_headers"))
        for path in site.files:
            said = list(matching(headers, f"/{path}"))
            assert len({name for name, _ in said}) == len(said), path
            found = dict(said)
            assert found["X-Content-Type-Options"] == "nosniff"
            assert found["Referrer-Policy"] == "strict-origin-when-cross-origin"
            assert "camera=()" in found["Permissions-Policy"]
            assert directives(found["Content-Security-Policy"])["frame-ancestors"] == ["'none'"]


def test_only_what_is_named_with_its_digest_is_kept_for_a_year(sites: tuple[Published, ...]) -> None:
    for site in sites:
        headers = rules(site.read("/_headers"))
        for path in site.paths(".html"):
            page = site.page(site.address(path))
            assert "Cache-Control" not in dict(matching(headers, f"/{path}"))
            for element in page.walk():
                reference = element.get("src") or (element["href"] if element.name == "link" else "")
                address = site.resolve(site.address(path), reference) if reference else None
                if address and "immutable" in dict(matching(headers, address)).get("Cache-Control", ""):
                    assert re.search(r"\?v=[0-9a-f]{8}|-[0-9a-f]{8}\.", reference), reference


def answer(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, whatever they are."""
    try:
        with urlopen(Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})) as said:
            return said.status, {name.lower(): value for name, value in said.headers.items()}, said.read()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, {name.lower(): value for name, value in refusal.headers.items()}, refusal.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def nginx(site: SiteFolder) -> Iterator[str]:
    """nginx with the snippet, which it must find without fault."""
    program, port, folder = require_tool("nginx"), free_port(), site.folder / "nginx"
    folder.mkdir()
    types = next((path for path in ("/etc/nginx/mime.types",) if Path(path).exists()), "")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ include {types}; access_log off;\n{temporary}server {{ listen 127.0.0.1:{port};\n"
        f"root {site.destination}; include {site.destination}/_server/nginx.conf; }} }}\n"
    )
    command = [program, "-e", f"{folder}/error.log", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    if os.getuid() == 0:
        command += ["-g", "user root;"]
    checked = subprocess.run([*command, "-t"], capture_output=True, encoding="utf-8", check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    with running(command, port) as origin:
        yield origin


@contextmanager
def apache(site: SiteFolder) -> Iterator[str]:
    """Apache with what stands in ``.htaccess``."""
    program, port, folder = require_tool("apache2"), free_port(), site.folder / "apache"
    folder.mkdir()
    names = ("mpm_event", "authz_core", "dir", "mime", "headers", "alias", "rewrite")
    modules = "".join(f"LoadModule {name}_module modules/mod_{name}.so\n" for name in names)
    (folder / "apache.conf").write_text(
        f"ServerRoot /usr/lib/apache2\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\n"
        f"ErrorLog {folder}/error.log\n{modules}User www-data\nTypesConfig /etc/mime.types\n"
        f"DocumentRoot {site.destination}\n<Directory {site.destination}>\nAllowOverride FileInfo\n"
        "Require all granted\nDirectoryIndex index.html\n</Directory>\n"
    )
    with running([program, "-D", "FOREGROUND", "-f", f"{folder}/apache.conf"], port) as origin:
        yield origin


@contextmanager
def running(command: list[str], port: int) -> Iterator[str]:
    """A server until it is no longer wanted."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, server.stderr.read() if server.stderr else ""
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=30)


def open_up(inner: Path) -> None:
    """Let Apache's workers in, who are somebody else."""
    for folder in (inner, *inner.parents):
        if folder.owner() != "root" and os.getuid() != 0:
            break
        if folder.stat().st_mode & 0o5 != 0o5 and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)


@pytest.fixture(scope="module", params=["nginx", "apache"])
def origin(request: pytest.FixtureRequest, portal: SiteFolder) -> Iterator[str]:
    """A real server that shows the portal."""
    open_up(portal.folder)
    with (nginx if request.param == "nginx" else apache)(portal) as address:
        yield address


def test_a_server_says_with_every_answer_what_browsers_must_not_do(origin: str) -> None:
    for path, status in (("/", 200), ("/meldungen/2026/a/", 200), ("/css/base.css", 200), ("/nowhere", 404)):
        found, headers, _ = answer(origin + path)
        assert found == status
        policy = directives(headers["content-security-policy"])
        assert (policy["default-src"], policy["script-src"]) == (["'none'"], ["'self'"])
        assert policy["frame-ancestors"] == ["'none'"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "geolocation=()" in headers["permissions-policy"]
    _, headers, _ = answer(f"{origin}/suche/")
    assert directives(headers["content-security-policy"])["script-src"] == ["'self'", "'wasm-unsafe-eval'"]


def test_servers_let_pages_show_videos_and_a_page_only_those_that_it_offers(origin: str, portal: SiteFolder) -> None:
    for path, frames in (
        ("/", None),
        ("/meldungen/2026/a/", None),
        ("/meldungen/2026/video/", FRAMES[:1]),
        ("/karten/", FRAMES[1:]),
    ):
        _, headers, page = answer(origin + path)
        assert directives(headers["content-security-policy"])["frame-src"] == FRAMES
        assert policy_of(page.decode()).get("frame-src") == frames
    rule = rules((portal.destination / "_headers").read_text(encoding="utf-8"))["/*"]
    assert directives(rule["Content-Security-Policy"])["frame-src"] == FRAMES


def test_a_mail_is_saved_as_it_is_and_not_shown(origin: str, portal: SiteFolder) -> None:
    [mail] = [path for path in portal.published() if path.endswith("/mail.html")]
    status, headers, _ = answer(f"{origin}/{mail}")
    assert status == 200
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-disposition" not in answer(f"{origin}/{mail.removesuffix('mail.html')}")[1]
    said = dict(matching(rules((portal.destination / "_headers").read_text(encoding="utf-8")), f"/{mail}"))
    assert said["Content-Disposition"].startswith("attachment;")


def test_a_server_says_how_long_each_answer_holds_and_what_it_is(origin: str, portal: SiteFolder) -> None:
    kinds = {
        "/": ("text/html", "max-age=120"),
        "/rss.xml": ("application/rss+xml", "max-age=120"),
        "/bereiche/rat/atom.xml": ("application/atom+xml", "max-age=120"),
        "/feed.json": ("application/feed+json", "max-age=120"),
        "/manifest.webmanifest": ("application/manifest+json", "max-age=120"),
        "/.well-known/security.txt": ("text/plain", "max-age=120"),
        "/css/base.css": ("text/css", "immutable"),
        "/fonts/newsreader.woff2": ("font/woff2", "max-age=2592000"),
    }
    for path, (kind, lifetime) in kinds.items():
        status, headers, _ = answer(origin + path)
        assert (status, headers["content-type"].partition(";")[0]) == (200, kind)
        assert lifetime in headers["cache-control"], path
        assert headers["cache-control"].count("max-age") == 1


@pytest.mark.parametrize("server", [nginx, apache])
def test_a_server_knows_a_portal_that_lives_below_a_path(
    tmp_path_factory: pytest.TempPathFactory, server: Callable[[SiteFolder], AbstractContextManager[str]]
) -> None:
    config = CONFIG.replace("stadtbote.example.org/\n", "stadtbote.example.org/my-portal_1.0/\n", 1)
    files = {
        "content/articles/a.md": article("Beschluss", WORDS, section="Rat", slug="a", lead="Kurz."),
        "content/articles/v.md": article("Film", f"{WORDS}\n\n{VIDEO}", section="Rat", slug="video", lead="Kurz."),
        "content/pages/karten.md": f"---\ntitle: Karten\n---\n{MAP}",
    }
    site = SiteFolder(tmp_path_factory.mktemp("below") / "site", files, theme="packaged", config=config)
    site.build()
    (site.destination / "my-portal_1.0").symlink_to(site.destination)
    open_up(site.folder)
    with server(site) as origin:
        here = f"{origin}/my-portal_1.0"
        _, headers, page = answer(f"{here}/meldungen/2026/a/")
        assert directives(headers["content-security-policy"])["script-src"] == ["'self'"]
        style = re.search(rb'href="(/my-portal_1.0/css/[^"]+)"', page)
        assert style
        assert "immutable" in answer(origin + style[1].decode())[1]["cache-control"]
        assert "'wasm-unsafe-eval'" in answer(f"{here}/suche/")[1]["content-security-policy"]
        assert "content-disposition" in answer(f"{here}/newsletter/2026-47/mail.html")[1]
        for path in ("/_headers", "/_server/nginx.conf", "/.htaccess", "/.kommunalnews/manifest"):
            assert answer(here + path)[0] in (403, 404), path
        status, headers, page = answer(f"{here}/nowhere")
        assert (status, b"<h1" in page, "content-security-policy" in headers) == (404, True, True)


def test_a_server_keeps_our_own_notes_to_itself(origin: str) -> None:
    for path in ("/.kommunalnews/manifest", "/.htaccess", "/_headers", "/_redirects", "/_server/nginx.conf"):
        status, _, body = answer(origin + path)
        assert status in (403, 404), path
        assert b"Content-Security-Policy" not in body or b"<html" in body


def test_a_file_that_is_asked_for_compressed_comes_as_it_lies_there(origin: str, portal: SiteFolder) -> None:
    for path, file in (("/meldungen/2026/a/", "meldungen/2026/a/index.html"), ("/css/base.css", "css/base.css")):
        _, plain, body = answer(origin + path)
        assert "content-encoding" not in plain
        assert body == (portal.destination / file).read_bytes()
        _, headers, body = answer(origin + path, Accept_Encoding="gzip")
        assert headers["content-encoding"] == "gzip"
        assert headers["content-type"].partition(";")[0] == plain["content-type"].partition(";")[0]
        assert body == (portal.destination / f"{file}.gz").read_bytes()
        assert "Accept-Encoding" in headers["vary"]


def test_security_txt_is_as_rfc_9116_asks(portal: SiteFolder) -> None:
    lines = portal.read(".well-known/security.txt").splitlines()
    fields = [line.split(": ", 1) for line in lines]
    names = [name for name, _ in fields]
    assert set(names) <= FIELDS
    assert (names.count("Expires"), names.count("Preferred-Languages")) == (1, 1)
    said = dict(reversed(fields))  # the first of several stands
    assert datetime.fromisoformat(said["Expires"]).tzinfo is not None
    assert said["Contact"] == "mailto:meldestelle@stadtbote.example.org"
    assert said["Canonical"] == "https://stadtbote.example.org/.well-known/security.txt"
    assert said["Preferred-Languages"] == "de, en"
    for name, value in fields:
        if name not in ("Expires", "Preferred-Languages"):
            assert re.match("https://|mailto:|tel:", value)


@pytest.mark.parametrize(
    ("base_url", "contact", "lines"),
    [
        (
            "https://example.org/", "grün%?@example.org",
            ["Contact: mailto:gr%C3%BCn%25%3F@example.org", "Canonical: https://example.org/.well-known/security.txt"],
        ),
        ("http://example.org/", "tel:+49-631-1234", ["Contact: tel:+49-631-1234"]),  # only https may be canonical
    ],
)  # fmt: skip
def test_security_txt_holds_addresses_as_the_rfc_asks(
    tmp_path: Path, base_url: str, contact: str, lines: list[str]
) -> None:
    config = f"title: x\nbase_url: {base_url}\nsections: [Rat]\nlanguage: de\n"
    config += f"security: {{contact: '{contact}', expires: 2027-11-01}}\n"
    site = SiteFolder(tmp_path / "site", config=config)
    assert site.build().diagnostics == ()
    said = site.read(".well-known/security.txt").splitlines()
    assert [line for line in said if not line.startswith("Expires")] == lines


def test_without_a_contact_there_is_no_security_txt(small: Published) -> None:
    assert not small.has("/.well-known/security.txt")


def test_that_security_txt_will_expire_is_said_when_the_day_comes(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", config=CONFIG.replace("2027-11-01", "2026-12-31"))
    told = {}
    for now in ("2026-11-23 12:00", "2026-11-30 12:00", "2026-12-02 12:00", "2027-01-02 12:00"):
        told[now] = [diagnostic.code for diagnostic in site.build(now=now).diagnostics]
    assert list(told.values()) == [[], [], ["security-expires"], ["security-expired"]]


def test_a_hub_is_named_in_all_three_feeds(portal: SiteFolder) -> None:
    hub = "https://hub.example.net/"
    assert f'<link rel="hub" href="{hub}"/>' in portal.read("atom.xml")
    assert f'<atom:link rel="hub" href="{hub}"/>' in portal.read("bereiche/rat/rss.xml")
    assert json.loads(portal.read("feed.json"))["hubs"] == [{"type": "WebSub", "url": hub}]


def test_the_web_app_manifest_names_icons_of_the_sizes_it_says(sites: tuple[Published, ...]) -> None:
    for site in sites:
        address = site.page("/").one("link", rel="manifest")["href"]
        manifest = json.loads(site.read(address))
        assert manifest["name"] == manifest["short_name"]
        assert (manifest["start_url"], manifest["scope"], manifest["id"]) == ("/", "/", "/")
        assert manifest["display"] in ("browser", "minimal-ui", "standalone", "fullscreen")
        assert manifest["lang"] == "de"
        purposes = set()
        for icon in manifest["icons"]:
            path = urljoin(address, icon["src"])
            with Image.open(BytesIO(site.files[site.path(path)])) as picture:
                assert icon["sizes"] == f"{picture.width}x{picture.height}"
                assert (picture.format, icon["type"]) == ("PNG", "image/png")
                if icon["purpose"] == "maskable":  # the mark stays within the inner circle; all around is ground
                    corner = picture.convert("RGB").getpixel((0, 0))
                    assert picture.convert("RGB").getpixel((picture.width // 2, 60)) == corner
            purposes.add((icon["sizes"], icon["purpose"]))
        assert purposes >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
