"""Plan and records of the last build → what must be made and what is left alone."""

from collections.abc import Iterable, Mapping

from kommunalnews import state
from kommunalnews.diagnostics import Diagnostic, Location, error
from kommunalnews.digest import Digest, of_value
from kommunalnews.publish import Destination
from kommunalnews.recipes import CopyRecipe, Output, PdfRecipe, TemplateRecipe
from kommunalnews.rendering.markup import MarkupRenderer
from kommunalnews.rendering.templates import TemplateFault
from kommunalnews.toolchain import toolchain


def keys_of(renderer: MarkupRenderer, found: Iterable[Output]) -> tuple[dict[str, state.Key], tuple[Diagnostic, ...]]:
    """Each output's key; outputs whose template is unusable have none."""
    keys: dict[str, state.Key] = {}
    faults: dict[str, Diagnostic] = {}
    for output in found:
        try:
            keys[output.path] = key_of(renderer, output)
        except TemplateFault as fault:
            place = Location(f"templates/{fault.template}", fault.line, 1 if fault.line else 0)
            faults[str(place)] = error("template-unusable", fault.message, place, reason=fault.reason)
    return keys, tuple(faults.values())


def key_of(renderer: MarkupRenderer, output: Output) -> state.Key:
    """What the output depends on. Raises TemplateFault."""
    match output.recipe:
        case TemplateRecipe() as recipe:
            return state.Key(of_value(recipe), renderer.templates_of(recipe), toolchain())
        case CopyRecipe() as recipe:
            return state.Key(recipe.digest, Digest(""), Digest(""))
        case PdfRecipe() as recipe:
            return state.Key(of_value(recipe), Digest(""), toolchain())


def sort_out(
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
            and all((published or {}).get(path, "") == digest for path, digest in record.inputs)
        ):
            kept[output.path] = record.digest
        else:
            stale.append(output)
    return kept, stale
