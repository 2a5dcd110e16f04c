#!/usr/bin/env python3
"""The PDFs of a number of articles, by two processes: our stage, WeasyPrint alone, Chromium, and Hugo with Chromium.

usage: pdf_stage.py [N] [--site FOLDER] [--repeat 3] [--memory 2000] [--work FOLDER]

- **stage**: all that a build does between finished print views and published PDFs, start of the workers included.
- **bare**: a loop over ``HTML(string).write_pdf`` in two processes that have loaded WeasyPrint, fonts and stylesheet
  before the clock starts; no QR code, no footnotes at the foot, nothing read or written. Once as it is, once as PDF/UA.
- **chromium**: one browser that has been started before prints each print view, with tags, from a server on loopback.
- **hugo**: Hugo builds the same articles from nothing, then each print view of its own is printed by a
  ``chromium --headless --print-to-pdf`` of its own, two at a time, from a server on loopback. Generated articles only.

Where the whole stage takes more than 1.15 times as long as the bare loop, the exit code is 1.
``--site`` names a real portal instead of the generated one. ``--memory M`` makes M PDFs in one process and tells how
much it holds. It needs Linux, Chromium and the packages of ``requirements-dev.lock``.
"""

import argparse
import ctypes
import functools
import http.server
import json
import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chromium import QUIET
from pdf_spread import HERE, asked_for, bury_children, cpu, environment, make_pages
from portals import last_day, make
from tools import TOOLS, Workshop

if TYPE_CHECKING:
    from kommunalnews.rendering.pdf import PdfJob

WAYS = {
    "stage": "kommunalnews, the whole stage",
    "bare": "WeasyPrint, bare loop",
    "bare-ua": "WeasyPrint, bare loop, PDF/UA-1",
    "chromium": "Chromium, `page.pdf`, tagged",
    "hugo": "Hugo, then `chromium --print-to-pdf` for each",
}
HUGO = next(tool for tool in TOOLS if tool.key == "hugo")
PROCESSES = 2
_MOST = 1.15
"""How many times as long as a bare loop the whole stage may take."""
_BECOME_SUBREAPER = 36
_STYLESHEET = re.compile(r"<link\b[^>]*\brel=\"stylesheet\"[^>]*>")


class Taken(NamedTuple):
    """What a way took, and what it made: path of a print view → its PDF."""

    seconds: float
    cpu: float
    files: dict[str, bytes]


def main() -> None:
    """Measure, or be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description="What the PDFs of N articles cost, in several ways.")
    parser.add_argument("articles", nargs="?", type=int, default=200, metavar="N")
    parser.add_argument("--site", type=Path, help="a portal to take the articles of")
    parser.add_argument("--ways", help=f"some of {','.join(WAYS)} (all; with --site all but hugo)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0, metavar="M")
    parser.add_argument("--work", type=Path, help="a folder to work in, kept (a temporary one)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
        print(json.dumps(_one(asked.one, asked.work / "site", asked.articles)))
        return
    ways = asked.ways.split(",") if asked.ways else [way for way in WAYS if way != "hugo" or not asked.site]
    with tempfile.TemporaryDirectory(prefix="kommunalnews-stage-") as temporary:
        work = asked.work or Path(temporary)
        if asked.site:
            _copy(asked.site, work / "site")
        else:
            make_pages(work, asked.articles)
        told = compare(work, asked.articles, ways, asked.repeat)
        if asked.memory:
            for line in _run(work, f"memory {asked.memory}", asked.articles)["held"]:
                print(line)
    if told:
        sys.exit(told)


def _copy(site: Path, to: Path) -> None:
    """A real portal, built without PDFs."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(site, to, ignore=shutil.ignore_patterns(".*", "public"))
    words = ("-m", "kommunalnews", "build", "-s", str(to), "-d", str(to / "public"), "--no-pdf", "--no-search")
    subprocess.run(
        [sys.executable, *words, "--now", "2033-05-18T05:33:20+02:00"],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def compare(work: Path, articles: int, ways: list[str], repeat: int) -> str:
    """Print the table: medians, each way once in every round. What is wrong with them, or nothing."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(repeat):
        for way in ways:
            print(f"{WAYS[way]} …", file=sys.stderr, flush=True)
            found[way].append(_run(work, way, articles))
    pdfs, cores, load = found[ways[0]][0]["pdfs"], len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"{pdfs} PDFs, {cores} cores, load {load:.1f}; medians of {repeat}\n")
    print("| way | seconds | CPU seconds | CPU a PDF | CPU a page | pages | kB a PDF | kB, two pages, no picture |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    taken: dict[str, float] = {}
    for way in ways:
        seconds, used = (statistics.median(one[name] for one in found[way]) for name in ("seconds", "cpu"))
        taken[way], one = seconds, found[way][0]
        print(
            f"| {WAYS[way]} | {seconds:.1f} | {used:.1f} | {1000 * used / one['pdfs']:.0f} ms "
            f"| {1000 * used / one['pages']:.0f} ms | {one['pages']} | {one['size'] / one['pdfs'] / 1000:.0f} "
            f"| {one['plain'] / 1000:.0f} |"
        )
    if "stage" in taken and taken["stage"] > _MOST * taken.get("bare", taken["stage"]):
        return (
            f"The whole stage takes {taken['stage'] / taken['bare']:.2f} times as long as the bare loop, not {_MOST}."
        )
    return ""


def _run(work: Path, way: str, articles: int) -> dict[str, Any]:
    words = [sys.executable, __file__, str(articles), "--work", str(work), "--one", way]
    done = subprocess.run(words, env=environment(), stdout=subprocess.PIPE, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _one(way: str, site: Path, articles: int) -> dict[str, object]:
    if way.startswith("memory"):
        return {"held": memory(site, int(way.split()[1]))}
    ways: dict[str, Callable[[Path, int], Taken]] = {
        "stage": stage,
        "bare": functools.partial(bare, variant=None),
        "bare-ua": functools.partial(bare, variant="pdf/ua-1"),
        "chromium": chromium,
        "hugo": hugo,
    }
    seconds, used, files = ways[way](site, articles)
    pages = {path: _pages(data) for path, data in files.items()}
    plain = [
        len(files[path]) for path, job in _jobs(site, articles) if pages.get(path) == 2 and b"<img" not in job.html
    ]
    return {
        "seconds": seconds, "cpu": used, "pdfs": len(files), "pages": sum(pages.values()),
        "size": sum(map(len, files.values())),
        "plain": statistics.median(plain) if plain else 0,
    }  # fmt: skip


def _pages(data: bytes) -> int:
    import pikepdf

    with pikepdf.open(BytesIO(data)) as document:
        return len(document.pages)


def stage(site: Path, articles: int) -> Taken:
    """Our own way, as ``build`` calls it."""
    from kommunalnews.executors import ProcessExecutor
    from kommunalnews.recipes import PdfRecipe
    from kommunalnews.stages import typesetting

    shared, outputs = asked_for(site)
    outputs = outputs[:articles]
    destination = shared.destination
    destination.announce([output.path for output in outputs])
    start, before = time.monotonic(), cpu()
    made = ProcessExecutor(PROCESSES).run_sealed(typesetting.TYPESETTING, shared, outputs, advance=lambda done: None)
    seconds = time.monotonic() - start
    bury_children()
    used = cpu() - before
    if told := [said for one in made for said in one.diagnostics if said.is_error]:
        sys.exit(f"That went wrong: {told[0]}")
    files = {}
    for output, one in zip(outputs, made, strict=True):
        assert output.path == one.path
        if isinstance(output.recipe, PdfRecipe):
            files[output.recipe.print_view] = destination.read(one.path)
    for one in made:
        (destination.root / one.path).unlink()
    destination.close()
    return Taken(seconds, used, files)


def _jobs(site: Path, articles: int) -> "list[tuple[str, PdfJob]]":
    """Path of each print view, and its job."""
    from kommunalnews.recipes import PdfRecipe
    from kommunalnews.rendering import pdf

    shared, outputs = asked_for(site)
    recipes = [output.recipe for output in outputs[:articles] if isinstance(output.recipe, PdfRecipe)]
    jobs = [(recipe.print_view, pdf.seal(recipe, shared.destination.read)) for recipe in recipes]
    shared.destination.close()
    return jobs


def bare(site: Path, articles: int, *, variant: str | None) -> Taken:
    """WeasyPrint as its documentation has it, with nothing of ours but the fontconfig."""
    jobs = _jobs(site, articles)
    context = multiprocessing.get_context("fork")
    begin, results = context.Barrier(PROCESSES + 1), context.SimpleQueue()
    workers = [
        context.Process(target=_bare_worker, args=(jobs[number::PROCESSES], variant, begin, results))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    begin.wait()
    start = time.monotonic()
    answers = [results.get() for _ in workers]
    seconds = max(end for end, _, _ in answers) - start
    for worker in workers:
        worker.join()
    files = dict(pair for _, _, made in answers for pair in made)
    return Taken(seconds, sum(used for _, used, _ in answers), files)


def _bare_worker(jobs: "list[tuple[str, PdfJob]]", variant: str | None, begin: Any, results: Any) -> None:
    from kommunalnews.rendering import pdf

    with tempfile.TemporaryDirectory() as folder:
        os.environ["FONTCONFIG_FILE"] = str(pdf.write_fontconfig(Path(folder)))
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcherResponse

        def fetch(url: str) -> object:
            address = url.partition("?")[0]
            found = next(job.assets[address] for _, job in jobs if address in job.assets)
            return URLFetcherResponse(url, found)

        fonts = FontConfiguration()
        [sheet] = {url for url in jobs[0][1].assets if url.endswith("print.css")}
        css = weasyprint.CSS(url=sheet, url_fetcher=fetch, font_config=fonts)

        def write(job: "PdfJob") -> bytes:
            text = _STYLESHEET.sub("", job.html.decode())
            document = weasyprint.HTML(string=text, base_url=job.url, url_fetcher=fetch)
            data: bytes = document.write_pdf(stylesheets=[css], font_config=fonts, pdf_variant=variant)
            return data

        write(jobs[0][1])
        begin.wait()
        used = time.process_time()
        made = [(path, write(job)) for path, job in jobs]
        results.put((time.monotonic(), time.process_time() - used, made))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that has printed hangs up."""


def chromium(site: Path, articles: int) -> Taken:
    """A browser that prints."""
    from playwright.sync_api import sync_playwright

    from kommunalnews.recipes import PdfRecipe

    shared, outputs = asked_for(site)
    shared.destination.close()
    paths = [output.recipe.print_view for output in outputs[:articles] if isinstance(output.recipe, PdfRecipe)]
    before = cpu()
    with _served(site / "public") as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page()
        page.goto(f"{base}/{paths[0]}")
        start = time.monotonic()
        made = {}
        for path in paths:
            page.goto(f"{base}/{path}")
            made[path] = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        seconds = time.monotonic() - start
        browser.close()
    bury_children()
    return Taken(seconds, cpu() - before, made)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A folder, served on loopback: its address."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def hugo(site: Path, articles: int) -> Taken:
    """What a portal of Hugo's would do: build, and start a browser for each PDF."""
    work = site.parent / "hugo"
    workshop = Workshop(Path(tempfile.gettempdir(), "kommunalnews-benchmarks"), HERE.parent)
    workshop.set_up({"hugo"})
    peer = make([HUGO], work, articles, HERE.parent)[HUGO]
    words = workshop.words(HUGO, peer.folder, last_day(articles, 1))
    start, before = time.monotonic(), cpu()
    subprocess.run(words, cwd=peer.folder, env=workshop.environment(HUGO), check=True)
    views = sorted(peer.public.glob("meldungen/*/*/druck.html"))
    with _served(peer.public) as base, ThreadPoolExecutor(PROCESSES) as browsers:
        printed = functools.partial(_printed, base, peer.public, work)
        paths = [view.relative_to(peer.public).as_posix() for view in views]
        files = dict(zip(paths, browsers.map(printed, views), strict=True))
    seconds = time.monotonic() - start
    bury_children()
    used = cpu() - before
    shutil.rmtree(work)
    return Taken(seconds, used, files)


def _printed(base: str, public: Path, work: Path, view: Path) -> bytes:
    """A print view as a browser of its own prints it."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        to = Path(folder, "printed.pdf")
        words = ["chromium", "--headless", *QUIET, f"--user-data-dir={folder}/profile", "--no-pdf-header-footer"]
        address = f"{base}/{view.relative_to(public).as_posix()}"
        subprocess.run([*words, f"--print-to-pdf={to}", address], stderr=subprocess.DEVNULL, check=True)
        return to.read_bytes()


def memory(site: Path, count: int) -> list[str]:
    """Make so many PDFs in one process: what it holds after each tenth of them."""
    from kommunalnews.rendering import pdf

    jobs = _jobs(site, count)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        fontconfig = pdf.write_fontconfig(Path(folder))
        pdf.prepare(fontconfig, "de")
        for number in range(count):
            pdf.attempt(jobs[number % len(jobs)][1], fontconfig)
            if (number + 1) % (count // 10) == 0:
                found.append(f"{number + 1} PDFs: {_resident():.0f} MB")
    return found


def _resident() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    main()
