"""Output → bytes, published: a page, a copy, an EPUB. (PDFs: ``typesetting``; the search index: ``indexing``.)

A fault costs its own output a diagnostic. What comes back is small: a path, a digest, a size.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import jinja2
import msgspec

from kommunalnews.content.sources import open_source
from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.digest import Digest, of_bytes, of_parts, of_value
from kommunalnews.executors import Loss
from kommunalnews.profiling import Clock
from kommunalnews.publish import Destination
from kommunalnews.recipes import (
    CardRecipe,
    CompressedRecipe,
    CopyRecipe,
    DrawingRecipe,
    EpubRecipe,
    Hole,
    Output,
    PdfRecipe,
    PictureRecipe,
    Recipe,
    SearchRecipe,
    TemplateRecipe,
)
from kommunalnews.rendering import epub, vectors
from kommunalnews.rendering.markup import BodyLost, MarkupRenderer, RenderedPage, emptied
from kommunalnews.rendering.templates import TEMPLATE_REMEDY
from kommunalnews.shelf import Kept, Shelf
from kommunalnews.stages.losses import told
from kommunalnews.state import Key, Keyed
from kommunalnews.store import Store
from kommunalnews.toolchain import picture_toolchain

_UNTEMPLATED = {"picture": "(pictures)"}
"""What the profile calls them."""


class Rendered(msgspec.Struct, frozen=True):
    """What became of an output."""

    path: str
    digest: Digest | None = None
    """Of the published bytes; None where it failed."""
    size: int = 0
    mtime_ns: int = 0
    written: bool = False
    """False where the file already had these bytes."""
    diagnostics: tuple[Diagnostic, ...] = ()
    lost_body: Digest | None = None
    """The text that the store no longer has."""
    inputs: tuple[tuple[str, Digest], ...] = ()
    holes: tuple[Hole, ...] = ()
    template: str = ""
    """What it was made with, and how many seconds that took: where a clock was given."""
    seconds: float = 0.0
    owner: str = ""
    """The output that it belongs to, where no plan knows it."""


class Mending(msgspec.Struct, frozen=True):
    """A published page of which nothing but the inserts has changed."""

    output: Keyed
    digest: Digest
    """Of the page as it was published."""
    holes: tuple[Hole, ...]


class Restoring(msgspec.Struct, frozen=True):
    """A page that is not published here, or was, but is on the shelf as it must be."""

    output: Keyed
    kept: Kept


class Rendering(msgspec.Struct, frozen=True):
    """What all render tasks share."""

    root: Path
    destination: Destination
    renderer: MarkupRenderer
    statics: Mapping[str, Path]
    store: Store
    toolchain: Digest
    shelf: Shelf | None = None
    """Where there is a cache."""
    clock: Clock | None = None


def timed(clock: Clock | None, template: str, make: Callable[[], Rendered]) -> Rendered:
    """What ``make`` returns, with the time that it took where somebody wants to know."""
    start = begun(clock)
    return stamped(make(), clock, template, start)


def begun(clock: Clock | None) -> float:
    """The time; 0 where nobody wants to know."""
    return clock() if clock else 0.0


def stamped(made: Rendered, clock: Clock | None, template: str, start: float) -> Rendered:
    """The same with what it was made with and the time that it took since ``start``, if somebody wants to know."""
    return msgspec.structs.replace(made, template=template, seconds=clock() - start) if clock else made


def mend_output(shared: Rendering, mending: Mending) -> Rendered:
    """Put other inserts into a published page; make it anew where that is not what it was."""
    return _else_rendered(shared, mending.output, "(mended)", lambda: _mended(shared, mending))


def _mended(shared: Rendering, mending: Mending) -> Rendered | None:
    slot = mending.output.slot
    path = slot.known.path
    data = shared.destination.read(path)
    if of_bytes(data) != mending.digest:
        return None
    return _publish(shared, path, shared.renderer.mend(data, mending.holes, slot.inserts), data)


def restore_output(shared: Rendering, restoring: Restoring) -> Rendered:
    """Publish a page from the shelf; make it anew where it is not whole any more."""
    return _else_rendered(shared, restoring.output, "(restored)", lambda: _restored(shared, restoring))


def _restored(shared: Rendering, restoring: Restoring) -> Rendered | None:
    slot, kept = restoring.output.slot, restoring.kept
    data = shared.shelf.get(kept) if shared.shelf else None
    if data is None:
        return None
    return _publish(shared, slot.known.path, shared.renderer.mend(data, kept.holes, slot.inserts))


def _else_rendered(shared: Rendering, output: Keyed, how: str, make: Callable[[], Rendered | None]) -> Rendered:
    """What ``make`` returns; the output made anew where that is nothing, or a fault."""
    start = begun(shared.clock)
    try:
        made = make()
    except Exception:  # whatever it is, it is told where the page is made
        made = None
    return stamped(made, shared.clock, how, start) if made else render_output(shared, output)


def render_output(shared: Rendering, output: Keyed) -> Rendered:
    """Make an output's bytes and publish them."""
    known = output.slot.known
    template = known.templates[0] if known.templates else _UNTEMPLATED.get(known.kind, "(copies)")
    return timed(shared.clock, template, lambda: _made(shared, output))


def _made(shared: Rendering, one: Keyed) -> Rendered:
    output = one.slot.output
    recipe = output.recipe
    try:
        match recipe:
            case TemplateRecipe():
                page = shared.renderer.render(recipe, output.inserts)
                made = _publish(shared, output.path, page)
                if one.is_worth_keeping:
                    _keep(shared, one.key, page, made)
                return made
            case CopyRecipe():
                return _publish(shared, output.path, RenderedPage(_copied(shared, recipe)))
            case PictureRecipe():
                return _publish(shared, output.path, RenderedPage(_picture(shared, recipe)))
            case DrawingRecipe():
                return _publish(shared, output.path, RenderedPage(_drawing(shared, recipe)))
            case CardRecipe():
                return _publish(shared, output.path, RenderedPage(_card(shared, recipe)))
            case EpubRecipe():
                return _publish(shared, output.path, RenderedPage(epub.packed(_entries(shared, recipe))))
            case PdfRecipe() | CompressedRecipe():
                raise AssertionError("these are made of published files: stages.typesetting, stages.compressing")
            case SearchRecipe():
                raise AssertionError("the search index is made by stages.indexing")
    except BodyLost as loss:
        return Rendered(output.path, lost_body=loss.digest)
    except _Changed as changed:
        return Rendered(output.path, diagnostics=(_changed(changed),))
    except NotEncoded as fault:
        return Rendered(output.path, diagnostics=(_not_encoded(output, fault),))
    except OSError as fault:
        return Rendered(output.path, diagnostics=(not_written(output, fault),))
    except Exception as fault:  # a template may stumble over anything; its fault costs its own page
        template = _first_template(recipe)
        if not template:
            raise
        return Rendered(output.path, diagnostics=(_template_fault(shared, output, template, fault),))


def _first_template(recipe: Recipe) -> str:
    """Where to look for a fault that does not say itself where it happened; empty where it was no template's."""
    if isinstance(recipe, EpubRecipe):
        return next((entry.template for _, entry in recipe.entries if isinstance(entry, TemplateRecipe)), "")
    return recipe.template if isinstance(recipe, TemplateRecipe) else ""


def _publish(shared: Rendering, path: str, page: RenderedPage, old: bytes | None = None) -> Rendered:
    size, mtime_ns, is_new = shared.destination.write(path, page.data, old)
    return Rendered(path, of_bytes(page.data), size, mtime_ns, is_new, holes=page.holes)


def _keep(shared: Rendering, key: Key, page: RenderedPage, made: Rendered) -> None:
    if shared.shelf is None or made.digest is None:
        return
    if page.holes:
        bare = emptied(page)
        shared.shelf.put(key.without_inserts, bare.data, of_bytes(bare.data), bare.holes)
    else:
        shared.shelf.put(key.without_inserts, page.data, made.digest)


def _copied(shared: Rendering, recipe: CopyRecipe) -> bytes:
    """The bytes that were planned. Raises OSError, and _Changed where there are others now."""
    data = _read(shared, recipe)
    if of_bytes(data) != recipe.digest:
        raise _Changed(recipe.source)
    return data


def _read(shared: Rendering, recipe: CopyRecipe) -> bytes:
    if recipe.source.startswith("static/"):
        return shared.statics[recipe.source.removeprefix("static/")].read_bytes()
    with open_source(shared.root, recipe.source) as stream:
        return stream.read()


class _Changed(Exception):
    """A file was changed after the plan was made; the text is its path."""


def _changed(changed: _Changed) -> Diagnostic:
    message = N_("This file was changed while the site was built")
    return error("file-changed", message, Location(str(changed)), N_("Build again"))


def _picture(shared: Rendering, recipe: PictureRecipe) -> bytes:
    """A picture at one size, from the store where it has it. Raises OSError, _Changed and NotEncoded."""

    def make() -> bytes:
        from kommunalnews.rendering import pictures

        data = _copied(shared, CopyRecipe(recipe.source, recipe.digest))
        return _encoded(lambda: pictures.encoded(recipe, data))

    of_bytes_alone = msgspec.structs.replace(recipe, source="")
    return _kept(shared, "picture", of_parts(of_value(of_bytes_alone), picture_toolchain()), make)


def _drawing(shared: Rendering, recipe: DrawingRecipe) -> bytes:
    """A drawing and nothing else. Raises OSError and _Changed."""
    return vectors.bare(_copied(shared, CopyRecipe(recipe.source, recipe.digest)))


def _card(shared: Rendering, recipe: CardRecipe) -> bytes:
    """A social card, from the store where it has it. Raises OSError, _Changed and NotEncoded."""

    def make() -> bytes:
        from kommunalnews.rendering import cards

        fonts = [_copied(shared, CopyRecipe(path, digest)) for path, digest in recipe.fonts]
        return _encoded(lambda: cards.drawn(recipe, fonts))

    return _kept(shared, "card", of_parts(of_value(recipe), picture_toolchain()), make)


def _kept(shared: Rendering, kind: str, key: Digest, make: Callable[[], bytes]) -> bytes:
    data = shared.store.get(kind, key)
    if data is None:
        data = make()
        shared.store.put(kind, key, data)
    return data


class NotEncoded(Exception):
    """A picture could not be made; the text says why."""


def _encoded(make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except Exception as fault:  # Pillow raises whatever it stumbles over
        raise NotEncoded(f"{type(fault).__name__}: {fault}") from fault


def _not_encoded(output: Output, fault: NotEncoded) -> Diagnostic:
    return error(
        "picture-failed",
        N_("{path} could not be made of this picture: {reason}"),
        Location(output.source or output.path),
        N_("Export it again as JPEG, PNG or WebP"),
        path=output.path,
        reason=str(fault),
    )


def _entries(shared: Rendering, recipe: EpubRecipe) -> Iterator[tuple[str, bytes]]:
    """The files that an EPUB holds. Raises BodyLost, NotEncoded, OSError and Jinja's errors."""
    for path, entry in recipe.entries:
        match entry:
            case TemplateRecipe():
                yield path, shared.renderer.render(entry).data
            case PictureRecipe():
                yield path, _picture(shared, entry)
            case CopyRecipe():
                yield path, _copied(shared, entry)
            case DrawingRecipe():
                yield path, _drawing(shared, entry)


def lost_output(output: Keyed, loss: Loss) -> Rendered:
    """The result for an output whose worker did not come back."""
    known = output.slot.known
    return Rendered(known.path, diagnostics=(told(loss, known.source or known.path),))


def lost_page(page: Mending | Restoring, loss: Loss) -> Rendered:
    """The same for a page that was to be mended or restored."""
    return lost_output(page.output, loss)


def _template_fault(shared: Rendering, output: Output, template: str, fault: Exception) -> Diagnostic:
    if isinstance(fault, jinja2.TemplateSyntaxError):
        name, line = fault.name or template, fault.lineno
    else:
        name, line = _template_line(fault, template, shared.renderer.template_folders)
    return error(
        "template-error",
        N_("This template cannot make {path}: {reason}"),
        Location(f"templates/{name}", line, 1 if line else 0),
        TEMPLATE_REMEDY,
        path=output.path,
        reason=str(fault) if isinstance(fault, jinja2.TemplateError) else f"{type(fault).__name__}: {fault}",
    )


def faults_once(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The same, but of each line of a template the first fault only, which says how many files it costs."""
    faulty: dict[Location, list[Diagnostic]] = {}
    for diagnostic in found:
        if diagnostic.code == "template-error":
            faulty.setdefault(diagnostic.location, []).append(diagnostic)
        else:
            yield diagnostic
    for first, *others in faulty.values():
        if others:
            arguments = (*first.arguments, ("count", str(len(others) + 1)))
            message = N_("This template cannot make {count} files, such as {path}: {reason}")
            yield msgspec.structs.replace(first, message=message, arguments=arguments)
        else:
            yield first


def _template_line(fault: BaseException, name: str, folders: tuple[Path, ...]) -> tuple[str, int]:
    """The innermost template line in the traceback, which Jinja rewrites to show templates."""
    trace, found = fault.__traceback__, (name, 0)
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        for folder in folders:
            if file.is_relative_to(folder):
                found = (file.relative_to(folder).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return found


def not_written(output: Output, fault: OSError) -> Diagnostic:
    """What to say of an output that could not be published."""
    return error(
        "output-failed",
        N_("{path} could not be published: {reason}"),
        Location(output.source or output.path),
        N_("Check the free space and the rights of the destination folder"),
        path=output.path,
        reason=fault.strerror or str(fault),
    )
