"""An output of the site → why it was made, and why it would be made again."""

from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kommunalnews import spares, state, urls
from kommunalnews.build import cache_folder, templates_of
from kommunalnews.diagnostics import N_
from kommunalnews.digest import Digest
from kommunalnews.executors import Executor, ProcessExecutor
from kommunalnews.freshness import Keys, sound, touched
from kommunalnews.i18n import translations
from kommunalnews.index import Library
from kommunalnews.planning import plan, read_config
from kommunalnews.publish import Destination, ForeignFolder
from kommunalnews.recipes import Slot, TemplateRecipe
from kommunalnews.rendering.templates import TemplateFault
from kommunalnews.requests import BuildRequest
from kommunalnews.toolchain import toolchain

_CHANGED = {
    "recipe": N_("will be made: what it shows has changed"),
    "templates": N_("will be made: its templates have changed"),
    "toolchain": N_("will be made: the program has changed"),
    "inserts": N_("will be mended: a block that other articles change has changed"),
}
_MADE = {
    "recipe": N_("was last made because what it shows had changed"),
    "templates": N_("was last made because its templates had changed"),
    "toolchain": N_("was last made because the program had changed"),
    "inserts": N_("was last mended because a block that other articles change had changed"),
    "file": N_("was last made because its file, or a file that it is made of, had changed"),
}


_NEW = N_("was last made because nothing was known of an earlier build")


class _Site(NamedTuple):
    """What is planned, and what is published."""

    slots: Mapping[str, Slot]
    keys: Keys
    records: Mapping[str, state.Record]
    manifest: Mapping[str, Digest]
    sound: Container[str]
    """Paths of the outputs of which every file is as it was published."""
    say: Callable[[str], str]


def explain(request: BuildRequest, path: str, executor: Executor | None = None) -> tuple[str, ...]:
    """Why the output at ``path`` (or that address) was and would be made, in plain lines; empty where there is none.

    Raises BuildStopped.
    """
    with cache_folder(request) as folder:
        destination = Destination(Path(request.destination))
        last = state.load(folder, destination.root, toolchain())
        executor = executor or ProcessExecutor(request.jobs)
        path = last.records[path].owner or path if path in last.records else path
        planned = plan(request, read_config(request), None, executor, Library(folder), last.lore)
        templates = templates_of(request, planned)
        manifest = _manifest(destination)
        amiss = touched(last, destination, spares.run(folder, destination.root))
        site = _Site(
            {slot.known.path: slot for slot in planned.plan.slots},
            Keys(planned.plan, templates),
            last.records,
            manifest,
            sound(last.records, manifest, amiss),
            translations(planned.config.language).gettext,
        )
        found = next((site.slots[name] for name in _names(path) if name in site.slots), None)
        return tuple(_lines(site, found)) if found is not None else ()


def _names(path: str) -> tuple[str, str]:
    return path.strip("/"), urls.output_path(f"/{path.lstrip('/')}")


def _manifest(destination: Destination) -> Mapping[str, Digest]:
    try:
        return destination.read_manifest()
    except ForeignFolder:
        return {}


def _lines(site: _Site, slot: Slot) -> Iterator[str]:
    say, output = site.say, slot.output
    yield output.path
    yield say(N_("source: {path}")).format(path=output.source or "–")
    yield say(N_("recipe: {name}")).format(name=type(output.recipe).__name__)
    if isinstance(output.recipe, TemplateRecipe):
        yield say(N_("template: {name}")).format(name=output.recipe.template)
    record = site.records.get(output.path)
    if record is not None:
        yield from [say(_MADE[name]) for name in record.why] or [say(_NEW)]
    yield from tuple(_reasons(site, slot)) or (say(N_("is left alone: nothing it depends on has changed")),)


def _reasons(site: _Site, slot: Slot) -> Iterator[str]:
    """Why the next build would make an output; nothing where it would not."""
    say, path = site.say, slot.known.path
    record = site.records.get(path)
    try:
        key = site.keys.key(slot)
    except TemplateFault as fault:
        yield say(N_("cannot be made: the template “{name}” cannot be used")).format(name=fault.template)
        return
    if record is None:
        yield say(N_("will be made: nothing is known of an earlier build"))
        return
    if path not in site.sound:
        yield say(N_("will be made: the published file is missing or was changed by somebody else"))
    yield from (say(_CHANGED[name]) for name in state.difference(record, key) if name in _CHANGED)
    for needed, digest in record.inputs:
        if site.manifest.get(needed, "") != digest:
            yield say(N_("will be made: {path} is another one now")).format(path=needed)
        elif needed in site.slots and any(_reasons(site, site.slots[needed])):
            yield say(N_("will be made if {path}, which will be made, comes out otherwise")).format(path=needed)
