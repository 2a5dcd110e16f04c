"""What was measured, as a value and as ``results.json``: numbers and versions, no paths and no names of machines."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TypedDict

from tools import PDF_TOOLS, Tool


class Machine(TypedDict):
    """What it was measured on."""

    cores: int
    """That the driver may use."""
    memory: float
    """GiB."""
    system: str
    python: str
    node: str
    load: float
    """Over the minute before the first build: near 0 where nothing else ran."""


@dataclass
class Measured:
    """All of one size. Tools and rows by their keys."""

    articles: int
    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    """Row → tool → each repetition."""
    files: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    """The most bytes at one moment of a cold build, in all processes together."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why a tool has no more numbers."""

    def median(self, row: str, tool: str) -> float | None:
        """The median of the repetitions, if there are any."""
        taken = self.seconds.get(row, {}).get(tool)
        return median(taken) if taken else None

    def forget(self, rows: Iterable[str], pdf_rows: Iterable[str], tools: Iterable[Tool]) -> None:
        """Make room for new measurements of these."""
        keys = {tool.key for tool in tools}
        for row in rows:
            for key in keys:
                self.seconds.get(row, {}).pop(key, None)
        for row in pdf_rows:
            self.seconds.pop(row, None)
            keys |= {tool.key for tool in PDF_TOOLS}
        for key in keys:
            self.failed.pop(key, None)


@dataclass
class Results:
    """A whole run."""

    machine: Machine
    versions: dict[str, str]
    repeat: int
    sizes: list[Measured]

    def of(self, articles: int) -> Measured:
        """What was measured at this size; empty at first."""
        for measured in self.sizes:
            if measured.articles == articles:
                return measured
        self.sizes.append(Measured(articles))
        self.sizes.sort(key=lambda measured: measured.articles)
        return self.of(articles)


def begin(known: Results | None, machine: Machine, versions: Mapping[str, str], repeat: int) -> Results:
    """A new run, or the next part of a ``known`` one."""
    if known is None:
        return Results(machine, dict(versions), repeat, [])
    return Results(machine, known.versions | dict(versions), repeat, known.sizes)


def parse(text: str) -> Results:
    """The run that ``results.json`` tells of."""
    raw = json.loads(text)
    sizes = [Measured(**size) for size in raw["sizes"]]
    return Results(raw["machine"], raw["versions"], raw["repeat"], sizes)


def read(path: Path) -> Results:
    """The run in a file."""
    return parse(path.read_text(encoding="utf-8"))


def write(results: Results, path: Path) -> None:
    """Write the run to a file."""
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")
