"""Folder → plan: the first half of the line, which ``check`` stops after.

read → parse → assemble → plan
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kommunalnews import outputs, stages
from kommunalnews.config import Config, language_of, parse_config, places_of
from kommunalnews.content import sources
from kommunalnews.content.model import Item, SourceFile
from kommunalnews.content.parsing import ParseSettings
from kommunalnews.diagnostics import Diagnostic, Location, from_problem, ordered
from kommunalnews.digest import of_file
from kommunalnews.executors import Advance, Executor
from kommunalnews.links import Files, wanted_files
from kommunalnews.recipes import Memory, Plan
from kommunalnews.rendering.templates import find_files, unfit_files
from kommunalnews.requests import BuildRequest, Progress, Stage
from kommunalnews.resources import packaged
from kommunalnews.site import Showing, Site, assemble
from kommunalnews.site.settings import check_settings
from kommunalnews.store import Store
from kommunalnews.toolchain import toolchain
from kommunalnews.urls import checked_base_url


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
    diagnostics: tuple[Diagnostic, ...]


def plan(
    request: BuildRequest,
    progress: Progress | None,
    executor: Executor,
    store: Store,
    memory: Memory = outputs.NOTHING,
) -> Planned:
    """Read, parse, assemble, plan. Raises BuildStopped."""
    root = Path(request.source)
    config = read_config(request)
    found, file_diagnostics = sources.find(root)
    items, parse_diagnostics = parse(request, config, found, progress, executor, store)
    showing = Showing(request.drafts, request.future, request.expired)
    site, site_diagnostics = assemble(config, items, request.now, showing)
    setting_diagnostics = check_settings(site, lambda: _places(root))
    files, picture_diagnostics = _measure(root, found, site, executor, store)
    statics = find_files((root / "static", packaged("static")))
    static_diagnostics = _unfit_statics(root / "static")
    digests = {path: of_file(file) for path, file in statics.items()}
    plan, plan_diagnostics = outputs.plan(site, files, digests, pdf=request.pdf, memory=memory)
    diagnostics = (
        *file_diagnostics, *parse_diagnostics, *site_diagnostics, *setting_diagnostics, *static_diagnostics,
        *picture_diagnostics, *plan_diagnostics,
    )  # fmt: skip
    return Planned(config, site, plan, statics, diagnostics)


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


def parse(
    request: BuildRequest,
    config: Config,
    found: tuple[SourceFile, ...],
    progress: Progress | None,
    executor: Executor,
    store: Store,
) -> tuple[list[Item], list[Diagnostic]]:
    """Every text as a value, and what is wrong with them."""
    host = urlsplit(config.base_url).hostname or ""
    settings = ParseSettings(config.language, config.timezone, (host,))
    shared = stages.Parsing(Path(request.source), settings, store, toolchain())
    texts = [source for source in found if source.kind != "asset"]
    results = executor.run(
        stages.parse_source, shared, texts, lost=stages.lost_source, advance=advance(progress, "parse", len(texts))
    )
    parsed = [stages.decode(result) for result in results]
    items = [one.item for one in parsed if one.item is not None]
    return items, [diagnostic for one in parsed for diagnostic in one.diagnostics]


def _measure(
    root: Path, found: tuple[SourceFile, ...], site: Site, executor: Executor, store: Store
) -> tuple[Files, list[Diagnostic]]:
    present = {source.path: source for source in found if source.kind == "asset"}
    wanted = [present[path] for path in wanted_files(site, frozenset(present))]
    shared = stages.Measuring(root, store, toolchain())
    results = executor.run(stages.measure_file, shared, wanted, lost=stages.lost_file, advance=lambda done: None)
    assets = {asset.path: asset for asset, _ in results if asset is not None}
    texts = frozenset(source.path for source in found if source.kind in ("article", "page", "vendor"))
    return Files(frozenset(present), assets, texts), [problem for _, problems in results for problem in problems]


def advance(progress: Progress | None, stage: Stage, total: int) -> Advance:
    """Tell ``progress`` of a stage as its items get done."""
    if progress is None:
        return lambda done: None
    progress(stage, 0, total)
    return lambda done: progress(stage, done, total)
