"""Site → Plan: what should exist, one module for each kind of output.

A new kind is one function and one name in ``KINDS``.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, methodcaller
from types import MappingProxyType

from kommunalnews.content.model import Article, StandingText
from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.digest import Digest
from kommunalnews.disk import OWN_FOLDER
from kommunalnews.links import Files, Resolver, check
from kommunalnews.outputs import (
    articles,
    cards,
    compressed,
    credits,
    files,
    fragments,
    issues,
    machine,
    newsletters,
    pages,
    redirects,
    search,
    servers,
    terms,
)
from kommunalnews.outputs.views import Views
from kommunalnews.pages import Page
from kommunalnews.recipes import Group, Known, Memory, Output, Part, Plan, Slot, known
from kommunalnews.site import Site
from kommunalnews.urls import collision_keys, output_path

Kind = Callable[[Views], Iterator[Group | Output]]

KINDS: tuple[Kind, ...] = (
    pages.home,
    terms.sections,
    terms.tags,
    terms.places,
    terms.authors,
    terms.archive,
    search.page,
    search.shards,
    machine.feeds,
    machine.sitemaps,
    machine.robots,
    servers.rules,
    servers.security,
    servers.web_manifest,
    pages.messages,
    articles.outputs,
    issues.outputs,
    newsletters.outputs,
    pages.vendors,
    pages.corrections,
    fragments.outputs,
    credits.outputs,
    pages.standing,
    files.assets,
    cards.shared,
    redirects.tables,
    files.statics,
    redirects.pages,
)
"""In order of precedence: where two want one address, the earlier has it."""
NOTHING: Memory = MappingProxyType({})
_path = attrgetter("known.path")
_may_be_ours = methodcaller("startswith", OWN_FOLDER)
Parts = Mapping[Digest, Page | Part]
Settle = Callable[[Parts, Sequence[Group]], list[tuple[Known, ...]]]


def plan(
    site: Site,
    found: Files,
    statics: Mapping[str, Digest],
    *,
    pdf: bool,
    search: bool = False,
    memory: Memory = NOTHING,
    settle: Settle | None = None,
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Everything that should exist, and what is wrong with links and addresses.

    What ``memory`` knows is not planned again; the plan is the same without it. ``settle`` may do elsewhere what
    ``settle_here`` does.
    """
    settle = settle or settle_here

    def paths() -> frozenset[str]:
        trusting = Resolver(site, found, frozenset)
        slots, _ = _slots(Views(site, trusting, found, statics, pdf=pdf, search=search), memory, settle)
        return frozenset(slot.known.path for slot in slots)

    resolver = Resolver(site, found, paths)
    views = Views(site, resolver, found, statics, pdf=pdf, search=search)
    slots, remembered = _slots(views, memory, settle)
    unique, refused = _unique(slots)
    places = _alias_places(site) if refused else {}
    collisions = (_taken(slot.known, first, places) for slot, first in refused)
    slots_with_redirects = _with_true_redirects(views, unique)
    made = Plan(compressed.with_compressed(views, slots_with_redirects), views.parts, remembered)
    return made, (*check(resolver), *collisions)


def settle_here(parts: Parts, groups: Sequence[Group]) -> list[tuple[Known, ...]]:
    """What there is to know of the outputs of some groups, one group after the other."""
    return [settle_group(parts, group) for group in groups]


def settle_group(parts: Parts, group: Group) -> tuple[Known, ...]:
    """What there is to know of the outputs of a group."""
    return tuple(known(output, parts) for output in group.outputs)


def _with_true_redirects(views: Views, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """The same slots, with only those old addresses in the list that no other output has taken."""
    single = [slot.known for slot in slots if slot.group is None]
    published = {(known.path, known.source) for known in single if redirects.TEMPLATE in known.templates}
    table = _slot(views, redirects.table(views, published))
    place = bisect_left(slots, table.known.path, key=_path)
    return (*slots[:place], table, *slots[place + 1 :]) if slots[place].known.source == "" else slots


def _slots(views: Views, memory: Memory, settle: Settle) -> tuple[list[Slot], Memory]:
    """Every output that some kind wants, and what the next plan may know of them."""
    found = [one for kind in KINDS for one in kind(views)]
    groups = [one for one in found if isinstance(one, Group)]
    remembered = {group.digest: memory[group.digest] for group in groups if group.digest in memory}
    unknown = [group for group in groups if group.digest not in remembered]
    for group, outputs in zip(unknown, settle(views.parts, unknown), strict=True):
        remembered[group.digest] = outputs
    slots: list[Slot] = []
    for one in found:
        if isinstance(one, Output):
            slots.append(_slot(views, one))
        else:
            slots += [
                Slot(output, one.inserts if output.is_mendable else (), group=one) for output in remembered[one.digest]
            ]
    return slots, remembered


def _slot(views: Views, output: Output) -> Slot:
    return Slot(known(output, views.parts), output.inserts, output)


def _alias_places(site: Site) -> dict[tuple[str, str], Location]:
    """Where each old address is written, by its output path and its source."""
    texts: list[Article | StandingText] = [*(entry.article for entry in site.entries), *site.pages]
    return {
        (output_path(alias), text.path): text.place(f"aliases.{number}")
        for text in texts
        for number, alias in enumerate(text.matter.aliases)
    }


def _unique(slots: Iterable[Slot]) -> tuple[tuple[Slot, ...], list[tuple[Slot, Slot]]]:
    """Slots sorted by path; and each that wants another's path, or a path that others lie below, with that other."""
    slots = list(slots)
    keys = collision_keys([slot.known.path for slot in slots])
    taken = dict(zip(keys, slots, strict=True))
    refused: list[tuple[Slot, Slot]] = []
    if len(taken) < len(slots) or any(map(_may_be_ours, keys)):
        taken, refused = _sorted_out(zip(keys, slots, strict=True))
    folders = _folders(taken)
    for path in sorted(folders & taken.keys()):
        below = next(key for key in taken if key.startswith(f"{path}/") and key not in folders)
        refused.append((taken.pop(path), taken[below]))
    by_path = {slot.known.path: slot for slot in taken.values()}
    return tuple([by_path[path] for path in sorted(by_path)]), refused


def _sorted_out(found: Iterable[tuple[str, Slot]]) -> tuple[dict[str, Slot], list[tuple[Slot, Slot]]]:
    """The first slot of each key; and each that comes later, or wants what is the program's own, with that other.

    Two articles with one slug and one headline share a social card, for their cards are the same file.
    """
    taken: dict[str, Slot] = {}
    refused = []
    for key, slot in found:
        if key == OWN_FOLDER or key.startswith(f"{OWN_FOLDER}/"):
            refused.append((slot, Slot(Known(OWN_FOLDER, "", "copy", Digest("")))))
        elif key not in taken:
            taken[key] = slot
        elif not _is_same_picture(slot.known, taken[key].known):
            refused.append((slot, taken[key]))
    return taken, refused


def _is_same_picture(one: Known, other: Known) -> bool:
    return one.kind == "picture" and (one.path, one.recipe) == (other.path, other.recipe)


def _folders(paths: Iterable[str]) -> set[str]:
    """All folders that these paths lie in."""
    found: set[str] = set()
    new = {path.rpartition("/")[0] for path in paths}
    while new := new - found - {""}:
        found |= new
        new = {path.rpartition("/")[0] for path in new}
    return found


def _taken(wanted: Known, first: Slot, places: Mapping[tuple[str, str], Location]) -> Diagnostic:
    place = places.get((wanted.path, wanted.source), Location(wanted.source or wanted.path))
    address = f"/{wanted.path.removesuffix('index.html')}"
    if not first.known.source:
        message, hint = N_("The address {address} belongs to the site itself"), N_("Choose another address")
        return error("address-taken", message, place, hint, address=address)
    message, hint = N_("The address {address} already belongs to {first}"), N_("Give one of the two another address")
    return error("address-taken", message, place, hint, address=address, first=first.known.source)
