"""Plan and records of the last build → what must be made, what is mended, and what is left alone."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple, assert_never

from kommunalnews import state
from kommunalnews.diagnostics import Diagnostic, Location, error
from kommunalnews.digest import Digest, of_bytes, of_parts, of_value
from kommunalnews.publish import Destination
from kommunalnews.recipes import Inserts, Kind, Plan, Slot, template_of
from kommunalnews.rendering.templates import TEMPLATE_REMEDY, TemplateFault, Templates
from kommunalnews.state import Keyed
from kommunalnews.toolchain import pdf_toolchain, toolchain

_NONE = Digest("")


class Keys:
    """What the outputs of one plan depend on."""

    def __init__(self, plan: Plan, templates: Templates) -> None:
        self._plan = plan
        self._templates = templates
        self._closures: dict[tuple[str, ...], Digest] = {}
        self._common: dict[tuple[Kind, tuple[str, ...], Inserts], tuple[Digest, ...]] = {}
        """What many keys share: all of them but the recipe."""
        self._toolchain = toolchain()

    def key(self, slot: Slot) -> state.Key:
        """The key of an output. Raises TemplateFault."""
        known = slot.known
        rest = known.kind, known.templates, slot.inserts
        common = self._common.get(rest)
        if common is None:
            common = self._common[rest] = self._without_recipe(*rest)
        return state.Key(known.recipe, *common)

    def _without_recipe(self, kind: Kind, templates: tuple[str, ...], inserts: Inserts) -> tuple[Digest, ...]:
        match kind:
            case "template" | "epub":
                return self._closure(templates), self._toolchain, self._digest_of_inserts(inserts)
            case "copy":
                return _NONE, _NONE
            case "pdf":
                return _NONE, pdf_toolchain()
            case "picture" | "compressed" | "search":
                return _NONE, self._toolchain
            case _:
                assert_never(kind)

    def _closure(self, names: tuple[str, ...]) -> Digest:
        if names not in self._closures:
            self._closures[names] = of_parts(*(self._templates.closure(name) for name in names))
        return self._closures[names]

    def _digest_of_inserts(self, inserts: Inserts) -> Digest:
        if not inserts:
            return _NONE
        parts = ((name, digest, self._closure((template_of(self._plan.parts[digest]),))) for name, digest in inserts)
        return of_value(tuple(parts))


def keyed(plan: Plan, keys: Keys) -> tuple[list[Keyed], tuple[Diagnostic, ...]]:
    """Every output with its key; those whose template is unusable are missing."""
    found: list[Keyed] = []
    faults: dict[str, Diagnostic] = {}
    for slot in plan.slots:
        try:
            found.append(Keyed(slot, keys.key(slot)))
        except TemplateFault as fault:
            place = Location(f"templates/{fault.template}", fault.line, 1 if fault.line else 0)
            faults[str(place)] = error("template-unusable", fault.message, place, TEMPLATE_REMEDY, reason=fault.reason)
    return found, tuple(faults.values())


class Sorted(NamedTuple):
    """What is to be done with the outputs of a plan."""

    kept: dict[str, Digest]
    """Path → digest, where the file is known to be right."""
    mended: list[tuple[Keyed, state.Record]]
    """Pages of which nothing but the inserts has changed, as they were published."""
    stale: list[Keyed]
    """All others."""


def touched(left: state.Files | state.Published, destination: Destination, run: str) -> frozenset[str]:
    """Paths of the files that are not as they were published; ``run`` is that of the system."""
    stat = destination.stat
    is_doubted = left.run not in ("", run)
    return frozenset(
        path
        for path, record in left.records.items()
        if stat(path) != (record.size, record.mtime_ns) or (is_doubted and not _has(destination, path, record.digest))
    )


def _has(destination: Destination, path: str, digest: Digest) -> bool:
    try:
        return of_bytes(destination.read(path)) == digest
    except OSError:
        return False


def sound(
    records: Mapping[str, state.Record], manifest: Mapping[str, Digest], touched: Set[str]
) -> Mapping[str, state.Record]:
    """The records of those outputs of which every file is as it was published."""
    whole = {
        path: record for path, record in records.items() if manifest.get(path) == record.digest and path not in touched
    }
    for owner in {record.owner for path, record in records.items() if record.owner and path not in whole}:
        whole.pop(owner, None)
    return whole


def sort_out(
    found: Iterable[Keyed], sound: Mapping[str, state.Record], published: Mapping[str, Digest] | None = None
) -> Sorted:
    """Which outputs have a file that is right, which one that can be mended, and which are to be made."""
    done = Sorted({}, [], [])
    for one in found:
        known = one.slot.known
        if published is not None and known.print_view not in published:
            continue  # what this is made of failed, and said so
        record = sound.get(known.path)
        if record is None:
            done.stale.append(one)
        elif record.key == one.key and (not record.inputs or _has_same_inputs(record, published)):
            done.kept[known.path] = record.digest
        elif record.holes and _differs_in_inserts(record.key, one.key):
            done.mended.append((one, record))
        else:
            done.stale.append(one)
    owned = {path: record.digest for path, record in sound.items() if record.owner and record.owner in done.kept}
    done.kept.update(owned)
    return done


def _has_same_inputs(record: state.Record, published: Mapping[str, Digest] | None) -> bool:
    return all((published or {}).get(path, "") == digest for path, digest in record.inputs)


def _differs_in_inserts(old: state.Key, new: state.Key) -> bool:
    return (old.recipe, old.templates, old.toolchain) == (new.recipe, new.templates, new.toolchain)
