"""Folder → plan: the first half of the line, which ``check`` stops after.

read → parse → assemble → plan
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kommunalnews import outputs
from kommunalnews.config import Config, language_of, parse_config, places_of
from kommunalnews.content import sources
from kommunalnews.content.model import ParseSettings, SourceFile
from kommunalnews.diagnostics import Diagnostic, Location, from_problem, ordered
from kommunalnews.digest import Digest, of_file, of_value
from kommunalnews.executors import Advance, Executor
from kommunalnews.executors.tasks import at_once
from kommunalnews.index import Index, Library, Measure, Reading, is_as_it_was
from kommunalnews.links import Files, wanted_files
from kommunalnews.packs import Place
from kommunalnews.profiling import Profile, unmeasured
from kommunalnews.recipes import Group, Known, Plan
from kommunalnews.rendering.templates import find_files, unfit_files
from kommunalnews.requests import BuildRequest, Progress, Stage
from kommunalnews.resources import packaged
from kommunalnews.site import Showing, Site, assemble
from kommunalnews.site.settings import check_settings
from kommunalnews.stages.reading import (
    Measuring,
    Parsing,
    decoded,
    lost_file,
    lost_source,
    measure_file,
    parse_source,
    same_bytes,
)
from kommunalnews.state import Lore
from kommunalnews.toolchain import toolchain
from kommunalnews.urls import checked_base_url

Later = Callable[[Callable[[], None]], object]
"""Takes work that is to be done at some time."""
NO_LORE = Lore()
_FEW = 64
"""Files that are sooner read here than by a worker."""
_HELD = 100
"""Groups whose outputs are held: what is new is made anew."""
_FEW_GROUPS = 500
"""Groups of outputs that are sooner planned here."""


class BuildStopped(Exception):
    """Nothing can be built: the site's own settings or folders are not fit."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], language: str = "de") -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics
        self.language = language


class Planned(msgspec.Struct, frozen=True):
    """The line up to the plan."""

    config: Config
    site: Site
    plan: Plan
    statics: Mapping[str, Path]
    places: Mapping[Digest, Place]
    """Where the texts lie."""
    diagnostics: tuple[Diagnostic, ...]


def plan(
    request: BuildRequest,
    config: Config,
    progress: Progress | None,
    executor: Executor,
    library: Library,
    lore: Lore = NO_LORE,
    profile: Profile | None = None,
    later: Later = at_once,
    stats: Mapping[str, os.stat_result] = sources.NO_STATS,
) -> Planned:
    """Read, parse, assemble, plan. ``stats`` may tell of files what was just found of them.

    What nobody waits for is handed to ``later``.
    """
    lap = (profile or unmeasured()).lap
    root = Path(request.source)
    desk = Desk(request, config, progress, executor, library)
    lap("load")
    found, file_diagnostics = sources.find(root, stats, desk.known_sources)
    lap("find")
    readings = desk.read(found)
    lap("parse")
    showing = Showing(request.drafts, request.future, request.expired)
    items = [reading.parsed.item for reading in readings if reading.parsed.item is not None]
    site, site_diagnostics = assemble(config, items, request.now, showing, lore.related)
    lap("assemble")
    setting_diagnostics = check_settings(site, lambda: _places(root))
    measures = desk.measure(found, site)
    readings = desk.keep(readings, measures, later)
    lap("measure")
    statics = find_files((root / "static", packaged("static")))
    static_diagnostics = _unfit_statics(root / "static")
    digests = {path: of_file(file) for path, file in statics.items()}
    files = _files(found, measures)
    plan, plan_diagnostics = outputs.plan(
        site,
        files,
        digests,
        pdf=request.pdf,
        search=request.search,
        memory=lore.memory,
        settle=partial(_settle, executor),
    )
    lap("plan")
    diagnostics = (
        *file_diagnostics,
        *(diagnostic for reading in readings for diagnostic in reading.parsed.diagnostics),
        *site_diagnostics, *setting_diagnostics, *static_diagnostics,
        *plan_diagnostics,
    )  # fmt: skip
    places = {reading.text: reading.place for reading in readings if reading.text and reading.place}
    return Planned(config, site, plan, statics, places, diagnostics)


def _settle(executor: Executor, parts: outputs.Parts, groups: Sequence[Group]) -> list[tuple[Known, ...]]:
    """What there is to know of the outputs of some groups, found by several processes where there are many."""
    if len(groups) <= _HELD:
        for group in groups:
            group.hold()
    if len(groups) <= _FEW_GROUPS:
        return outputs.settle_here(parts, groups)
    found = executor.run(outputs.settle_group, parts, groups, lost=lambda group, loss: None, advance=lambda done: None)
    return [
        outputs.settle_group(parts, group) if known is None else known
        for group, known in zip(groups, found, strict=True)
    ]


def _files(found: tuple[SourceFile, ...], measures: tuple[Measure, ...]) -> Files:
    present = frozenset(source.path for source in found if source.kind == "asset")
    texts = frozenset(source.path for source in found if source.kind in ("article", "page", "vendor", "issue"))
    told = {one.source.path: one.diagnostics for one in measures if one.diagnostics}
    return Files(present, {one.asset.path: one.asset for one in measures if one.asset is not None}, texts, told)


def _unfit_statics(folder: Path) -> Iterator[Diagnostic]:
    told = {"name": sources.bad_name, "outside": sources.leads_outside, "irregular": sources.irregular}
    for name, reason in unfit_files(folder):
        yield told[reason](f"static/{name}")


def _places(root: Path) -> Mapping[str, Location]:
    text = sources.site_text(root)
    return places_of(text, sources.SITE_FILE) if isinstance(text, str) else {}


def read_config(request: BuildRequest) -> Config:
    """The settings of the site. Raises BuildStopped where they are not fit."""
    text = sources.site_text(Path(request.source))
    if isinstance(text, Diagnostic):
        raise BuildStopped((text,))
    config, diagnostics = parse_config(text, sources.SITE_FILE)
    if config is None or any(diagnostic.is_error for diagnostic in diagnostics):
        raise BuildStopped(ordered(diagnostics), language_of(text))
    if request.base_url:
        checked = checked_base_url(request.base_url)
        if not isinstance(checked, str):
            raise BuildStopped((from_problem(checked, Location("--base-url")),), config.language)
        config = msgspec.structs.replace(config, base_url=checked)
    return config


def parse_settings(config: Config) -> ParseSettings:
    """The part of the settings that parsing reads."""
    own = urlsplit(config.base_url).hostname or ""
    return ParseSettings(config.language, config.timezone, (own,), config.embeds.hosts)


class Desk:
    """Where sources are read: what is known of them is looked up, and only what has changed is parsed or measured."""

    def __init__(
        self, request: BuildRequest, config: Config, progress: Progress | None, executor: Executor, library: Library
    ) -> None:
        self._root = Path(request.source)
        self._settings = parse_settings(config)
        self._context = of_value((self._settings, toolchain()))
        self._progress = progress
        self._executor = executor
        self._library = library
        self._looked_ns = library.look()
        self._known = library.load(self._context)
        self._readings = {reading.source.path: reading for reading in self._known.readings}
        self._count = len(self._known.readings), len(self._known.measures)
        self._is_new = False

    @property
    def known_sources(self) -> Mapping[str, SourceFile]:
        """The texts that were read before, as they were found then, by path."""
        return {path: reading.source for path, reading in self._readings.items()}

    def read(self, found: tuple[SourceFile, ...]) -> tuple[Reading, ...]:
        """Every text, in order, parsed."""
        sources = [source for source in found if source.kind != "asset"]
        known = self._readings
        looked_ns = self._known.looked_ns
        readings: dict[str, Reading] = {}
        doubtful: list[SourceFile] = []
        for source in sources:
            reading = known.get(source.path)
            if reading is not None and is_as_it_was(source, reading, looked_ns):
                readings[source.path] = reading
            else:
                doubtful.append(source)
        self._is_new |= bool(doubtful)
        if len(doubtful) <= _FEW:  # most often their bytes are what they were: not worth a worker
            same = [one for one in doubtful if one.path in known and same_bytes(self._root, one, known[one.path])]
            readings |= {source.path: _as_found(source, known[source.path]) for source in same}
            doubtful = [source for source in doubtful if source.path not in readings]
        known_of = {source.path: known[source.path] for source in doubtful if source.path in known}
        shared = Parsing(self._root, self._settings, self._library.texts, known_of)
        told = advance(self._progress, "parse", len(doubtful))
        answers = self._executor.run(parse_source, shared, doubtful, lost=lost_source, advance=told)
        for source, answer in zip(doubtful, answers, strict=True):
            readings[source.path] = decoded(answer) if answer else _as_found(source, known[source.path])
        return tuple(readings[source.path] for source in sources)

    def measure(self, found: tuple[SourceFile, ...], site: Site) -> tuple[Measure, ...]:
        """Every picture and attachment that something public shows, measured."""
        present = {source.path: source for source in found if source.kind == "asset"}
        wanted = [present[path] for path in wanted_files(site, frozenset(present))]
        known = {measure.source.path: measure for measure in self._known.measures}
        measures = {
            source.path: known[source.path]
            for source in wanted
            if is_as_it_was(source, known.get(source.path), self._known.looked_ns)
        }
        doubtful = [source for source in wanted if source.path not in measures]
        self._is_new |= bool(doubtful)
        shared = Measuring(self._root, known)
        found_now = self._executor.run(measure_file, shared, doubtful, lost=lost_file, advance=lambda done: None)
        measures |= {measure.source.path: measure for measure in found_now}
        return tuple(measures[source.path] for source in wanted)

    def keep(self, readings: tuple[Reading, ...], measures: tuple[Measure, ...], later: Later) -> tuple[Reading, ...]:
        """Remember all this for the next build, if it is new. The readings, whose texts may have moved."""
        if not self._is_new and (len(readings), len(measures)) == self._count:
            return readings
        index = self._library.gathered(Index((), self._looked_ns, readings, measures))
        later(partial(self._library.save, self._context, index))
        return index.readings


def _as_found(source: SourceFile, reading: Reading) -> Reading:
    return reading if reading.source == source else msgspec.structs.replace(reading, source=source)


def advance(progress: Progress | None, stage: Stage, total: int) -> Advance:
    """Tell ``progress`` of a stage as its items get done."""
    if progress is None:
        return lambda done: None
    progress(stage, 0, total)
    return lambda done: progress(stage, done, total)
