"""Folder → published site, as one straight line:

read → parse → assemble → plan → render → publish. A full build is an incremental one with an empty store.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kommunalnews import outputs, stages, state, urls
from kommunalnews.config import Config, language_of, parse_config
from kommunalnews.content import sources
from kommunalnews.content.model import Article, Item, SourceFile
from kommunalnews.content.parsing import ParseSettings
from kommunalnews.diagnostics import N_, Diagnostic, Location, error, from_problem, ordered
from kommunalnews.digest import Digest, of_bytes, of_file, of_parts, of_value
from kommunalnews.executors import Executor, ProcessExecutor
from kommunalnews.links import Files, wanted_files
from kommunalnews.publish import Destination, ForeignFolder
from kommunalnews.recipes import CopyRecipe, Output, PdfRecipe, Plan, TemplateRecipe
from kommunalnews.rendering import pdf
from kommunalnews.rendering.markup import MarkupRenderer, decode_body
from kommunalnews.rendering.templates import TemplateFault, Templates, find_files
from kommunalnews.requests import BuildReport, BuildRequest, ListedArticle, Progress, Stage
from kommunalnews.resources import package_files, packaged
from kommunalnews.site import Showing, Site, assemble, status
from kommunalnews.stages import Rendered
from kommunalnews.store import BypassedStore, FolderStore, Store
from kommunalnews.urls import checked_base_url

_LIBRARIES = ("jinja2", "markdown", "msgspec", "nh3", "python-slugify", "pyyaml", "weasyprint", "pydyf", "pyphen", "pillow")


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


def build(request: BuildRequest, progress: Progress | None = None, executor: Executor | None = None) -> BuildReport:
    """Publish the site. Raises BuildStopped where there is nothing to publish from or to."""
    executor = executor or ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        store: Store = FolderStore(folder)
        try:
            return _build(request, progress, executor, store, folder)
        except _TextsLost:
            return _build(request, progress, executor, BypassedStore(store), folder)


def check(request: BuildRequest, progress: Progress | None = None, executor: Executor | None = None) -> BuildReport:
    """Everything up to the plan: find what is wrong, write nothing but the store."""
    executor = executor or ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        planned = _plan(request, progress, executor, FolderStore(folder))
    return _report(request, planned, planned.diagnostics)


def listing(request: BuildRequest, executor: Executor | None = None) -> tuple[ListedArticle, ...]:
    """Every article, public or not, newest first."""
    executor = executor or ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        config = _config(request)
        found, _ = sources.find(Path(request.source))
        items, _ = _parse(request, config, found, None, executor, FolderStore(folder))
    base = urls.Base(config.base_url)
    articles = (item for item in items if isinstance(item, Article))
    return tuple(
        ListedArticle(
            path=article.path,
            title=article.matter.title,
            kicker=article.matter.kicker,
            status=reason or "published",
            date=article.matter.date,
            until=until,
            href=base.href(urls.article(article.matter.date.year, article.slug)),
        )
        for article in sorted(articles, key=lambda article: (-article.matter.date.seconds, article.path))
        for reason, until in (status(article, request.now),)
    )


def explain(request: BuildRequest, path: str) -> tuple[str, ...]:
    """Why the output at ``path`` (or at that address) would be made again, in plain lines; empty where there is none."""
    executor = ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        planned = _plan(request, None, executor, FolderStore(folder))
        records = state.load(folder, Path(request.destination))
        wanted = {path.strip("/"), urls.output_path(f"/{path.lstrip('/')}")}
        output = next((output for output in planned.plan.outputs if output.path in wanted), None)
        if output is None:
            return ()
        renderer = _renderer(request, planned, FolderStore(folder))
        key, record = _key(renderer, output), records.get(output.path)
        shown = Destination(Path(request.destination)).stat(output.path)
    lines = [output.path, f"source: {output.source or '-'}", f"recipe: {type(output.recipe).__name__}"]
    if isinstance(output.recipe, TemplateRecipe):
        lines.append(f"template: {output.recipe.template}")
    if record is None:
        return (*lines, "will be made: nothing is known of an earlier build")
    changed = [name for name in ("recipe", "templates", "toolchain") if getattr(key, name) != getattr(record.key, name)]
    if changed:
        return (*lines, *(f"will be made: changed: {name}" for name in changed))
    if shown != (record.size, record.mtime_ns):
        return (*lines, "will be made: the published file is missing or was changed by somebody else")
    return (*lines, "is left alone: nothing it depends on has changed")


@contextmanager
def _cache_folder(request: BuildRequest) -> Iterator[Path]:
    if request.cache:
        yield Path(request.cache)
        return
    with tempfile.TemporaryDirectory(prefix="kommunalnews-") as folder:
        yield Path(folder)


def _build(
    request: BuildRequest, progress: Progress | None, executor: Executor, store: Store, folder: Path
) -> BuildReport:
    destination = Destination(Path(request.destination))
    manifest = _manifest(request, destination)
    planned = _plan(request, progress, executor, store)
    renderer = _renderer(request, planned, store)
    records = dict(state.load(folder, destination.root))
    destination.open(manifest)
    keys, faults = _keys(renderer, planned.plan.outputs)
    shared = stages.Rendering(
        Path(request.source), destination, renderer, planned.statics, store, toolchain(), published={}
    )
    markup = [output for output in planned.plan.outputs if output.path in keys and not isinstance(output.recipe, PdfRecipe)]
    kept, stale = _sorted_out(markup, keys, records, manifest, destination)
    renderer.prepare([output.recipe for output in stale if isinstance(output.recipe, TemplateRecipe)])
    rendered = _render(executor, shared, stale, "render", progress)
    published = {**kept, **{result.path: result.digest for result in rendered if result.digest}}
    pdfs = [output for output in planned.plan.outputs if isinstance(output.recipe, PdfRecipe)]
    kept_pdfs, stale = _sorted_out(pdfs, keys, records, manifest, destination, published)
    with tempfile.TemporaryDirectory(prefix="kommunalnews-") as fonts:
        shared = msgspec.structs.replace(shared, published=published, fontconfig=pdf.write_fontconfig(Path(fonts)))
        rendered += _render(executor, shared, stale, "pdf", progress)
    return _finish(request, planned, destination, manifest, records, {**kept, **kept_pdfs}, rendered, keys, faults, folder)


def _finish(
    request: BuildRequest,
    planned: Planned,
    destination: Destination,
    manifest: Mapping[str, Digest],
    records: Mapping[str, state.Record],
    kept: Mapping[str, Digest],
    rendered: list[Rendered],
    keys: Mapping[str, state.Key],
    faults: tuple[Diagnostic, ...],
    folder: Path,
) -> BuildReport:
    """Say what is published now, and remove what no longer is."""
    fresh = {result.path: result.digest for result in rendered if result.digest}
    wanted = {output.path for output in planned.plan.outputs}
    stale = {path: digest for path, digest in manifest.items() if path in wanted and path not in fresh and path not in kept}
    removed = destination.remove(set(manifest) - wanted)
    destination.write_manifest({**stale, **kept, **fresh})
    destination.close()
    new = {
        result.path: state.Record(keys[result.path], result.digest, result.size, result.mtime_ns, result.inputs)
        for result in rendered
        if result.digest
    }
    if request.cache:
        state.save(folder, destination.root, {**{path: records[path] for path in kept}, **new})
        _write_next_change(folder, planned.site)
    written = tuple(sorted(result.path for result in rendered if result.written))
    diagnostics = [diagnostic for result in rendered for diagnostic in result.diagnostics]
    return msgspec.structs.replace(
        _report(request, planned, (*planned.diagnostics, *faults, *diagnostics)),
        written=written,
        unchanged=len(kept) + sum(1 for result in rendered if result.digest and not result.written),
        removed=removed,
    )


def _report(request: BuildRequest, planned: Planned, diagnostics: Iterable[Diagnostic]) -> BuildReport:
    return BuildReport(
        language=planned.config.language,
        diagnostics=ordered(diagnostics, strict=request.strict),
        articles=len(planned.site.entries),
        withheld=planned.site.withheld,
        next_change=planned.site.next_change,
    )


def _plan(request: BuildRequest, progress: Progress | None, executor: Executor, store: Store) -> Planned:
    root = Path(request.source)
    config = _config(request)
    found, file_diagnostics = sources.find(root)
    items, parse_diagnostics = _parse(request, config, found, progress, executor, store)
    showing = Showing(request.drafts, request.future, request.expired)
    site, site_diagnostics = assemble(config, items, request.now, showing)
    files, picture_diagnostics = _measure(root, found, site, executor, store)
    statics = find_files((root / "static", packaged("static")))
    digests = {path: of_file(file) for path, file in statics.items()}
    plan, plan_diagnostics = outputs.plan(site, files, digests, pdf=request.pdf)
    diagnostics = (
        *file_diagnostics, *parse_diagnostics, *site_diagnostics, *picture_diagnostics, *plan_diagnostics,
    )  # fmt: skip
    return Planned(config, site, plan, statics, diagnostics)


def _config(request: BuildRequest) -> Config:
    path = Path(request.source, sources.SITE_FILE)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        hint = N_("Start in the folder of the site, or name it with -s; “kommunalnews init” makes a new one")
        message = N_("The site’s settings cannot be read: {reason}")
        stop = error("site-missing", message, Location(sources.SITE_FILE), hint, reason=fault.strerror or str(fault))
        raise BuildStopped((stop,)) from fault
    except UnicodeDecodeError as fault:
        stop = error("encoding", N_("This file is not UTF-8"), Location(sources.SITE_FILE), N_("Save it as UTF-8"))
        raise BuildStopped((stop,)) from fault
    config, diagnostics = parse_config(text, sources.SITE_FILE)
    if config is None or any(diagnostic.is_error for diagnostic in diagnostics):
        raise BuildStopped(ordered(diagnostics), language_of(text))
    if request.base_url:
        checked = checked_base_url(request.base_url)
        if not isinstance(checked, str):
            raise BuildStopped((from_problem(checked, Location("--base-url")),), config.language)
        config = msgspec.structs.replace(config, base_url=checked)
    return config


def _parse(
    request: BuildRequest,
    config: Config,
    found: tuple[SourceFile, ...],
    progress: Progress | None,
    executor: Executor,
    store: Store,
) -> tuple[list[Item], list[Diagnostic]]:
    host = urlsplit(config.base_url).hostname or ""
    settings = ParseSettings(config.language, config.timezone, (host,))
    shared = stages.Parsing(Path(request.source), settings, store, toolchain())
    texts = [source for source in found if source.kind != "asset"]
    results = executor.run(
        stages.parse_source, shared, texts, lost=stages.lost_source, advance=_advance(progress, "parse", len(texts))
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
    return Files(frozenset(present), assets), [diagnostic for _, found in results for diagnostic in found]


def _manifest(request: BuildRequest, destination: Destination) -> dict[str, Digest]:
    try:
        return destination.read_manifest()
    except ForeignFolder as fault:
        stop = error(
            "destination-foreign",
            N_("The folder {folder} holds files that this program did not write"),
            Location(request.destination),
            N_("Publish into a new or empty folder: -d FOLDER"),
            folder=request.destination,
        )
        raise BuildStopped((stop,)) from fault


def _renderer(request: BuildRequest, planned: Planned, store: Store) -> MarkupRenderer:
    folders = tuple(folder for folder in (Path(request.source, "templates"), packaged("templates")) if folder.is_dir())
    templates = Templates(folders, planned.config.language)
    return MarkupRenderer(templates, planned.plan.parts, lambda digest: decode_body(store.get("body", digest)))


def _keys(
    renderer: MarkupRenderer, found: Iterable[Output]
) -> tuple[dict[str, state.Key], tuple[Diagnostic, ...]]:
    """Each output's key; outputs whose template is unusable have none."""
    keys: dict[str, state.Key] = {}
    faults: dict[str, Diagnostic] = {}
    for output in found:
        try:
            keys[output.path] = _key(renderer, output)
        except TemplateFault as fault:
            place = Location(f"templates/{fault.template}", fault.line, 1 if fault.line else 0)
            message = N_("This template cannot be used: {reason}")
            faults[str(place)] = error("template-unusable", message, place, reason=fault.reason)
    return keys, tuple(faults.values())


def _key(renderer: MarkupRenderer, output: Output) -> state.Key:
    match output.recipe:
        case TemplateRecipe() as recipe:
            return state.Key(of_value(recipe), renderer.templates_of(recipe), toolchain())
        case CopyRecipe() as recipe:
            return state.Key(recipe.digest, Digest(""), Digest(""))
        case PdfRecipe() as recipe:
            return state.Key(of_value(recipe), Digest(""), toolchain())


def _sorted_out(
    found: Iterable[Output],
    keys: Mapping[str, state.Key],
    records: Mapping[str, state.Record],
    manifest: Mapping[str, Digest],
    destination: Destination,
    published: Mapping[str, Digest] | None = None,
) -> tuple[dict[str, Digest], list[Output]]:
    """Outputs whose file is known to be right, and those to be made."""
    kept: dict[str, Digest] = {}
    stale = []
    for output in found:
        record = records.get(output.path)
        if isinstance(output.recipe, PdfRecipe) and output.recipe.print_view not in (published or {}):
            continue  # its print view failed, and said so
        if (
            record is not None
            and record.key == keys[output.path]
            and manifest.get(output.path) == record.digest
            and destination.stat(output.path) == (record.size, record.mtime_ns)
            and all((published or {}).get(path) == digest for path, digest in record.inputs)
        ):
            kept[output.path] = record.digest
        else:
            stale.append(output)
    return kept, stale


class _TextsLost(Exception):
    """The store gave up a text between parsing and rendering."""


def _render(
    executor: Executor, shared: stages.Rendering, found: list[Output], stage: Stage, progress: Progress | None
) -> list[Rendered]:
    advance = _advance(progress, stage, len(found))
    results = executor.run(stages.render_output, shared, found, lost=stages.lost_output, advance=advance)
    if any(result.lost_body for result in results):
        raise _TextsLost
    return results


def _advance(progress: Progress | None, stage: Stage, total: int):  # type: ignore[no-untyped-def]
    if progress is None:
        return lambda done: None
    progress(stage, 0, total)
    return lambda done: progress(stage, done, total)


def _write_next_change(folder: Path, site: Site) -> None:
    change = site.next_change
    data = {"at": change.at.iso, "what": change.what} if change else {"at": None}
    path = folder / "next-change.json"
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n")
    os.replace(beside, path)


@cache
def toolchain() -> Digest:
    """The digest of this program and of the libraries that shape what it makes."""
    versions = (f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return of_parts(*versions, *(of_bytes(path.read_bytes()) for path in package_files()))
