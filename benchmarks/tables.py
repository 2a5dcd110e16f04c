#!/usr/bin/env python3
"""Results → Markdown tables.

usage: tables.py [RESULTS.json]
"""

import sys
from pathlib import Path
from statistics import median

import results
from portals import ROWS
from results import Measured, Results
from tools import HERE, PDF_TOOLS, TOOLS, Tool

_OURS = ("kommunalnews", "kommunalnews-ssi")
_RIVALS = ("hugo-related", "hugo")
_WITH_PDF = dict(zip(_OURS, (tool.key for tool in PDF_TOOLS), strict=True))
_NAMES = {"kommunalnews": "kommunalnews", "hugo": "Hugo", "eleventy": "Eleventy", "pelican": "Pelican"}


def main() -> None:
    """Print the tables of what was measured last."""
    print(markdown(results.read(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "results.json")))


def markdown(found: Results) -> str:
    """All tables, and what they were measured on."""
    return "\n\n".join([_about(found), *(_size(measured) for measured in found.sizes)])


def _about(found: Results) -> str:
    machine = found.machine
    versions = ", ".join(f"{_NAMES.get(form, form)} {version}" for form, version in found.versions.items())
    runs = "One run each" if found.repeat == 1 else f"Medians of {found.repeat} runs, least and most in brackets"
    return (
        f"{versions}; {machine['cores']} cores, {machine['memory']} GB, Python {machine['python']}"
        + (f", Node {machine['node']}" if machine["node"] else "")
        + f"; load before the first build {machine['load']}. {runs}."
    )


def _size(measured: Measured) -> str:
    tools = [tool for tool in TOOLS if _has(measured, tool)]
    rivals = [key for key in _RIVALS if any(tool.key == key for tool in tools)]
    names = {tool.key: tool.name for tool in (*TOOLS, *PDF_TOOLS)}
    head = [f"{measured.articles:,} articles", *(tool.name for tool in tools)]
    head += [f"inline · ssi : {names[key]}" for key in rivals]
    rows = []
    for key, row in ROWS.items():
        if key in measured.seconds and key != "pdf":
            cells = [time_cell(measured.seconds[key].get(tool.key, [])) for tool in tools]
            rows.append([row.name, *cells, *(_ratios(measured, key, rival) for rival in rivals)])
    if pdf := measured.seconds.get("pdf"):
        cells = [time_cell(pdf[_WITH_PDF[tool.key]]) if _WITH_PDF.get(tool.key) in pdf else "" for tool in tools]
        rows.append([ROWS["pdf"].name, *cells, *("" for _ in rivals)])
    if measured.memory:
        cells = [f"{measured.memory[tool.key] / 1e6:,.0f} MB" if tool.key in measured.memory else "–" for tool in tools]
        rows.append(["memory of all processes, cold", *cells, *("" for _ in rivals)])
    if measured.files:
        cells = [
            f"{measured.files[tool.key]:,} ({measured.bytes[tool.key] / 1e6:,.0f} MB)"
            if tool.key in measured.files
            else "–"
            for tool in tools
        ]
        rows.append(["files", *cells, *("" for _ in rivals)])
    failed = [f"{names.get(key, key)} failed: {why}." for key, why in measured.failed.items()]
    return "\n\n".join([table(head, rows), *failed])


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; every column but the first is set to the right."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def time_cell(taken: list[float]) -> str:
    """``2.41 s (2.38–2.60)``."""
    if not taken:
        return "–"
    middle = duration(median(taken))
    return middle if len(taken) == 1 else f"{middle} ({number(min(taken))}–{number(max(taken))})"


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{number(seconds)} s"


def number(seconds: float) -> str:
    """Three figures at most: 0.38, 2.41, 14.6, 368."""
    if seconds < 9.995:
        return f"{seconds:.2f}"
    return f"{seconds:.1f}" if seconds < 99.95 else f"{seconds:.0f}"


def ratio(ours: float, theirs: float) -> str:
    """``1/34`` where we are so many times faster, else ``0.51`` or ``1.20``."""
    if ours * 10 <= theirs:
        return f"1/{theirs / ours:.0f}"
    return f"{ours / theirs:.2f}"


def _ratios(measured: Measured, row: str, rival: str) -> str:
    theirs = measured.median(row, rival)
    parts = []
    for key in _OURS:
        ours = measured.median(row, key)
        parts.append(ratio(ours, theirs) if ours is not None and theirs is not None else "–")
    return " · ".join(parts)


def _has(measured: Measured, tool: Tool) -> bool:
    return any(tool.key in taken for taken in measured.seconds.values())


if __name__ == "__main__":
    main()
