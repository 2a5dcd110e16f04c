"""A mapping of path → text → a site on disk that can be edited, planned, built and looked at.

Builds run in this process at a fixed moment. The templates are the golden site's own, so that a test of the engine
does not fail with the looks; ``theme="packaged"`` takes those that readers see.
"""

import os
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import build as engine
from kommunalnews import standing
from kommunalnews.diagnostics import Diagnostic, human
from kommunalnews.executors import Executor, SerialExecutor
from kommunalnews.i18n import translations
from kommunalnews.index import Library
from kommunalnews.moments import Moment, parse_moment
from kommunalnews.planning import NO_LORE, Planned, read_config
from kommunalnews.planning import plan as engine_plan
from kommunalnews.recipes import Output
from kommunalnews.requests import BuildReport, BuildRequest
from kommunalnews.resources import packaged
from kommunalnews.state import Lore

GOLDEN = Path(__file__).parent / "golden" / "site"
NOW = "2026-11-23 12:00"
CONFIG = """\
title: Hilltown Herald
base_url: https://herald.example.org/
language: en
sections: [Town, Country]
social_cards: off
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082"
)
"""A PNG of one grey pixel."""
Text = str | bytes
Theme = Literal["golden", "packaged"]


def at(moment: str) -> int:
    """Seconds since 1970 of ``2026-11-23 12:00`` in Berlin."""
    found = parse_moment(moment, ZoneInfo("Europe/Berlin"))
    assert isinstance(found, Moment)
    return found.seconds


def article(title: str, body: str = "Some words about it.", /, **matter: str) -> str:
    """The source of an article; front matter values as YAML has them."""
    fields = {"title": title, "date": "2026-11-20", "section": "Town", **matter}
    lines = (f"{name}: {value}" for name, value in fields.items())
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


class SiteFolder:
    """A site on disk, with the store and the published files of its builds."""

    def __init__(
        self, folder: Path, files: Mapping[str, Text] | None = None, *, theme: Theme = "golden", config: str = CONFIG
    ) -> None:
        """Make the site in the new folder ``folder``; ``config`` is its site.yaml unless ``files`` has one."""
        self.folder = folder
        self.source = folder / "source"
        self.destination = folder / "public"
        self.cache = folder / "cache"
        self.source.mkdir(parents=True)
        if theme == "golden":
            shutil.copytree(GOLDEN / "templates", self.source / "templates")
            shutil.copytree(GOLDEN / "static", self.source / "static")
        self.write({"content/site.yaml": config, **(files or {})})

    def write(self, files: Mapping[str, Text]) -> None:
        """Write source files; paths are relative to the site."""
        for name, text in files.items():
            path = self.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def delete(self, *paths: str) -> None:
        """Delete source files."""
        for path in paths:
            (self.source / path).unlink()

    def request(self, **asked: Any) -> BuildRequest:
        """What is asked of a build; ``now`` may be a text."""
        if isinstance(asked.get("now"), str):
            asked["now"] = at(asked["now"])
        request = BuildRequest(str(self.source), str(self.destination), at(NOW), pdf=False, cache=str(self.cache))
        return msgspec.structs.replace(request, **asked)

    def build(self, *, executor: Executor | None = None, **asked: Any) -> BuildReport:
        """Publish the site."""
        request = self.request(**asked)
        known = standing.last_report(request)
        return known.report or engine.build(request, executor=executor or SerialExecutor(), seen=known.seen)

    def check(self, **asked: Any) -> BuildReport:
        """Look for problems; publish nothing."""
        return engine.check(self.request(**asked), executor=SerialExecutor())

    def planned(self, lore: Lore = NO_LORE, /, **asked: Any) -> Planned:
        """The line up to the plan, for one who remembers ``lore``."""
        request = self.request(**asked)
        return engine_plan(request, read_config(request), None, SerialExecutor(), Library(self.cache), lore)

    def plan(self, **asked: Any) -> dict[str, Output]:
        """What should exist, by path; static files left out."""
        outputs = self.planned(**asked).plan.outputs
        return {output.path: output for output in outputs if not output.source.startswith("static/")}

    def diagnostics(self, **asked: Any) -> list[str]:
        """Each problem as people are shown it."""
        report = self.check(**asked)
        return told(report.diagnostics, report.language)

    def codes(self, **asked: Any) -> list[str]:
        """The code of each problem, sorted by place."""
        return [diagnostic.code for diagnostic in self.check(**asked).diagnostics]

    def published(self, destination: Path | None = None) -> dict[str, bytes]:
        """Every published file, the manifest too."""
        return tree(destination or self.destination)

    def read(self, path: str) -> str:
        """The text published at ``path``."""
        return (self.destination / path).read_text(encoding="utf-8")

    def mentions(self, *words: str | bytes) -> set[str]:
        """Paths of the published files whose path or bytes hold one of the words."""
        sought = [word.encode() if isinstance(word, str) else word for word in words]
        return {
            path
            for path, data in self.published().items()
            if any(word in _unpacked(path, data) or word in path.encode() for word in sought)
        }

    def clean(self, **asked: Any) -> dict[str, bytes]:
        """Every file of a build from nothing into a new folder."""
        fresh = self.folder / "clean"
        shutil.rmtree(fresh, ignore_errors=True)
        self.build(**{**asked, "destination": str(fresh), "cache": ""})
        return tree(fresh)


def _unpacked(path: str, data: bytes) -> bytes:
    """The bytes of a file; of an EPUB, those of all that is in it, and their names."""
    if not path.endswith(".epub"):
        return data
    return b"\n".join(name.encode() + b"\n" + inner for name, inner in unpacked(data).items())


def unpacked(data: bytes) -> dict[str, bytes]:
    """What an EPUB holds: path → bytes, in order."""
    with ZipFile(BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def told(diagnostics: tuple[Diagnostic, ...], language: str) -> list[str]:
    """Each problem in the words of the site's language."""
    return [human(diagnostic, translations(language).gettext) for diagnostic in diagnostics]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``: path → bytes."""
    return {
        Path(top, name).relative_to(folder).as_posix(): Path(top, name).read_bytes()
        for top, _, names in os.walk(folder)
        for name in names
    }


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    """Keys whose value is another, or that only one of the two has."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def is_packaged(path: str) -> bool:
    """Whether a published file is one of the packaged static files."""
    return (packaged("static") / path).is_file()
