"""Folder → published site, as one straight line:

read → parse → assemble → plan → render → publish. A full build is an incremental one with an empty store.
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from kommunalnews import lock, spares, standing, state, urls
from kommunalnews.config import Config
from kommunalnews.content import sources
from kommunalnews.content.model import Article
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, error, from_problem, ordered
from kommunalnews.digest import Digest
from kommunalnews.disk import HOLDER, clear, forget
from kommunalnews.executors import Beside, Executor, ProcessExecutor
from kommunalnews.freshness import Keys, keyed, sort_out, sound, touched
from kommunalnews.index import Library
from kommunalnews.planning import BuildStopped, Desk, Planned, advance, parse_settings, plan, read_config
from kommunalnews.profiling import Profile, unmeasured
from kommunalnews.publish import Destination, ForeignFolder
from kommunalnews.recipes import Slot
from kommunalnews.rendering.markup import MarkupRenderer, decode_body
from kommunalnews.rendering.templates import Templates
from kommunalnews.requests import BuildReport, BuildRequest, ListedArticle, ListedPlace, Progress
from kommunalnews.resources import packaged
from kommunalnews.shelf import Shelf
from kommunalnews.site import Showing, Site, assemble, status
from kommunalnews.stages import compressing, indexing, making, reading, typesetting
from kommunalnews.stages.making import Mending, Rendered, Restoring
from kommunalnews.state import Keyed
from kommunalnews.store import Store, open_store, problems, upkeep
from kommunalnews.toolchain import toolchain

__all__ = [
    "BuildStopped",
    "ListedArticle",
    "ListedPlace",
    "build",
    "cache_folder",
    "check",
    "listing",
    "places",
    "templates_of",
]

Hold = Callable[[object], object]
"""Takes what may be kept until the process ends."""


def build(
    request: BuildRequest,
    progress: Progress | None = None,
    executor: Executor | None = None,
    waiting: Callable[[lock.Holder], object] = lambda holder: None,
    profile: Profile | None = None,
    seen: standing.Seen | None = None,
    hold: Hold = lambda known: None,
) -> BuildReport:
    """Publish the site. ``seen`` is what was just found of its sources, if somebody has looked.

    What the build knew at its end is given to ``hold``: who ends soon need not wait until it is taken to pieces.

    Raises BuildStopped where there is nothing to publish from or to. Where another build is at work with the same
    store, ``waiting`` is called with it; Busy is raised if it takes longer than ``request.patience``.
    """
    executor = executor or ProcessExecutor(request.jobs)
    config = read_config(request)  # for the workers that prepare themselves
    early = executor.early(typesetting.typesetting_in(config.language)) if request.pdf else nullcontext()
    profile = profile or unmeasured()

    def told(holder: lock.Holder) -> None:
        nonlocal seen
        seen = None  # until the other has ended, anything may change
        waiting(holder)

    ready = executor.ready(reading.parse_source, partial(reading.prepare, parse_settings(config)))
    public = Path(request.destination)
    _check_outside(request, public, config.language)
    with (
        cache_folder(request) as folder,
        lock.held(folder, wait=request.patience, waiting=told),
        lock.held_itself(public, HOLDER, wait=request.patience, waiting=told),
        early,
        ready,
    ):
        clear(folder)
        profile.lap("start")
        if seen is None:  # settings that are changed between the look and their reading must not pass for published
            seen = standing.look(request)
            config = read_config(request)
        profile.lap("look")
        written: frozenset[str] = frozenset()
        for library in _libraries(folder):
            try:
                with executor.beside() as beside:
                    report = _build(request, config, progress, executor, library, folder, profile, beside, seen, hold)
            except _TextsLost as loss:
                written |= loss.written
            else:
                twice = written - set(report.written)
                written |= set(report.written)
                unchanged = report.unchanged - len(twice)
                return msgspec.structs.replace(report, written=tuple(sorted(written)), unchanged=unchanged)
        raise AssertionError("a library that is new has lost a text")


def _libraries(folder: Path) -> Iterator[Library]:
    """What is kept; that again where a pack is damaged; and where the disk may be full, one of our own."""
    yield Library(folder)
    yield Library(folder, is_doubted=True)
    with tempfile.TemporaryDirectory(prefix="kommunalnews-") as fresh:
        yield Library(Path(fresh))


def check(request: BuildRequest, progress: Progress | None = None, executor: Executor | None = None) -> BuildReport:
    """Everything up to the plan: find what is wrong, write nothing but the store."""
    executor = executor or ProcessExecutor(request.jobs)
    with cache_folder(request) as folder:
        planned = plan(request, read_config(request), progress, executor, Library(folder))
    return _report(request, planned, planned.diagnostics)


def listing(request: BuildRequest, executor: Executor | None = None) -> tuple[ListedArticle, ...]:
    """Every article, public or not, newest first."""
    executor = executor or ProcessExecutor(request.jobs)
    with cache_folder(request) as folder:
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


def places(request: BuildRequest, executor: Executor | None = None) -> tuple[ListedPlace, ...]:
    """Every place that an article is about, by name."""
    executor = executor or ProcessExecutor(request.jobs)
    with cache_folder(request) as folder:
        config = read_config(request)
        found, _ = sources.find(Path(request.source))
        readings = Desk(request, config, None, executor, Library(folder)).read(found)
    items = [one.parsed.item for one in readings if one.parsed.item is not None]
    site, _ = assemble(config, items, request.now, Showing(request.drafts, request.future, request.expired))
    return tuple(
        ListedPlace(place.name, len(place.entries), spot.latitude, spot.longitude, spot.state)
        if (spot := place.spot)
        else ListedPlace(place.name, len(place.entries), None, None, "")
        for place in site.places
    )


@contextmanager
def cache_folder(request: BuildRequest) -> Iterator[Path]:
    """Where results are kept: a folder that lasts no longer than this where nobody wants them kept."""
    if request.cache:
        yield Path(request.cache)
        return
    with tempfile.TemporaryDirectory(prefix="kommunalnews-") as folder:
        yield Path(folder)


_LATER = frozenset(("search", "compressed", "pdf"))
"""Kinds of output that are made of what has been made, or that take longest."""
_WORTH_A_LOOK = 100
"""One output missing of so many is sooner rendered than the shelf is looked through."""


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
    beside: Beside,
    seen: standing.Seen,
    hold: Hold,
) -> BuildReport:
    public = Path(request.destination)
    kept = spares.spares_of(folder, public) if request.cache else None
    shelf = Shelf(folder / "pages") if request.cache else None
    destination = Destination(public, kept, shelf.give_up if shelf else None)
    amiss = beside(partial(_amiss, folder, destination))
    manifest = _manifest(destination, config.language)
    last = state.load(folder, destination.root, toolchain())
    profile.lap("load")
    later: list[Callable[[], object]] = []
    planned = plan(request, config, progress, executor, library, last.lore, profile, later.append, seen.files)
    try:
        _open(destination, manifest, [slot.known.path for slot in planned.plan.slots], config.language)
        store = _store(request, folder, config.language)
    except BuildStopped:
        for writing in later:
            writing()
        raise
    templates = templates_of(request, planned)
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
        shelf,
        clock=profile.clock if profile.is_wanted else None,
    )
    profile.lap("compare")
    for writing in later:  # not before: what is touched after a fork is copied
        beside(writing)
    work = _Work(executor, progress, sound(last.records, manifest, amiss()), shared)

    def swept() -> None:
        """No page is being written now: what they have changed places with can go, and what nobody wants kept."""
        if sweep := destination.sweeping():
            beside(sweep)
        if kept is not None and kept.folder.is_dir() and not any(slot.inserts for slot in planned.plan.slots):
            kept.clear()
        if shelf is not None and not faults and shelf.needs_sweeping():
            beside(partial(_sweep, shelf, folder, found))

    done = work.make(found, profile, swept)
    run = spares.run(folder, destination.root)
    left = _left(planned, found, templates, last, done, run)
    published = _published(manifest, planned.plan.slots, done)
    files = [(path, record.size, record.mtime_ns) for path, record in left.records.items()]
    if request.cache:
        beside(partial(state.save, folder, destination.root, left))
    removed = destination.remove(manifest.keys() - published.keys())
    destination.write_manifest(published)
    destination.close()
    diagnostics = making.faults_once(found for result in done.made for found in result.diagnostics)
    if request.cache:
        upkeep(store, request.store_limit, request.clock)
        forget(folder, destination.root, request.clock)
    passing = (*problems(store), *executor.problems())  # of today's network, not of the site
    report = msgspec.structs.replace(
        _report(request, planned, (*planned.diagnostics, *faults, *diagnostics, *passing)),
        written=tuple(sorted(result.path for result in done.made if result.written)),
        unchanged=len(done.kept) + sum(1 for result in done.made if result.digest and not result.written),
        removed=removed,
    )
    if request.cache:
        _write_next_change(folder, planned.site)
        standing.keep(request, seen.sight, report, planned.site.until, files, may_stand=not passing)
    profile.lap("finish")
    for result in done.made:
        if result.template:
            profile.count(result.template, result.seconds)
    hold((library, manifest, last, planned, renderer, found, work, done, left, published, files, report))
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
    sound: Mapping[str, state.Record]
    """Of what is published, that which is as it was left."""
    shared: making.Rendering

    def make(self, found: Iterable[Keyed], profile: Profile, rendered: Callable[[], object]) -> _Done:
        """Make all that is not as it should be; ``rendered`` is called when there are all pages, but no PDFs yet."""
        of_kind: defaultdict[str, list[Keyed]] = defaultdict(list)
        for one in found:
            kind = one.slot.known.kind
            of_kind[kind if kind in _LATER else ""].append(one)
        done = self.render(of_kind[""])
        rendered()
        profile.lap("render")
        done = done.with_(self.make_searchable(of_kind["search"]))
        profile.lap("search")
        if of_kind["compressed"]:
            done = done.with_(self.compress(of_kind["compressed"], done.published))
            profile.lap("compress")
        if of_kind["pdf"]:
            done = done.with_(self.typeset(of_kind["pdf"], done.published))
        profile.lap("typeset")
        return done

    def render(self, found: list[Keyed]) -> _Done:
        """Make or mend every page, feed and copy that is not as it should be."""
        kept, mended, missing = sort_out(found, self.sound)
        stale, restorable = self._sought(missing, len(found))
        inserts = {part for one in (*missing, *(one for one, _ in mended)) for _, part in one.slot.inserts}
        self.shared.renderer.prepare({name for one in stale for name in one.slot.known.templates}, inserts)
        mendings = [Mending(one, record.digest, record.holes) for one, record in mended]
        run, lost = partial(self.executor.run, shared=self.shared), making.lost_page
        told = advance(self.progress, "render", len(missing) + len(mendings))
        made = run(making.render_output, items=stale, lost=making.lost_output, advance=told)
        made += run(making.restore_output, items=restorable, lost=lost, advance=lambda done: told(len(stale) + done))
        made += run(making.mend_output, items=mendings, lost=lost, advance=lambda done: told(len(missing) + done))
        return _whole(_Done(kept, made))

    def _sought(self, missing: list[Keyed], total: int) -> tuple[list[Keyed], list[Restoring]]:
        """What is to be rendered, and what is on the shelf, where enough of the ``total`` is missing for a look."""
        shelf = self.shared.shelf
        if shelf is None or len(missing) * _WORTH_A_LOOK <= total:
            return missing, []
        keys = {one.slot.known.path: one.key.without_inserts for one in missing if one.is_worth_keeping}
        found = shelf.found(set(keys.values()))
        kept = {path: found[key] for path, key in keys.items() if key in found}
        stale = [one for one in missing if one.slot.known.path not in kept]
        return stale, [Restoring(one, kept[one.slot.known.path]) for one in missing if one.slot.known.path in kept]

    def compress(self, found: list[Keyed], published: Mapping[str, Digest]) -> _Done:
        """Compress every text file that has changed."""
        kept, _, stale = sort_out(found, self.sound, published)
        outputs = [one.slot.output for one in stale]
        told = advance(self.progress, "compress", len(outputs))
        lost = compressing.lost_output
        return _Done(
            kept, self.executor.run(compressing.compress_output, self.shared, outputs, lost=lost, advance=told)
        )

    def make_searchable(self, found: list[Keyed]) -> _Done:
        """Make every shard of the search index in which a text has changed."""
        kept, _, stale = sort_out(found, self.sound)
        slots = [one.slot for one in stale]
        told = advance(self.progress, "search", len(slots))
        made = self.executor.run(indexing.index_slot, self.shared, slots, lost=indexing.lost_slot, advance=told)
        return _whole(_Done(kept, [result for results in made for result in results]))

    def typeset(self, found: list[Keyed], published: Mapping[str, Digest]) -> _Done:
        """Make every PDF whose print view, or what that shows, has changed."""
        kept, _, stale = sort_out(found, self.sound, published)
        outputs = [one.slot.output for one in stale]
        told = advance(self.progress, "pdf", len(outputs))
        known = self.shared
        shared = typesetting.sharing(known.root, known.destination, known.store, published, outputs, known.clock)
        made = self.executor.run_sealed(typesetting.TYPESETTING, shared, outputs, advance=told)
        return _whole(_Done(kept, made))


def _whole(done: _Done) -> _Done:
    """The same. Raises _TextsLost where the store has given up a text."""
    if any(result.lost_body for result in done.made):
        raise _TextsLost(frozenset(result.path for result in done.made if result.written))
    return done


def _sweep(shelf: Shelf, folder: Path, found: Iterable[Keyed]) -> None:
    """Leave on the shelf what this site is made of, and what was published before, into this folder or others."""
    wanted = {one.key.without_inserts for one in found if one.is_worth_keeping}
    shelf.sweep(wanted.union(key.without_inserts for key in state.keys(folder)))


def _amiss(folder: Path, destination: Destination) -> frozenset[str]:
    """Paths of published files that are not as the last build left them."""
    return touched(state.files(folder, destination.root), destination, spares.run(folder, destination.root))


def _published(manifest: Mapping[str, Digest], slots: Iterable[Slot], done: _Done) -> dict[str, Digest]:
    """What is published now: what is right, and old files for which there are no new ones."""
    right = done.published
    wanted = {slot.known.path for slot in slots}
    failed = [slot.known.path for slot in slots if slot.known.kind == "search" and slot.known.path not in right]
    wanted.update(path for owner in failed for path in manifest if path.startswith(indexing.folder_of(owner)))
    return {**{path: manifest[path] for path in (manifest.keys() & wanted) - right.keys()}, **right}


def _left(
    planned: Planned, found: list[Keyed], templates: Templates, last: state.Published, done: _Done, run: str
) -> state.Published:
    """What the next build may know of this one."""
    keys = {one.slot.known.path: one.key for one in found}
    made = {
        result.path: state.Record(
            keys[result.owner or result.path],
            result.digest,
            result.size,
            result.mtime_ns,
            result.inputs,
            result.holes,
            state.difference(last.records.get(result.path), keys[result.owner or result.path]),
            result.owner,
        )
        for result in done.made
        if result.digest
    }
    records = {**{path: last.records[path] for path in done.kept}, **made}
    return state.Published(
        toolchain(), run, records, state.Lore(planned.site.related, dict(planned.plan.memory), templates.closures)
    )


def _report(request: BuildRequest, planned: Planned, diagnostics: Iterable[Diagnostic]) -> BuildReport:
    return BuildReport(
        language=planned.config.language,
        diagnostics=ordered(diagnostics, strict=request.strict),
        articles=len(planned.site.entries),
        withheld=planned.site.withheld,
        next_change=planned.site.next_change,
    )


def _check_outside(request: BuildRequest, destination: Path, language: str) -> None:
    """Raises BuildStopped where the site would be published among its sources."""
    for name in ("content", "static", "templates"):
        if destination.resolve().is_relative_to(Path(request.source, name).resolve()):
            message = N_("The folder {folder} belongs to what the site is made of")
            place, hint = Location(str(destination)), N_("Publish into a folder beside it: -d FOLDER")
            raise BuildStopped((error("destination-inside", message, place, hint, folder=str(destination)),), language)


def _manifest(destination: Destination, language: str) -> dict[str, Digest]:
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


def templates_of(request: BuildRequest, planned: Planned) -> Templates:
    """The site's own templates before the packaged ones."""
    folders = tuple(folder for folder in (Path(request.source, "templates"), packaged("templates")) if folder.is_dir())
    code = Path(request.cache, "templates") if request.cache else None
    return Templates(folders, planned.config.language, code)


def _open(destination: Destination, manifest: Mapping[str, Digest], planned: list[str], language: str) -> None:
    try:
        destination.open(manifest)
        lock.sign(destination.root / HOLDER)
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
