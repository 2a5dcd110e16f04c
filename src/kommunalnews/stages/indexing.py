"""Search shard → its files, published. What the store has is not indexed again.

A shard is one output of the plan and many files, whose names nobody knows before they are made. They come back as
results of their own, with the output as their owner.
"""

import msgspec

from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.digest import of_bytes, of_parts
from kommunalnews.disk import decoded
from kommunalnews.executors import Loss
from kommunalnews.recipes import Output, SearchRecipe, Slot
from kommunalnews.rendering import search_index, search_text
from kommunalnews.rendering.markup import BodyLost
from kommunalnews.stages.losses import told
from kommunalnews.stages.making import Rendered, Rendering, begun, not_written, stamped
from kommunalnews.urls import SEARCH

_KIND = "search"


def folder_of(path: str) -> str:
    """The folder that all files of the shard at ``path`` lie in."""
    return path.rpartition("/")[0] + "/"


def index_slot(shared: Rendering, slot: Slot) -> tuple[Rendered, ...]:
    """Make the files of a shard and publish them: the output itself comes last."""
    start = begun(shared.clock)
    *files, whole = _made(shared, slot)
    return (*files, stamped(whole, shared.clock, "(search)", start))


def _made(shared: Rendering, slot: Slot) -> tuple[Rendered, ...]:
    output, recipe = slot.output, slot.output.recipe
    assert isinstance(recipe, SearchRecipe)
    key = of_parts(slot.known.recipe, shared.toolchain)
    found = None if recipe.has_program else shared.store.get(_KIND, key)  # a shared store must hold no program
    files = decoded(found, search_index.Files) if found else None
    if files is None:
        try:
            pages = search_text.pages(recipe, shared.renderer.text)
            made = search_index.index(recipe.language, pages, has_program=recipe.has_program)
        except BodyLost as loss:
            return (Rendered(output.path, lost_body=loss.digest),)
        if isinstance(made, search_index.IndexFault):
            return (Rendered(output.path, diagnostics=(_fault(output, made),)),)
        if not recipe.has_program:
            shared.store.put(_KIND, key, msgspec.msgpack.encode(made))
        files = made
    return _published(shared, output, files)


def _published(shared: Rendering, output: Output, files: search_index.Files) -> tuple[Rendered, ...]:
    folder = folder_of(output.path)
    paths = [folder + name for name in sorted(files, key=lambda name: (folder + name == output.path, name))]
    results = []
    try:
        shared.destination.announce(paths)
        for path in paths:
            data = files[path.removeprefix(folder)]
            size, mtime_ns, is_new = shared.destination.write(path, data)
            owner = "" if path == output.path else output.path
            results.append(Rendered(path, of_bytes(data), size, mtime_ns, is_new, owner=owner))
    except OSError as fault:
        return (Rendered(output.path, diagnostics=(not_written(output, fault),)),)
    return tuple(results)


def lost_slot(slot: Slot, loss: Loss) -> tuple[Rendered, ...]:
    """The result for a shard whose worker did not come back."""
    return (Rendered(slot.known.path, diagnostics=(told(loss, slot.known.path),)),)


def _fault(output: Output, fault: search_index.IndexFault) -> Diagnostic:
    if fault.kind == "unavailable":  # alike for all shards, so that it is told once
        return error(
            "search-unavailable",
            N_("The search index cannot be made on this machine: {reason}"),
            Location(SEARCH.strip("/")),
            N_("Install it with “pip install pagefind[bin]”, or build with --no-search"),
            reason=fault.reason,
        )
    return error(
        "search-failed",
        N_("The search index could not be made: {reason}"),
        Location(output.path),
        N_("Build again; if that does not help, build with --no-search and report it"),
        reason=fault.reason,
    )
