"""Published site → what Lighthouse says of some of its pages, on a phone and at a desk.

    python benchmarks/lighthouse.py public/ [ADDRESS …]

The site must be built with ``-b http://127.0.0.1:8766/`` and ``precompress: [br]``; it is served on loopback,
compressed as by a web server. Without addresses the front page and the first section and article that it links are
judged. Points for speed hang on the machine: nothing else should run. Exit code 1 where a category of any page has less
than 100.
"""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from chromium import QUIET

HERE = Path(__file__).parent
PORT = 8766
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time", "total-byte-weight")
GOOD = 0.9
_FIRST = (re.compile(r'href="(/bereiche/[^/"]+/)"'), re.compile(r'href="(/meldungen/\d+/[^/"]+/)"'))
"""How a section and an article are linked."""


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Serves files, the compressed one where there is one, and says nothing."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """As its base class, but for the coding."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        packed = path.with_name(f"{path.name}.br")
        if not packed.is_file() or "br" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "br")
        self.send_header("Content-Length", str(packed.stat().st_size))
        self.end_headers()
        return packed.open("rb")

    def log_message(self, *_: object) -> None:
        """Nothing."""


def main() -> None:
    """Serve the site, judge its pages, print a table."""
    folder = Path(sys.argv[1])
    program = set_up(Path(tempfile.gettempdir()) / "kommunalnews-lighthouse")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), functools.partial(Compressed, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    worst = 100
    print("| page | screen |", " | ".join((*CATEGORIES, *FIGURES)), "|")
    print("|---|---|" + "---:|" * (len(CATEGORIES) + len(FIGURES)))
    for address in sys.argv[2:] or pages(folder):
        for screen in ("phone", "desk"):
            told = judged(program, f"http://127.0.0.1:{PORT}{address}", screen)
            scores = [round(100 * (told["categories"][name]["score"] or 0)) for name in CATEGORIES]
            worst = min(worst, *scores)
            print("|", address, "|", screen, "|", " | ".join([*map(str, scores), *figures(told)]), "|", flush=True)
            for name in failed(told):
                print(f"    {name}", file=sys.stderr)
    sys.exit(worst < 100)


def set_up(folder: Path) -> Path:
    """Install Lighthouse as the lock says, where that is not done yet; its program."""
    program = folder / "node_modules/lighthouse/cli/index.js"
    lock = HERE / "lighthouse/package-lock.json"
    installed = folder / lock.name
    if not program.is_file() or installed.read_bytes() != lock.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(lock.parent, folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return program


def pages(folder: Path) -> list[str]:
    """The front page, and the first section and article that it leads to."""
    front = (folder / "index.html").read_text(encoding="utf-8")
    found = [pattern.search(front) for pattern in _FIRST]
    return ["/", *[one[1] for one in found if one]]


def judged(program: Path, url: str, screen: str) -> dict[str, Any]:
    """What Lighthouse says of a page."""
    command = ["node", str(program), url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--preset=desktop"] * (screen == "desk") + [f"--chrome-flags=--headless=new {' '.join(QUIET)}"]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or sys.exit("Chromium is not installed.")
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(told: dict[str, Any]) -> list[str]:
    return [told["audits"][name]["displayValue"] for name in FIGURES]


def failed(told: dict[str, Any]) -> list[str]:
    """The audits that cost a page points."""
    weights = {ref["id"]: ref["weight"] for name in CATEGORIES for ref in told["categories"][name]["auditRefs"]}
    audits = [told["audits"][name] for name, weight in weights.items() if weight]
    return [f"{one['id']}: {one['title']}" for one in audits if one["score"] is not None and one["score"] < GOOD]


if __name__ == "__main__":
    main()
