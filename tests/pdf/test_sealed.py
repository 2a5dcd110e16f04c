"""A job loads its own assets and nothing else: no socket, no foreign file, nothing of this machine in the PDF."""

import ctypes
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sites import PIXEL

from kommunalnews.recipes import PdfRecipe
from kommunalnews.rendering import pdf

from . import paper

pytestmark = pytest.mark.pdf

SECRET = "Vertraulich-4711"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
REFUSED = {
    "picture from a file": '<img alt="x" src="file://{secret}">',
    "picture from the web": '<img alt="x" src="http://127.0.0.1:{port}/a.png">',
    "picture by https": '<img alt="x" src="https://example.org/a.png">',
    "picture without a scheme": '<img alt="x" src="//127.0.0.1:{port}/a.png">',
    "picture by ftp": '<img alt="x" src="ftp://127.0.0.1:{port}/a.png">',
    "picture above the site": '<img alt="x" src="../../../../../../../..{secret}">',
    "picture above, written in hex": '<img alt="x" src="%2e%2e/%2e%2e/%2e%2e/%2e%2e{secret}">',
    "picture that is not in the job": '<img alt="x" src="/andere.png">',
    "device": '<img alt="x" src="file:///dev/zero">',
    "process": '<img alt="x" src="file:///proc/self/environ">',
    "base": '<base href="file:///"><img alt="x" src="{secret}">',
    "object": '<object data="file://{secret}" type="image/svg+xml"></object>',
    "embed": '<embed src="file://{secret}" type="image/png">',
    "background": '<p style="background: url(file://{secret})">x</p>',
    "list marker": '<ul style="list-style-image: url(file://{secret})"><li>x</li></ul>',
    "content": '<style>p::before {{ content: url(file://{secret}) }}</style><p>x</p>',
    "import": '<style>@import "file://{secret}";</style>',
    "import from the web": '<style>@import url(http://127.0.0.1:{port}/x.css);</style>',
    "font": '<style>@font-face {{ font-family: F; src: url(file://{secret}) }} p {{ font-family: F }}</style><p>x</p>',
    "colour profile": "<style>@color-profile --p {{ src: url(file://{secret}) }}</style>"
    '<p style="color: color(--p 1 0 0)">x</p>',
    "picture in an SVG": SVG.format('<image href="file://{secret}" width="9" height="9"/>'),
    "picture in an SVG, old": SVG.format('<image xlink:href="http://127.0.0.1:{port}/a.png" width="9" height="9"/>'),
    "picture in an SVG in a data URL": "<img alt=\"x\" src='data:image/svg+xml,"
    + SVG.format('<image href="file://{secret}" width="9" height="9"/>').replace('"', "%22")
    + "'>",
    "picture by another spelling": '<img alt="x" src="FILE://{secret}">',
    "picture by FTP with a name": '<img alt="x" src="ftp://a:b@127.0.0.1:{port}/a.png">',
    "picture by an unknown scheme": '<img alt="x" src="gopher://127.0.0.1:{port}/1">',
    "picture that would redirect": '<img alt="x" src="http://127.0.0.1:{port}/redirect?to=file://{secret}">',
    "picture above the site, half in hex": '<img alt="x" src="/.%2e/%2e./%2e%2e/..%2f..{secret}">',
    "picture with backslashes": '<img alt="x" src="\\\\127.0.0.1\\share\\a.png">',
    "picture element": '<picture><source srcset="http://127.0.0.1:{port}/b.png"><img alt="x" src="file://{secret}">'
    "</picture>",
    "image as HTML has it not": '<image alt="x" src="file://{secret}">',
    "stylesheet": '<link rel="stylesheet" href="file://{secret}">',
    "stylesheet for print": '<link rel="stylesheet" media="print" href="http://127.0.0.1:{port}/x.css">',
    "import in a data URL": "<link rel='stylesheet' href='data:text/css,@import \"file://{secret}\";'>",
    "border": '<p style="border: 9px solid; border-image: url(file://{secret}) 9">x</p>',
    "font from the web": '<style>@font-face {{ font-family: F; src: url(http://127.0.0.1:{port}/f.woff2) }}'
    " p {{ font-family: F }}</style><p>x</p>",
    "page background": "<style>@page {{ background: url(file://{secret}) }}</style>",
    "margin content": "<style>@page {{ @top-left {{ content: url(http://127.0.0.1:{port}/a.png) }} }}</style>",
    "picture in an SVG in an SVG": "<img alt=\"x\" src='data:image/svg+xml,"
    + SVG.format('<image width="9" height="9" href="file:///dev/zero"/>').replace('"', "%22")
    + "'>",
    "page in an SVG": SVG.format('<foreignObject><img src="file://{secret}"/></foreignObject>'),
}  # fmt: skip
NOT_LOADED = {
    "attachment": '<link rel="attachment" href="file://{secret}">',
    "attached link": '<p><a rel="attachment" href="file://{secret}">x</a></p>',
    "own attachment": '<link rel="attachment" href="/css/print.css">',
    "frame": '<iframe src="file://{secret}"></iframe>',
    "script": '<script src="file://{secret}"></script>',
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><p>&e;</p>',
    "use in an SVG": SVG.format('<use href="file://{secret}#a"/>'),
    "style in an SVG": SVG.format("<style>@import url(file://{secret});</style>"),
    "local font": "<style>@font-face {{ font-family: F; src: local(DejaVu) }}</style><p style='font-family: F'>x</p>",
    "alternate style": '<link rel="alternate stylesheet" href="file://{secret}">',
    "icon": '<link rel="icon" href="http://127.0.0.1:{port}/icon.svg">',
    "video": '<video poster="http://127.0.0.1:{port}/a.png" src="file://{secret}"></video>',
    "sound": '<audio src="file://{secret}"></audio>',
    "sources of a picture": '<img alt="x" srcset="http://127.0.0.1:{port}/a.png 2x">',
    "picture of a form": '<form action="http://127.0.0.1:{port}/"><input type="image" src="file://{secret}"></form>',
    "refresh": '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/">',
    "old background": '<table background="file://{secret}"><tr><td>x</td></tr></table>',
    "mask": '<p style="mask-image: url(file://{secret})">x</p>',
    "pointer": '<p style="cursor: url(file://{secret}), auto">x</p>',
    "shape": '<p style="float: left; shape-outside: url(file://{secret})">x</p>',
    "inclusion": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>',
    "inclusion in an SVG": SVG.format(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>'
    ),
    "entity in an SVG in a data URL": '<img alt="x" src=\'data:image/svg+xml,<!DOCTYPE svg [<!ENTITY e SYSTEM '
    + "%22file://{secret}%22>]>"
    + SVG.format("<text>&amp;e;</text>").replace('"', "%22")
    + "'>",
    "server-side include": '<!--#include file="{secret}" -->',
    "stylesheet of XML": '<?xml-stylesheet href="file://{secret}"?>',
    "page in a data URL": "<iframe src='data:text/html,<img src=%22file://{secret}%22>'></iframe>",
    "script of an SVG": SVG.format('<script href="file://{secret}"/>'),
    "filter of an SVG": SVG.format('<rect filter="url(file://{secret}#f)" width="9" height="9"/>'),
    "preload": '<link rel="preload" as="font" href="http://127.0.0.1:{port}/f.ttf">',
}
"""What WeasyPrint does not know or is told to leave alone."""

PROBING = """
import json, sys
from pathlib import Path
from pdf import paper  # the tests' own
from kommunalnews.rendering import pdf

probes, secret, fonts = json.loads(sys.stdin.read()), sys.argv[1], Path(sys.argv[2])
events = []

OURS = (str(fonts), sys.prefix, sys.base_prefix, str(Path(pdf.__file__).parents[3]))

def hook(event, arguments):
    if event.startswith(("socket.", "urllib.", "ftplib.", "http.", "subprocess.", "os.system", "os.posix_spawn")):
        events.append(event)
    if event == "open" and isinstance(arguments[0], (str, bytes)) and not str(arguments[0]).startswith(OURS):
        events.append(f"open {arguments[0]}")

fontconfig = pdf.write_fontconfig(fonts)
pdf.typeset(paper.job("<p>warm</p>"), fontconfig)
sys.addaudithook(hook)
found = {}
for name, body in probes.items():
    events.clear()
    try:
        data = pdf.typeset(paper.job(body), fontconfig)
        outcome = "attached" if b"/EmbeddedFile" in paper.objects(data) else "not loaded"
    except pdf.AssetRefused:
        outcome = "refused"
    except pdf.PictureLost:
        outcome = "not loaded"
    found[name] = [outcome, list(events)]
print(json.dumps(found))
"""


class _Watch:
    """Linux's word on whether anybody has opened a file, in whatever language (inotify).

    The time of the last access would tell only where the disk notes it.
    """

    _OPEN = 0x20

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None)
        self.events = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert libc.inotify_add_watch(self.events, os.fsencode(path), self._OPEN) > 0

    def has_seen_it_opened(self) -> bool:
        """Since it was asked last."""
        try:
            return bool(os.read(self.events, 4096))
        except BlockingIOError:
            return False


def test_no_probe_opens_a_socket_or_a_foreign_file(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.svg"
    secret.write_text(SVG.format(f"<text>{SECRET}</text>"), encoding="utf-8")
    watch = _Watch(secret) if sys.platform == "linux" else None  # elsewhere Python's own word must do
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    port = listening.getsockname()[1]
    probes = {name: body.format(secret=secret, port=port) for name, body in {**REFUSED, **NOT_LOADED}.items()}
    tests = Path(__file__).parents[1]
    code = f"import sys; sys.path[:0] = [{str(tests)!r}, {str(tests.parent / 'src')!r}]\n{PROBING}"
    done = subprocess.run(
        [sys.executable, "-c", code, str(secret), str(fonts)],
        input=json.dumps(probes), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    with listening, pytest.raises(BlockingIOError):  # nobody has called, in whatever language
        listening.accept()
    if watch:
        assert not watch.has_seen_it_opened()
        secret.read_text(encoding="utf-8")
        assert watch.has_seen_it_opened()  # it would have told
    found = json.loads(done.stdout)
    assert {name: events for name, (_, events) in found.items() if events} == {}
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        **dict.fromkeys(REFUSED, "refused"),
        **dict.fromkeys(NOT_LOADED, "not loaded"),
    }


def test_sealing_takes_what_the_print_view_shows_and_stays_in_the_site() -> None:
    published = {
        "a/druck.html": b'<link rel="stylesheet" href="/css/a.css?v=1"><link rel="icon" href="/i.svg">'
        b'<img src="b.png"><img src="../../etc/passwd"><img src="/%2e%2e/x.png"><img src="https://other.example/c.png">',
        "css/a.css": b'@import "b.css"; p { background: url(../f.ttf) }',
        "css/b.css": b"p { background: url(data:image/png,x) }",
        "f.ttf": b"font",
        "a/b.png": PIXEL,
        "i.svg": b"icon",
    }
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        if path not in published:
            raise FileNotFoundError(path)
        return published[path]

    job = pdf.seal(PdfRecipe("a/druck.html", f"{paper.BASE}a/druck.html", paper.BASE), read)
    assert set(job.assets) == {paper.BASE + path for path in ("css/a.css", "css/b.css", "f.ttf", "a/b.png")}
    assert all(".." not in path for path in asked)


def test_a_picture_in_a_data_url_is_shown(fontconfig: Path) -> None:
    data = pdf.typeset(
        paper.job(f"<img alt='x' src='data:image/svg+xml,{SVG.format('')}'>".replace("#", "%23")), fontconfig
    )
    assert b"/Figure" in paper.objects(data)


@pytest.mark.parametrize("foreign", ["file:///etc/passwd", "http://127.0.0.1:9/a.png", "/not/in/the/job.png"])
def test_a_drawing_of_the_job_may_load_nothing_either(foreign: str, fontconfig: Path) -> None:
    drawing = SVG.format(f'<image href="{foreign}" width="9" height="9"/>').encode()
    with pytest.raises(pdf.AssetRefused):
        pdf.typeset(paper.job('<img alt="x" src="/bild.svg">', {"bild.svg": drawing}), fontconfig)
