"""Print view → PDF, published: sealed where the print view is, typeset anywhere, published where the site is.

What the store has is not typeset again. A fault costs its own article a diagnostic; the next build tries once more.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import assert_never

import msgspec

from kommunalnews.content import sources
from kommunalnews.diagnostics import N_, Diagnostic, Location, error, warning
from kommunalnews.digest import Digest, of_bytes, of_parts
from kommunalnews.executors import Done, Loss, Parted, SealedTask
from kommunalnews.profiling import Clock
from kommunalnews.publish import Destination
from kommunalnews.recipes import Output, PdfRecipe
from kommunalnews.rendering import pdf
from kommunalnews.stages.losses import told
from kommunalnews.stages.making import Rendered, begun, not_written, stamped
from kommunalnews.store import Store
from kommunalnews.toolchain import has_font_subsetter, pdf_toolchain

_PAGES = (".html", ".xml", ".json", ".pdf")
"""What no print view shows."""
_AT_ONCE, _WORDS_AT_ONCE = 20, 12_000
"""Articles of an issue, and words of it, that can be typeset in the time that an article may take: three seconds for an
article, and for 600 words, which take a thirtieth of that on a quiet machine."""
_LIFETIME = 500
"""PDFs of a worker. It learns how words are hyphenated, and libraries of C forget to give back some kilobytes a PDF."""
_NAMED = 12
"""Missing characters that a warning names."""


class Typesetting(msgspec.Struct, frozen=True):
    """What all typesetting tasks share. Small, as it may be sent to a process that stands by."""

    root: Path
    """The source folder, for the places that diagnostics name."""
    destination: Destination
    store: Store
    toolchain: Digest
    """Of all that sets type, libraries of the system, too."""
    published: Mapping[str, Digest]
    """Output path → digest of what is published there: print views, and what these may show."""
    clock: Clock | None = None


class SealedPdf(msgspec.Struct, frozen=True):
    """A PDF to be made, with all that it is made of."""

    job: pdf.PdfJob
    key: Digest
    """The PDF's name in the store."""
    inputs: tuple[tuple[str, Digest], ...]
    """Path → digest of every published file that was asked for, none where there is none."""
    began: float = 0.0
    """When it was sealed, where a clock is given."""


def sharing(
    root: Path,
    destination: Destination,
    store: Store,
    published: Mapping[str, Digest],
    outputs: list[Output],
    clock: Clock | None = None,
) -> Typesetting:
    """What the tasks that typeset these outputs share, without the many pages that they do not show."""
    views = {output.recipe.print_view for output in outputs if isinstance(output.recipe, PdfRecipe)}
    shown = {path: digest for path, digest in published.items() if not path.endswith(_PAGES) or path in views}
    return Typesetting(root, destination, store, pdf_toolchain() if outputs else Digest(""), shown, clock)


def seal(shared: Typesetting, output: Output) -> SealedPdf | Done[Rendered]:
    """Collect what the PDF is made of; where the store has it, publish it at once."""
    assert isinstance(output.recipe, PdfRecipe)
    read: dict[str, Digest] = {}
    began = begun(shared.clock)

    def published(path: str) -> bytes:
        read[path] = shared.published.get(path, Digest(""))
        if not read[path]:
            raise FileNotFoundError(path)
        return shared.destination.read(path)

    try:
        job = pdf.seal(output.recipe, published)
    except OSError as fault:
        return Done(Rendered(output.path, diagnostics=(not_written(output, fault),)))
    sealed = SealedPdf(job, of_parts(job.key, shared.toolchain), tuple(sorted(read.items())), began)
    data = shared.store.get("pdf", sealed.key)
    return sealed if data is None else Done(_published(shared, output, sealed, data))


def typeset(sealed: SealedPdf, folder: Path) -> bytes | pdf.PdfFault:
    """The PDF, or why there is none; needs nothing of the machine where the site is."""
    return pdf.attempt(sealed.job, pdf.write_fontconfig(folder))


def publish(shared: Typesetting, output: Output, sealed: SealedPdf, answer: bytes | pdf.PdfFault) -> Rendered:
    """Keep the PDF in the store and put it in its place."""
    if isinstance(answer, pdf.PdfFault):
        return Rendered(output.path, diagnostics=(_fault(shared, output, answer),))
    shared.store.put("pdf", sealed.key, answer)
    made = _published(shared, output, sealed, answer)
    if has_font_subsetter():
        return made
    return msgspec.structs.replace(made, diagnostics=(*made.diagnostics, _slow(shared)))


def _slow(shared: Typesetting) -> Diagnostic:
    """What is said where PDFs take much longer than they need; alike for all, so that it is told once."""
    return warning(
        "pdf-slow",
        N_("PDFs take about twice as long as they need: HarfBuzz's library for subsets of fonts is missing"),
        Location(str(shared.destination.root)),
        N_("Install libharfbuzz-subset, as the README says; the next build then makes all PDFs again"),
    )


def _published(shared: Typesetting, output: Output, sealed: SealedPdf, data: bytes) -> Rendered:
    try:
        size, mtime_ns, is_new = shared.destination.write(output.path, data)
    except OSError as fault:
        return Rendered(output.path, diagnostics=(not_written(output, fault),))
    told_of = _unshown(shared, output, sealed.job)
    made = Rendered(output.path, of_bytes(data), size, mtime_ns, is_new, told_of, inputs=sealed.inputs)
    return stamped(made, shared.clock, "(PDFs)", sealed.began)


def _unshown(shared: Typesetting, output: Output, job: pdf.PdfJob) -> tuple[Diagnostic, ...]:
    """A warning where readers will see boxes."""
    missing = pdf.unshown(job)
    if not missing:
        return ()
    named = ", ".join(
        f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"
        for character in missing[:_NAMED]
    )
    said = warning(
        "pdf-characters-missing",
        N_("The PDF shows a box or something similar for characters that no font has: {characters}"),
        _place(shared.root, output.source, missing),
        N_("Add a font that has them to print.css, or write them in other letters"),
        characters=named + ", …" * (len(missing) > _NAMED),
    )
    return (said,)


def _place(root: Path, source: str, characters: str) -> Location:
    """Where in a source one of these characters stands first; the whole file where they came from elsewhere."""
    try:
        with sources.open_source(root, source) as stream:
            lines = stream.read().decode().split("\n")
    except (OSError, UnicodeDecodeError):
        return Location(source)
    for number, line in enumerate(lines, 1):
        columns = [column for column, character in enumerate(line, 1) if character in characters]
        if columns:
            return Location(source, number, columns[0], excerpt=line)
    return Location(source)


def lost(output: Output, loss: Loss) -> Rendered:
    """The result for a PDF whose worker did not come back."""
    return Rendered(output.path, diagnostics=(told(loss, output.source or output.path),))


def prepare(folder: Path, *, language: str = "de") -> None:
    """Import what typesets and let it warm up, for articles in this language."""
    pdf.prepare(pdf.write_fontconfig(folder), language)


def part(sealed: SealedPdf) -> Parted[SealedPdf]:
    """Stylesheets and fonts apart: they are the same for nearly all print views of a site."""
    looks, rest = pdf.parted(sealed.job)
    return Parted(looks, msgspec.structs.replace(sealed, job=rest))


def join(parted: Parted[SealedPdf]) -> SealedPdf:
    """The inverse of ``part``."""
    return msgspec.structs.replace(parted.job, job=pdf.joined(parted.common, parted.job.job))


def patience(output: Output) -> float:
    """How many times as long as others this PDF may take: an issue holds many articles, or long ones."""
    assert isinstance(output.recipe, PdfRecipe)
    return max(1.0, output.recipe.articles / _AT_ONCE, output.recipe.words / _WORDS_AT_ONCE)


def is_unavailable(answer: bytes | pdf.PdfFault) -> bool:
    """Whether it is the machine that cannot make PDFs."""
    return isinstance(answer, pdf.PdfFault) and answer.kind == "unavailable"


TYPESETTING: SealedTask[Typesetting, Output, SealedPdf, bytes | pdf.PdfFault, Rendered] = SealedTask(
    seal, typeset, publish, lost, prepare, part, join, is_unavailable, patience, _LIFETIME
)


def typesetting_in(
    language: str,
) -> SealedTask[Typesetting, Output, SealedPdf, bytes | pdf.PdfFault, Rendered]:
    """The same, whose workers prepare themselves for this language."""
    return TYPESETTING._replace(prepare=partial(prepare, language=language))


def _fault(shared: Typesetting, output: Output, fault: pdf.PdfFault) -> Diagnostic:
    assert isinstance(output.recipe, PdfRecipe)
    match fault.kind:
        case "refused":
            return error(
                "pdf-asset-refused",
                N_("The PDF would load {asset}, which is not part of the site"),
                Location(output.source),
                N_("Show only pictures of this site"),
                asset=fault.reason,
            )
        case "picture":
            return error(
                "pdf-picture-unreadable",
                N_("A picture cannot be put into the PDF: {picture}"),
                Location(output.source),
                N_("Export it again as JPEG, PNG or WebP"),
                picture=fault.reason,
            )
        case "unavailable":  # alike for all articles, so that it is told once
            return error(
                "pdf-unavailable",
                N_("PDFs cannot be made on this machine: {reason}"),
                Location(str(shared.destination.root)),
                N_("Install Pango and HarfBuzz as the README says, or build with --no-pdf"),
                reason=fault.reason,
            )
        case "failed":
            return error(
                "pdf-failed",
                N_("The PDF could not be made: {reason}"),
                Location(output.source),
                N_("Look for something unusual in the articles of this issue, or set “pdf: off” in it")
                if output.recipe.articles
                else N_("Look for something unusual in the article, or set “pdf: off” in it"),
                reason=fault.reason,
            )
        case _:
            assert_never(fault.kind)
