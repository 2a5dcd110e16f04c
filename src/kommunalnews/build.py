"""Folder → published site, as one straight line:

read → parse → assemble → plan → render → publish. A full build is an incremental one with an empty store.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from kommunalnews import lock, standing, state, urls
from kommunalnews.config import Config
from kommunalnews.content import sources
from kommunalnews.content.model import Article
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, error, from_problem, ordered
from kommunalnews.digest import Digest
from kommunalnews.executors import Executor, ProcessExecutor
from kommunalnews.freshness import Keyed, Keys, keyed, sort_out
from kommunalnews.i18n import translations
from kommunalnews.index import Library
from kommunalnews.planning import BuildStopped, Desk, Planned, advance, plan, read_config
from kommunalnews.profiling import Profile, unmeasured
from kommunalnews.publish import Destination, ForeignFolder
from kommunalnews.recipes import TemplateRecipe
from kommunalnews.rendering.markup import MarkupRenderer, decode_body
from kommunalnews.rendering.templates import Templates
from kommunalnews.requests import BuildReport, BuildRequest, ListedArticle, Progress
from kommunalnews.resources import packaged
from kommunalnews.site import Site, status
from kommunalnews.stages import making, typesetting
from kommunalnews.stages.making import Rendered
from kommunalnews.store import Store, open_store, problems, upkeep
from kommunalnews.toolchain import toolchain

__all__ = ["BuildStopped", "ListedArticle", "build", "check", "explain", "listing"]


def build(
    request: BuildRequest,
    progress: Progress | None = None,
    executor: Executor | None = None,
    waiting: Callable[[lock.Holder], object] = lambda holder: None,
    profile: Profile | None = None,
) -> BuildReport:
    """Publish the site.

    Raises BuildStopped where there is nothing to publish from or to. Where another build is at work with the same
    store, ``waiting`` is called with it; Busy is raised if it takes longer than ``request.patience``.
    """
    executor = executor or ProcessExecutor(request.jobs)
    config = read_config(request)
    early = executor.early(typesetting.typesetting_in(config.language)) if request.pdf else nullcontext()
    with _cache_folder(request) as folder, lock.held(folder, wait=request.patience, waiting=waiting), early:
        try:
            return _build(request, config, progress, executor, Library(folder), folder, profile or unmeasured())
        except _TextsLost as loss:  # a damaged pack, a full disk: go on with packs that are sure to be whole
            with tempfile.TemporaryDirectory(prefix="kommunalnews-") as fresh:
                report = _build(request, config, progress, executor, Library(Path(fresh)), folder, unmeasured())
            twice = loss.written - set(report.written)
            written = tuple(sorted({*report.written, *twice}))
            return msgspec.structs.replace(report, written=written, unchanged=report.unchanged - len(twice))


def check(request: BuildRequest, progress: Progress | None = None, executor: Executor | None = None) -> BuildReport:
    """Everything up to the plan: find what is wrong, write nothing but the store."""
    executor = executor or ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        planned = plan(request, read_config(request), progress, executor, Library(folder))
    return _report(request, planned, planned.diagnostics)


def listing(request: BuildRequest, executor: Executor | None = None) -> tuple[ListedArticle, ...]:
    """Every article, public or not, newest first."""
    executor = executor or ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        config = read_config(request)
        found, _ = sources.find(Path(request.source))
        readings = Desk(request, config, None, executor, Library(folder)).read(found)
    base = urls.Base(config.base_url)
    articles = (one.parsed.item for one in readings if isinstance(one.parsed.item, Article))
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
    """Why the output at ``path`` (or that address) would be made again, in plain lines; empty where there is none."""
    executor = ProcessExecutor(request.jobs)
    with _cache_folder(request) as folder:
        planned = plan(request, read_config(request), None, executor, Library(folder))
        records = state.load(folder, Path(request.destination), toolchain()).records
        wanted = {path.strip("/"), urls.output_path(f"/{path.lstrip('/')}")}
        slot = next((slot for slot in planned.plan.slots if slot.known.path in wanted), None)
        if slot is None:
            return ()
        output = slot.output
        key, record = Keys(planned.plan, _templates(request, planned)).key(slot), records.get(output.path)
        shown = Destination(Path(request.destination)).stat(output.path)
    say = translations(planned.config.language).gettext
    lines = [output.path, say(N_("source: {path}")).format(path=output.source or "–")]
    lines.append(say(N_("recipe: {name}")).format(name=type(output.recipe).__name__))
    if isinstance(output.recipe, TemplateRecipe):
        lines.append(say(N_("template: {name}")).format(name=output.recipe.template))
    if record is None:
        return (*lines, say(N_("will be made: nothing is known of an earlier build")))
    changed = [text for name, text in _CHANGED.items() if getattr(key, name) != getattr(record.key, name)]
    if changed:
        return (*lines, *map(say, changed))
    if shown != (record.size, record.mtime_ns):
        return (*lines, say(N_("will be made: the published file is missing or was changed by somebody else")))
    return (*lines, say(N_("is left alone: nothing it depends on has changed")))


_CHANGED = {
    "recipe": N_("will be made: what it shows has changed"),
    "templates": N_("will be made: its templates have changed"),
    "toolchain": N_("will be made: the program has changed"),
    "inserts": N_("will be mended: a block that other articles change has changed"),
}


@contextmanager
def _cache_folder(request: BuildRequest) -> Iterator[Path]:
    if request.cache:
        yield Path(request.cache)
        return
    with tempfile.TemporaryDirectory(prefix="kommunalnews-") as folder:
        yield Path(folder)


class _Done(NamedTuple):
    """What a build has done so far."""

    kept: dict[str, Digest]
    """Path → digest of what was left alone."""
    made: list[Rendered]

    @property
    def published(self) -> dict[str, Digest]:
        """Path → digest of everything that is right by now."""
        return {**self.kept, **{result.path: result.digest for result in self.made if result.digest}}

    def with_(self, more: "_Done") -> "_Done":
        """Both together."""
        return _Done({**self.kept, **more.kept}, [*self.made, *more.made])


def _build(
    request: BuildRequest,
    config: Config,
    progress: Progress | None,
    executor: Executor,
    library: Library,
    folder: Path,
    profile: Profile,
) -> BuildReport:
    profile.lap("start")
    sight = standing.look(request)
    profile.lap("look")
    destination = Destination(Path(request.destination))
    manifest = _manifest(request, destination, config.language)
    last = state.load(folder, destination.root, toolchain())
    profile.lap("load")
    planned = plan(request, config, progress, executor, library, last.lore, profile)
    _open(destination, manifest, [slot.known.path for slot in planned.plan.slots], config.language)
    store = _store(request, folder, config.language)
    templates = _templates(request, planned)
    templates.recall(last.lore.closures)
    renderer = MarkupRenderer(templates, planned.plan.parts, partial(_text, library, planned))
    found, faults = keyed(planned.plan, Keys(planned.plan, templates))
    shared = making.Rendering(
        Path(request.source),
        destination,
        renderer,
        planned.statics,
        store,
        toolchain(),
        clock=profile.clock if profile.is_wanted else None,
    )
    profile.lap("compare")
    work = _Work(executor, progress, last.records, manifest, shared)
    done = work.render([one for one in found if one.slot.known.kind != "pdf"])
    profile.lap("render")
    done = done.with_(work.typeset([one for one in found if one.slot.known.kind == "pdf"], done.published))
    profile.lap("typeset")
    removed = _finish(destination, manifest, {slot.known.path for slot in planned.plan.slots}, done)
    left = _left(planned, found, templates, last, done)
    diagnostics = [diagnostic for result in done.made for diagnostic in result.diagnostics]
    if request.cache:
        upkeep(store, request.store_limit, request.clock)
    passing = (*problems(store), *executor.problems())  # of today's network, not of the site
    report = msgspec.structs.replace(
        _report(request, planned, (*planned.diagnostics, *faults, *diagnostics, *passing)),
        written=tuple(sorted(result.path for result in done.made if result.written)),
        unchanged=len(done.kept) + sum(1 for result in done.made if result.digest and not result.written),
        removed=removed,
    )
    if request.cache:
        state.save(folder, destination.root, left)
        _write_next_change(folder, planned.site)
        files = ((path, record.size, record.mtime_ns) for path, record in left.records.items())
        standing.keep(request, sight, report, planned.site.until, files, may_stand=not passing)
    profile.lap("finish")
    for result in done.made:
        profile.count(result.template, result.seconds)
    return report


def _store(request: BuildRequest, folder: Path, language: str) -> Store:
    """Where PDFs are kept. Raises BuildStopped."""
    store = open_store(request.store, folder, now=request.clock)
    if isinstance(store, Problem):
        raise BuildStopped((from_problem(store, Location("--store")),), language)
    return store


def _text(library: Library, planned: Planned, digest: Digest) -> str | None:
    place = planned.places.get(digest)
    return decode_body(library.texts.get(place, digest)) if place is not None else None


class _Work(NamedTuple):
    """The second half of the line: what makes outputs, and what is known of those that are published."""

    executor: Executor
    progress: Progress | None
    records: Mapping[str, state.Record]
    manifest: Mapping[str, Digest]
    shared: making.Rendering

    def render(self, found: list[Keyed]) -> _Done:
        """Make or mend every page, feed and copy that is not as it should be."""
        kept, mended, stale = sort_out(found, self.records, self.manifest, self.shared.destination)
        slots = [one.slot for one in stale]
        inserts = {part for one in (*stale, *(one for one, _ in mended)) for _, part in one.slot.inserts}
        self.shared.renderer.prepare({name for slot in slots for name in slot.known.templates}, inserts)
        mendings = [making.Mending(one.slot, record.digest, record.holes) for one, record in mended]
        told = advance(self.progress, "render", len(slots) + len(mendings))
        made = self.executor.run(making.render_slot, self.shared, slots, lost=making.lost_slot, advance=told)
        made += self.executor.run(
            making.mend_output,
            self.shared,
            mendings,
            lost=making.lost_mending,
            advance=lambda done: told(len(slots) + done),
        )
        return _whole(_Done(kept, made))

    def typeset(self, found: list[Keyed], published: Mapping[str, Digest]) -> _Done:
        """Make every PDF whose print view, or what that shows, has changed."""
        kept, _, stale = sort_out(found, self.records, self.manifest, self.shared.destination, published)
        outputs = [one.slot.output for one in stale]
        told = advance(self.progress, "pdf", len(outputs))
        shared = typesetting.sharing(
            self.shared.root, self.shared.destination, self.shared.store, self.shared.toolchain, published, outputs
        )
        made = self.executor.run_sealed(typesetting.TYPESETTING, shared, outputs, advance=told)
        return _whole(_Done(kept, made))


def _whole(done: _Done) -> _Done:
    """The same. Raises _TextsLost where the store has given up a text."""
    if any(result.lost_body for result in done.made):
        raise _TextsLost(frozenset(result.path for result in done.made if result.written))
    return done


def _finish(destination: Destination, manifest: Mapping[str, Digest], wanted: set[str], done: _Done) -> tuple[str, ...]:
    """Say what is published now, and remove what no longer is: the paths of that."""
    right = done.published
    stale = {path: digest for path, digest in manifest.items() if path in wanted and path not in right}
    removed = destination.remove(set(manifest) - wanted)
    destination.write_manifest({**stale, **right})
    destination.close()
    return removed


def _left(
    planned: Planned, found: list[Keyed], templates: Templates, last: state.Published, done: _Done
) -> state.Published:
    """What the next build may know of this one."""
    keys = {one.slot.known.path: one.key for one in found}
    made = {
        result.path: state.Record(
            keys[result.path], result.digest, result.size, result.mtime_ns, result.inputs, result.holes
        )
        for result in done.made
        if result.digest
    }
    records = {**{path: last.records[path] for path in done.kept}, **made}
    return state.Published(
        toolchain(), records, state.Lore(planned.site.related, dict(planned.plan.memory), templates.closures)
    )


def _report(request: BuildRequest, planned: Planned, diagnostics: Iterable[Diagnostic]) -> BuildReport:
    return BuildReport(
        language=planned.config.language,
        diagnostics=ordered(diagnostics, strict=request.strict),
        articles=len(planned.site.entries),
        withheld=planned.site.withheld,
        next_change=planned.site.next_change,
    )


def _manifest(request: BuildRequest, destination: Destination, language: str) -> dict[str, Digest]:
    for name in ("content", "static", "templates"):
        if destination.root.resolve().is_relative_to(Path(request.source, name).resolve()):
            message = N_("The folder {folder} belongs to what the site is made of")
            place, hint = Location(str(destination.root)), N_("Publish into a folder beside it: -d FOLDER")
            raise BuildStopped(
                (error("destination-inside", message, place, hint, folder=str(destination.root)),), language
            )
    try:
        return destination.read_manifest()
    except ForeignFolder as fault:
        stop = error(
            "destination-foreign",
            N_("The folder {folder} holds files that this program did not write"),
            Location(str(destination.root)),
            N_("Publish into a new or empty folder: -d FOLDER"),
            folder=str(destination.root),
        )
        raise BuildStopped((stop,), language) from fault


def _templates(request: BuildRequest, planned: Planned) -> Templates:
    folders = tuple(folder for folder in (Path(request.source, "templates"), packaged("templates")) if folder.is_dir())
    code = Path(request.cache, "templates") if request.cache else None
    return Templates(folders, planned.config.language, code)


def _open(destination: Destination, manifest: Mapping[str, Digest], planned: list[str], language: str) -> None:
    try:
        destination.open(manifest)
        destination.announce(planned)
    except OSError as fault:
        stop = error(
            "destination-unwritable",
            N_("Nothing can be written to {folder}: {reason}"),
            Location(str(destination.root)),
            N_("Check its rights and the free space, or publish into another folder: -d FOLDER"),
            folder=str(destination.root),
            reason=fault.strerror or str(fault),
        )
        raise BuildStopped((stop,), language) from fault


class _TextsLost(Exception):
    """The store gave up a text between parsing and rendering."""

    def __init__(self, written: frozenset[str]) -> None:
        super().__init__(written)
        self.written = written


def _write_next_change(folder: Path, site: Site) -> None:
    change = site.next_change
    data = {"at": change.at.iso, "what": change.what} if change else {"at": None}
    path = folder / "next-change.json"
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n")
        os.replace(beside, path)
