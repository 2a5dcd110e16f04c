#!/usr/bin/env python3
"""Print views of a number of articles → their PDFs, by 1, 2 and 4 workers: how the work spreads.

usage: pdf_spread.py [N] [--workers 1,2,4] [--work FOLDER]

The pages are made first and not measured. Then each kind of worker makes all PDFs, in a process of its own that begins
with nothing; starting the workers belongs to the time. The CPU time is that of all processes together, schedulers too.
Whoever makes them, the files must be the same. With more workers than cores the table shows what the cores can do.

It needs Linux and the packages of ``requirements-dev.lock``: ``.venv/bin/python benchmarks/pdf_spread.py``.
"""

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kommunalnews.recipes import Output
    from kommunalnews.stages.typesetting import Typesetting

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
KINDS = {"processes": "processes", "cluster": "Dask, local cluster"}
NOW = 2_000_000_000
"""A moment after all of the corpus."""
_BECOME_SUBREAPER = 36
"""``PR_SET_CHILD_SUBREAPER``: what our descendants leave behind becomes our child, so that its time is counted."""


def main() -> None:
    """Measure, or be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description="How the PDF work of N articles spreads.")
    parser.add_argument("articles", nargs="?", type=int, default=1000, metavar="N")
    parser.add_argument("--workers", default="1,2,4", help="numbers of workers (1,2,4)")
    parser.add_argument("--work", type=Path, help="a folder to work in, kept (a temporary one)")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(typeset(asked.work, asked.one[0], int(asked.one[1]))))
        return
    with tempfile.TemporaryDirectory(prefix="kommunalnews-spread-") as temporary:
        work = asked.work or Path(temporary)
        make_pages(work, asked.articles)
        compare(work, [int(number) for number in asked.workers.split(",")])


def make_pages(work: Path, articles: int) -> None:
    """A site of so many articles, built without PDFs."""
    shutil.rmtree(work / "site", ignore_errors=True)
    corpus = [sys.executable, str(HERE / "corpus.py"), str(work / "site"), str(articles)]
    build = [sys.executable, "-m", "kommunalnews", "build", "-s", str(work / "site"), "-d", str(work / "site/public")]
    for words in (corpus, [*build, "--no-pdf", "--no-search", "--now", "2033-05-18T05:33:20+02:00"]):
        subprocess.run(words, env=environment(), stdout=subprocess.DEVNULL, check=True)


def compare(work: Path, counts: list[int]) -> None:
    """Print the table."""
    rows = []
    for kind in KINDS:
        for count in counts:
            print(f"{KINDS[kind]}, {count} …", file=sys.stderr, flush=True)
            words = [sys.executable, str(Path(__file__)), "--work", str(work), "--one", kind, str(count)]
            done = subprocess.run(words, env=environment(), stdout=subprocess.PIPE, check=True)
            rows.append((kind, count, json.loads(done.stdout.splitlines()[-1])))
    if len({found["digest"] for _, _, found in rows}) != 1:
        sys.exit("The PDFs differ!")
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"{rows[0][2]['pdfs']} PDFs, {cores} cores, load {load:.1f}; the files are the same in all rows.\n")
    print("| who | workers | seconds | speed-up | CPU seconds | CPU a PDF | PDFs a second |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for kind, count, found in rows:
        first = next(other["seconds"] for name, _, other in rows if name == kind)
        seconds, cpu, pdfs = found["seconds"], found["cpu"], found["pdfs"]
        print(
            f"| {KINDS[kind]} | {count} | {seconds:.1f} | {first / seconds:.2f} | {cpu:.1f} "
            f"| {cpu / pdfs:.3f} | {pdfs / seconds:.1f} |"
        )


def asked_for(site: Path) -> "tuple[Typesetting, list[Output]]":
    """The PDFs of a site whose pages are made, and what the tasks that make them share. Its destination is open."""
    from kommunalnews.executors import SerialExecutor
    from kommunalnews.index import Library
    from kommunalnews.planning import plan, read_config
    from kommunalnews.publish import Destination
    from kommunalnews.recipes import PdfRecipe
    from kommunalnews.requests import BuildRequest
    from kommunalnews.stages import typesetting
    from kommunalnews.store import MemoryStore

    request = BuildRequest(str(site), str(site / "public"), NOW)
    planned = plan(request, read_config(request), None, SerialExecutor(), Library(site / ".cache/kommunalnews"))
    outputs = [output for output in planned.plan.outputs if isinstance(output.recipe, PdfRecipe)]
    destination = Destination(Path(request.destination))
    manifest = destination.read_manifest()
    destination.open(manifest)
    shared = typesetting.sharing(Path(request.source), destination, MemoryStore(), manifest, outputs)
    return shared, outputs


def typeset(work: Path, kind: str, workers: int) -> dict[str, object]:
    """Make all PDFs of the site by so many workers."""
    from kommunalnews.digest import of_parts
    from kommunalnews.executors import Executor, ProcessExecutor, SerialExecutor
    from kommunalnews.stages import typesetting

    ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
    shared, outputs = asked_for(work / "site")
    destination = shared.destination
    destination.announce([output.path for output in outputs])
    executor: Executor = ProcessExecutor(workers)
    if kind == "cluster":
        from kommunalnews.executors.cluster import LOCAL, ClusterExecutor

        executor = ClusterExecutor(LOCAL, SerialExecutor(), workers)
    start, before = time.monotonic(), cpu()
    made = executor.run_sealed(typesetting.TYPESETTING, shared, outputs, advance=lambda done: None)
    seconds = time.monotonic() - start
    bury_children()
    used = cpu() - before
    if told := [*executor.problems(), *(said for one in made for said in one.diagnostics)]:
        sys.exit(f"That went wrong: {told[0]}")
    for output in outputs:
        (destination.root / output.path).unlink()
    destination.close()
    digest = of_parts(*(str(one.digest) for one in made))
    return {"seconds": seconds, "cpu": used, "pdfs": len(made), "digest": digest}


def cpu() -> float:
    """CPU seconds of this process and of its descendants that have ended."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def bury_children() -> None:
    """Wait until all descendants have ended; a resource tracker of Python's lasts as long as we do."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)
        except ChildProcessError:
            return


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE)}


if __name__ == "__main__":
    main()
