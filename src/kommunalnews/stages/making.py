"""Output → bytes, published: a page, a copy, a PDF.

A fault costs its own output a diagnostic. What comes back is small: a path, a digest, a size.
"""

from collections.abc import Mapping
from pathlib import Path

import jinja2
import msgspec

from kommunalnews.content.sources import open_source
from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.digest import Digest, of_bytes, of_parts
from kommunalnews.executors import Loss
from kommunalnews.publish import Destination
from kommunalnews.recipes import CopyRecipe, Hole, Output, PdfRecipe, Slot, TemplateRecipe
from kommunalnews.rendering import pdf
from kommunalnews.rendering.markup import BodyLost, MarkupRenderer, RenderedPage
from kommunalnews.stages.losses import told
from kommunalnews.store import Store


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


class Mending(msgspec.Struct, frozen=True):
    """A published page of which nothing but the inserts has changed."""

    output: Slot
    digest: Digest
    """Of the page as it was published."""
    holes: tuple[Hole, ...]


class Rendering(msgspec.Struct, frozen=True):
    """What all render tasks share."""

    root: Path
    destination: Destination
    renderer: MarkupRenderer
    statics: Mapping[str, Path]
    store: Store
    toolchain: Digest
    published: Mapping[str, Digest]
    """For PDFs: output path → digest of what is published there."""
    fontconfig: Path = Path()
    """For PDFs: see ``pdf.write_fontconfig``."""


def mend_output(shared: Rendering, mending: Mending) -> Rendered:
    """Put other inserts into a published page; make it anew where that is not what it was."""
    path = mending.output.known.path
    try:
        data = shared.destination.read(path)
        if of_bytes(data) == mending.digest:
            return _publish(shared, path, shared.renderer.mend(data, mending.holes, mending.output.inserts))
    except Exception:  # whatever it is, it is told where the page is made
        pass
    return render_output(shared, mending.output.output)


def render_output(shared: Rendering, output: Output) -> Rendered:
    """Make an output's bytes and publish them."""
    recipe = output.recipe
    try:
        match recipe:
            case TemplateRecipe():
                return _publish(shared, output.path, shared.renderer.render(recipe, output.inserts))
            case CopyRecipe():
                return _publish(shared, output.path, RenderedPage(_copied(shared, recipe)))
            case PdfRecipe():
                return _typeset(shared, output, recipe)
    except BodyLost as loss:
        return Rendered(output.path, lost_body=loss.digest)
    except OSError as fault:
        return Rendered(output.path, diagnostics=(_not_written(output, fault),))
    except Exception as fault:  # a template may stumble over anything; its fault costs its own page
        if not isinstance(recipe, TemplateRecipe):
            raise
        return Rendered(output.path, diagnostics=(_template_fault(shared, output, recipe, fault),))


def _publish(shared: Rendering, path: str, page: RenderedPage, inputs: tuple[tuple[str, Digest], ...] = ()) -> Rendered:
    written = shared.destination.write(path, page.data)
    return Rendered(
        path, of_bytes(page.data), written.size, written.mtime_ns, written.is_new, inputs=inputs, holes=page.holes
    )


def _copied(shared: Rendering, recipe: CopyRecipe) -> bytes:
    if recipe.source.startswith("static/"):
        return shared.statics[recipe.source.removeprefix("static/")].read_bytes()
    with open_source(shared.root, recipe.source) as stream:
        return stream.read()


def _typeset(shared: Rendering, output: Output, recipe: PdfRecipe) -> Rendered:
    read: dict[str, Digest] = {}

    def published(path: str) -> bytes:
        read[path] = shared.published.get(path, Digest(""))
        if not read[path]:
            raise FileNotFoundError(path)
        return shared.destination.read(path)

    job = pdf.seal(recipe, published)
    key = of_parts(job.key, shared.toolchain)
    data = shared.store.get("pdf", key)
    if data is None:
        try:
            data = pdf.typeset(job, shared.fontconfig)
        except Exception as fault:  # WeasyPrint has no error class of its own; deep nesting is a RecursionError
            return Rendered(output.path, diagnostics=(_pdf_fault(shared, output, fault),))
        shared.store.put("pdf", key, data)
    return _publish(shared, output.path, RenderedPage(data), tuple(sorted(read.items())))


def lost_output(output: Output, loss: Loss) -> Rendered:
    """The result for an output whose worker did not come back."""
    return Rendered(output.path, diagnostics=(told(loss, output.source or output.path),))


def lost_mending(mending: Mending, loss: Loss) -> Rendered:
    """The result for a page whose worker did not come back."""
    known = mending.output.known
    return Rendered(known.path, diagnostics=(told(loss, known.source or known.path),))


def _template_fault(shared: Rendering, output: Output, recipe: TemplateRecipe, fault: Exception) -> Diagnostic:
    if isinstance(fault, jinja2.TemplateSyntaxError):
        name, line = fault.name or recipe.template, fault.lineno
    else:
        name, line = _template_line(fault, recipe.template, shared.renderer.template_folders)
    return error(
        "template-error",
        N_("This template cannot make {path}: {reason}"),
        Location(f"templates/{name}", line, 1 if line else 0),
        path=output.path,
        reason=str(fault) if isinstance(fault, jinja2.TemplateError) else f"{type(fault).__name__}: {fault}",
    )


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


def _not_written(output: Output, fault: OSError) -> Diagnostic:
    return error(
        "output-failed",
        N_("{path} could not be published: {reason}"),
        Location(output.source or output.path),
        N_("Check the free space and the rights of the destination folder"),
        path=output.path,
        reason=fault.strerror or str(fault),
    )


def _pdf_fault(shared: Rendering, output: Output, fault: Exception) -> Diagnostic:
    if isinstance(fault, pdf.AssetRefused):
        return error(
            "pdf-asset-refused",
            N_("The PDF of this article would load {asset}, which is not part of the site"),
            Location(output.source),
            N_("Show only pictures of this site"),
            asset=str(fault),
        )
    if isinstance(fault, pdf.PictureLost):
        return error(
            "pdf-picture-unreadable",
            N_("A picture cannot be put into the PDF of this article: {picture}"),
            Location(output.source),
            N_("Export it again as JPEG, PNG or WebP"),
            picture=str(fault),
        )
    if isinstance(fault, pdf.PdfUnavailable):  # alike for all articles, so that it is told once
        return error(
            "pdf-unavailable",
            N_("PDFs cannot be made on this machine: {reason}"),
            Location(str(shared.destination.root)),
            N_("Install Pango and HarfBuzz as the README says, or build with --no-pdf"),
            reason=str(fault),
        )
    return error(
        "pdf-failed",
        N_("The PDF of this article could not be made: {reason}"),
        Location(output.source),
        N_("Look for something unusual in the article, or set “pdf: false” in it"),
        reason=f"{type(fault).__name__}: {fault}",
    )
