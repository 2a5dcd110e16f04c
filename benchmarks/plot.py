#!/usr/bin/env python3
"""Results → an SVG of two panels: time against number of articles, and what it takes to publish one more.

usage: plot.py [RESULTS.json [PLOT.svg]]

Text is text, labels stand beside what they name, and every tool has a shape as well as a colour.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from pathlib import Path

import results
import tables
from results import Measured, Results
from tools import HERE, PDF_TOOLS, ROOT, TOOLS

WIDTH, HEIGHT = 960, 420
_TOP, _BOTTOM = 96, 352
_LEFT, _RIGHT = 74, 300
"""The edges of the first panel's field."""
_LABELS = 326
_NAMES, _BARS, _BARS_END = 722, 732, 880
_GAP = 19
"""Between the base lines of two labels."""

STYLE = """
svg { --paper: #ffffff; --ink: #1d2327; --soft: #59636b; --line: #dfe4e7;
  --ours: #0b5f66; --hugo: #b4450c; --eleventy: #7b3f8c; --pelican: #5b6168; }
@media (prefers-color-scheme: dark) { svg { --paper: #14191c; --ink: #eef2f4; --soft: #a6b1b8; --line: #2d363b;
  --ours: #5cc8cf; --hugo: #ff9d5c; --eleventy: #d79be6; --pelican: #b3bcc3; } }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--ink); }
.title { font-size: 17px; font-weight: 650; }
.soft { fill: var(--soft); font-size: 12px; }
.strong { font-weight: 650; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.paper { fill: var(--paper); stroke: var(--line); }
.grid { stroke: var(--line); }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.leader { stroke-width: 1; opacity: 0.55; }
.dashed { stroke-dasharray: 5 4; }
.mark { stroke-width: 2; }
.hollow { fill: var(--paper); }
"""


@dataclass(frozen=True)
class Look:
    """How a tool is drawn."""

    name: str
    colour: str
    shape: str
    hollow: bool = False
    """The variant of another: hollow marks, a dashed line, a hollow bar."""


LOOKS = {
    "kommunalnews": Look("kommunalnews", "ours", "circle"),
    "kommunalnews-ssi": Look("kommunalnews, ssi", "ours", "circle", hollow=True),
    "kommunalnews-pdf": Look("kommunalnews, with PDF", "ours", "circle", hollow=True),
    "hugo-related": Look("Hugo, related articles", "hugo", "square"),
    "hugo": Look("Hugo", "hugo", "square", hollow=True),
    "eleventy": Look("Eleventy", "eleventy", "triangle"),
    "pelican": Look("Pelican", "pelican", "diamond"),
}


def main() -> None:
    """Draw the plot anew."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "results.json"
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "images" / "benchmarks.svg"
    target.write_text(draw(results.read(source)), encoding="utf-8")


def draw(found: Results) -> str:
    """The whole picture."""
    curves = _curves(found)
    published = _published(found)
    description = "; ".join([*(_told(name, points) for name, points in curves.items()), *_told_bars(published)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' role="img" aria-labelledby="title description">',
        '<title id="title">How long kommunalnews, Hugo, Eleventy and Pelican take to build the same portal</title>',
        f'<desc id="description">{escape(description)}.</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="10"/>',
        *_cold_panel(curves),
        *_publish_panel(published),
        _text(28, HEIGHT - 20, _footnote(found), "soft"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


Points = tuple[tuple[int, float], ...]
"""Number of articles and seconds, fewest first."""


def _curves(found: Results) -> dict[str, Points]:
    curves = {}
    for tool in TOOLS:
        points = [(size.articles, size.median("cold", tool.key)) for size in found.sizes]
        if known := tuple((articles, taken) for articles, taken in points if taken is not None):
            curves[tool.key] = known
    return curves


@dataclass(frozen=True)
class _Published:
    articles: int
    seconds: tuple[tuple[str, float], ...]
    """Tool and time, the fastest first."""


def _published(found: Results) -> _Published:
    """One new article, at 10,000 articles where that was measured, else at the most."""
    sizes = [size for size in found.sizes if size.seconds.get("article")]
    if not sizes:
        return _Published(0, ())
    size = next((size for size in sizes if size.articles == 10_000), sizes[-1])
    rows = [(tool.key, size.median("article", tool.key)) for tool in TOOLS] + [(PDF_TOOLS[0].key, _pdf(size))]
    known = [(key, taken) for key, taken in rows if taken is not None]
    return _Published(size.articles, tuple(sorted(known, key=lambda row: row[1])))


def _pdf(size: Measured) -> float | None:
    return size.median("pdf", PDF_TOOLS[0].key)


# ── cold builds ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _cold_panel(curves: dict[str, Points]) -> list[str]:
    parts = [
        _text(28, 42, "A cold build", "title"),
        _text(28, 62, "seconds against articles, both logarithmic", "soft"),
    ]
    if not curves:
        return parts
    sizes = sorted({articles for points in curves.values() for articles, _ in points})
    times = [taken for points in curves.values() for _, taken in points]
    across = _Scale(sizes[0] / 1.25, sizes[-1] * 1.25, _LEFT, _RIGHT)
    up = _Scale(_tick_below(min(times)), _tick_above(max(times)), _BOTTOM, _TOP)
    for tick in _ticks(up.low, up.high):
        y = up(tick)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{tick:,g} s", "soft end"))
    for articles in _apart(sizes, across):
        parts.append(_text(across(articles), _BOTTOM + 20, f"{articles:,}", "soft middle"))
    ends = {}
    for key, points in curves.items():
        look = LOOKS[key]
        placed = [(across(articles), up(taken)) for articles, taken in points]
        ends[key] = placed[-1]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        dashed = " dashed" if look.hollow else ""
        parts.append(f'<polyline class="curve{dashed}" stroke="var(--{look.colour})" points="{path}"/>')
        parts += [_mark(look, x, y) for x, y in placed]
    return parts + _curve_labels(curves, ends, sizes[-1])


def _curve_labels(curves: dict[str, Points], ends: dict[str, tuple[float, float]], largest: int) -> list[str]:
    """The names at the ends of the curves; with the time where the curve reaches the ``largest`` site."""
    order = sorted(ends, key=lambda key: ends[key][1])
    heights = spread([ends[key][1] for key in order], _GAP, _TOP - 6, _BOTTOM + 6)
    parts = []
    for key, height in zip(order, heights, strict=True):
        x, y = ends[key]
        look = LOOKS[key]
        articles, taken = curves[key][-1]
        parts.append(
            f'<line class="leader" stroke="var(--{look.colour})" x1="{x + 7:.1f}" y1="{y:.1f}" '
            f'x2="{_LABELS - 5}" y2="{height:.1f}"/>'
        )
        parts.append(_named(_LABELS, height + 4, look, tables.duration(taken) if articles == largest else ""))
    return parts


def _named(x: float, y: float, look: Look, taken: str) -> str:
    strong = " class='strong'" if look.colour == "ours" else ""
    colour = f'style="fill: var(--{look.colour})"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}"><tspan{strong} {colour}>{escape(look.name)}</tspan>'
        f'<tspan class="soft" dx="6">{taken}</tspan></text>'
    )


# ── one new article ──────────────────────────────────────────────────────────────────────────────────────────────────


def _publish_panel(published: _Published) -> list[str]:
    left = 572
    parts = [
        _text(left, 42, "Publish one article", "title"),
        _text(left, 62, f"seconds, in a portal of {published.articles:,}", "soft"),
    ]
    if not published.seconds:
        return parts
    longest = max(taken for _, taken in published.seconds)
    step = min(40.0, (_BOTTOM + 20 - _TOP) / len(published.seconds))
    height = min(20.0, step * 0.6)
    for number, (key, taken) in enumerate(published.seconds):
        look = LOOKS[key]
        y = _TOP + number * step
        width = max(2.0, taken / longest * (_BARS_END - _BARS))
        filled = "var(--paper)" if look.hollow else f"var(--{look.colour})"
        strong = "strong " if look.colour == "ours" else ""
        baseline = y + height / 2 + 4.5
        parts += [
            _text(_NAMES, baseline, look.name, f"{strong}end"),
            f'<rect x="{_BARS + 1}" y="{y + 1:.1f}" width="{width:.1f}" height="{height - 2:.1f}" '
            f'fill="{filled}" stroke="var(--{look.colour})" stroke-width="2"/>',
            _text(_BARS + width + 10, baseline, tables.duration(taken), f"{strong}value"),
        ]
    return parts


# ── strokes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Scale:
    """A logarithmic axis: a value → where it stands."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return self.start + share * (self.end - self.start)


_STEPS = (1, 3)


def _ticks(low: float, high: float) -> list[float]:
    powers = range(floor(log10(low)) - 1, ceil(log10(high)) + 1)
    every = [step * 10.0**power for power in powers for step in _STEPS]
    return [tick for tick in every if low * 0.999 <= tick <= high * 1.001]


def _tick_below(value: float) -> float:
    return max(tick for tick in _ticks(value / 10, value))


def _tick_above(value: float) -> float:
    return min(tick for tick in _ticks(value, value * 10))


def _apart(sizes: Sequence[int], across: _Scale) -> list[int]:
    """The sizes whose labels have room, the largest first."""
    shown: list[int] = []
    for articles in reversed(sizes):
        if not shown or across(shown[-1]) - across(articles) >= 58:
            shown.append(articles)
    return shown


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Sorted places moved apart until each is ``gap`` from the next, as near as may be to where they were."""
    groups: list[tuple[float, int]] = []  # first place and number of members
    for place in wanted:
        groups.append((place, 1))
        while len(groups) > 1 and groups[-1][0] - (groups[-2][0] + gap * (groups[-2][1] - 1)) < gap:
            (upper, many), (lower, few) = groups[-2], groups[-1]
            middle_upper, middle_lower = upper + gap * (many - 1) / 2, lower + gap * (few - 1) / 2
            middle = (middle_upper * many + middle_lower * few) / (many + few)
            groups[-2:] = [(middle - gap * (many + few - 1) / 2, many + few)]
    places = [first + gap * number for first, many in groups for number in range(many)]
    if places and places[0] < low:
        places = [place + low - places[0] for place in places]
    if places and places[-1] > high:
        places[-1] = high
        for number in range(len(places) - 2, -1, -1):
            places[number] = min(places[number], places[number + 1] - gap)
    assert all(after - before > gap - 0.001 for before, after in pairwise(places))
    return places


def _mark(look: Look, x: float, y: float) -> str:
    paint = f'class="mark{" hollow" if look.hollow else ""}" stroke="var(--{look.colour})"'
    paint += "" if look.hollow else f' fill="var(--{look.colour})"'
    match look.shape:
        case "circle":
            return f'<circle {paint} cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        case "square":
            return f'<rect {paint} x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"/>'
        case "triangle":
            corners = [(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)]
        case _:
            corners = [(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)]
    points = " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)
    return f'<polygon {paint} points="{points}"/>'


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}">{escape(text)}</text>'


def _footnote(found: Results) -> str:
    runs = "one run" if found.repeat == 1 else f"medians of {found.repeat} runs"
    pdfs = "PDFs only where the name says so" if any(map(_pdf, found.sizes)) else "without PDFs"
    versions = ", ".join(
        f"{LOOKS[form].name} {found.versions[form]}"
        for form in ("hugo", "eleventy", "pelican")
        if form in found.versions
    )
    return f"Whole processes from start to exit on {found.machine['cores']} cores, {runs}, {pdfs}. {versions}."


def _told(key: str, points: Points) -> str:
    said = ", ".join(f"{tables.duration(taken)} for {articles:,} articles" for articles, taken in points)
    return f"{LOOKS[key].name} builds cold in {said}"


def _told_bars(published: _Published) -> list[str]:
    return [f"{LOOKS[key].name} publishes one article in {tables.duration(taken)}" for key, taken in published.seconds]


if __name__ == "__main__":
    main()
