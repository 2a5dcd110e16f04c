#!/usr/bin/env python3
"""kommunalnews and its peers, side by side → a table, ``results.json`` and the plot that the README shows.

usage: run.py [--sizes 1000,10000] [--peers hugo,eleventy,pelican] [--repeat 3] [--rows cold,…] [--work FOLDER]

Every number is the time of a whole process, from start to exit. Between two measurements of one tool stand those of
all others, so that what else the machine does meets all alike.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import measure
import plot
import portals
import results
import tables
import tools
from portals import ROWS, Site
from results import Measured
from tools import PEERS, ROOT, TOOLS, Tool, Workshop


def main() -> int:
    """Measure, and say what came of it; 1 where a build failed."""
    wanted = _arguments()
    shop = Workshop(wanted.work.resolve(), wanted.ours.resolve())
    chosen = tuple(tool for tool in TOOLS if tool.form in ("kommunalnews", *wanted.peers))
    shop.set_up({tool.form for tool in chosen})
    known = results.read(wanted.results) if wanted.add and wanted.results.exists() else None
    found = results.begin(known, _machine(), {tool.form: shop.version(tool.form) for tool in chosen}, wanted.repeat)
    for articles in wanted.sizes:
        measured = found.of(articles)
        for _ in _measure(shop, chosen, articles, wanted, measured):
            results.write(found, wanted.results)
    tools.clear_away(shop.work)
    results.write(found, wanted.results)
    print(tables.markdown(found))
    if not wanted.no_plot:
        wanted.plot.parent.mkdir(parents=True, exist_ok=True)
        wanted.plot.write_text(plot.draw(found), encoding="utf-8")
    return 1 if any(measured.failed for measured in found.sizes) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--sizes", type=_numbers, default=(1000, 10000), help="numbers of articles (1000,10000)")
    add("--peers", type=_names(PEERS), default=PEERS, help="of hugo,eleventy,pelican; or none (all)")
    add(
        "--rows",
        type=_names(tuple(ROWS)),
        default=tuple(row for row in ROWS if row != "pdf"),
        help="of " + ",".join(ROWS),
    )
    add("--repeat", type=int, default=3, help="measurements of each (3)")
    add("--limit", type=float, default=1800, help="seconds that one build may take (1800)")
    add("--peers-fresh", action="store_true", help="the peers always build into an empty folder")
    add("--no-memory", action="store_true", help="do not build once more to look at the memory")
    add("--add", action="store_true", help="keep what results.json already knows of other sizes, rows and tools")
    add("--no-plot", action="store_true", help="do not draw")
    add("--work", type=Path, default=Path(tempfile.gettempdir()) / "kommunalnews-benchmarks", help="working folder")
    add("--ours", type=Path, default=ROOT, help="the checkout of kommunalnews that is measured (this one)")
    add("--results", type=Path, default=tools.HERE / "results.json", help="where the numbers go")
    add("--plot", type=Path, default=ROOT / "docs" / "images" / "benchmarks.svg", help="where the plot goes")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _names(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def names(text: str) -> tuple[str, ...]:
        asked = [part for part in text.split(",") if part not in ("", "none")]
        if unknown := set(asked) - set(known):
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return tuple(name for name in known if name in asked)

    return names


def _machine() -> results.Machine:
    node = shutil.which("node")
    return results.Machine(
        cores=len(os.sched_getaffinity(0)),
        memory=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        system=platform.system(),
        python=platform.python_version(),
        node=subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip("v\n") if node else "",
        load=round(os.getloadavg()[0], 2),
    )


def _measure(
    shop: Workshop, chosen: tuple[Tool, ...], articles: int, wanted: argparse.Namespace, measured: Measured
) -> Iterator[None]:
    """Measure all rows at one size; yields whenever there is something new to keep."""
    rows = [row for row in wanted.rows if row != "pdf"]
    tooled = (*(chosen if rows else ()), *(tools.PDF_TOOLS if "pdf" in wanted.rows else ()))
    _say(f"{articles} articles: writing {len(tooled)} sites")
    made = portals.make(tooled, shop.work, articles, shop.ours)
    bench = _Bench(shop, made, articles, wanted, measured)
    measured.forget(rows if rows else (), ("pdf",) if "pdf" in wanted.rows else (), chosen)
    for tool in tooled:
        if tool.pdf or "cold" not in rows:
            bench.build(tool)
    for repetition in range(wanted.repeat):
        for row in wanted.rows:
            for tool in bench.order(repetition, row):
                bench.time(tool, row, repetition)
                yield
    for tool in tooled:
        if not tool.pdf:
            bench.weigh(tool, memory="cold" in rows and not wanted.no_memory)
            yield


class _Bench:
    """The sites of one size, and what was measured of them."""

    def __init__(
        self, shop: Workshop, made: dict[Tool, Site], articles: int, wanted: argparse.Namespace, measured: Measured
    ) -> None:
        self._shop = shop
        self._sites = made
        self._last_day = portals.last_day(articles, wanted.repeat)
        self._limit = wanted.limit
        self._peers_fresh = wanted.peers_fresh
        self._measured = measured

    def order(self, repetition: int, row: str) -> list[Tool]:
        """The tools, each time beginning with the next one: no one always comes after the same."""
        able = [tool for tool in self._sites if tool.pdf == (row == "pdf")]
        turn = repetition % len(able) if able else 0
        return able[turn:] + able[:turn]

    def build(self, tool: Tool) -> None:
        """Build without measuring."""
        try:
            _say(f"  {tool.name}: {measure.seconds(self._command(tool)):.2f} s, not measured")
        except measure.Failed as failed:
            self._fail(tool, str(failed))

    def time(self, tool: Tool, row: str, repetition: int) -> None:
        """Make the row's change and measure the build that follows."""
        if tool.key in self._measured.failed:
            return
        site = self._sites[tool]
        headline = ROWS[row].change(site, repetition)
        if self._peers_fresh and tool.form != "kommunalnews":
            tools.forget(site.folder)
        try:
            taken = measure.seconds(self._command(tool))
        except measure.Failed as failed:
            self._fail(tool, f"{ROWS[row].name}: {failed}")
            return
        if not site.is_built() or not site.tells_of(headline):
            self._fail(tool, f"{ROWS[row].name}: the front page is missing, or does not tell of the new article")
            return
        self._measured.seconds.setdefault(row, {}).setdefault(tool.key, []).append(round(taken, 4))
        _say(f"  {ROWS[row].name}, {tool.name}: {taken:.2f} s")

    def weigh(self, tool: Tool, *, memory: bool) -> None:
        """Count what the build has made; and look at the memory of one more cold build."""
        if tool.key in self._measured.failed:
            return
        self._measured.files[tool.key], self._measured.bytes[tool.key] = self._sites[tool].size()
        if memory:
            tools.forget(self._sites[tool].folder)
            try:
                self._measured.memory[tool.key] = measure.memory(self._command(tool))
            except measure.Failed as failed:
                self._fail(tool, f"memory: {failed}")
                return
            _say(f"  memory, {tool.name}: {self._measured.memory[tool.key] / 1e6:.0f} MB")

    def _command(self, tool: Tool) -> measure.Command:
        folder = self._sites[tool].folder
        words = self._shop.words(tool, folder, self._last_day)
        return measure.Command(words, folder, self._shop.environment(tool), self._limit)

    def _fail(self, tool: Tool, why: str) -> None:
        _say(f"  {tool.name} failed: {why}")
        self._measured.failed[tool.key] = why


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
