"""Site → Plan: what should exist, one module for each kind of output.

A new kind is one function and one name in ``KINDS``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.digest import Digest
from kommunalnews.links import Files, Resolver, check
from kommunalnews.outputs import articles, files, fragments, machine, pages, redirects, terms
from kommunalnews.outputs.views import Views
from kommunalnews.publish import OWN_FOLDER
from kommunalnews.recipes import Output, Plan
from kommunalnews.site import Site
from kommunalnews.urls import collision_key

Kind = Callable[[Views], Iterator[Output]]

KINDS: tuple[Kind, ...] = (
    pages.home,
    terms.sections,
    terms.tags,
    terms.places,
    terms.authors,
    terms.archive,
    pages.search,
    machine.search_shards,
    machine.feeds,
    machine.sitemaps,
    machine.robots,
    pages.messages,
    articles.outputs,
    pages.vendors,
    fragments.outputs,
    pages.standing,
    files.assets,
    redirects.outputs,
    files.statics,
)
"""In order of precedence: where two want one address, the earlier has it."""


def plan(site: Site, found: Files, statics: Mapping[str, Digest], *, pdf: bool) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Everything that should exist, and what is wrong with links and addresses."""

    def known() -> frozenset[str]:
        trusting = Resolver(site, found, frozenset)
        return frozenset(output.path for output in _outputs(Views(site, trusting, found, statics, pdf=pdf)))

    resolver = Resolver(site, found, known)
    views = Views(site, resolver, found, statics, pdf=pdf)
    outputs, collisions = _unique(_outputs(views))
    return Plan(outputs, views.parts), (*check(resolver), *collisions)


def _outputs(views: Views) -> Iterator[Output]:
    return chain.from_iterable(kind(views) for kind in KINDS)


def _unique(outputs: Iterable[Output]) -> tuple[tuple[Output, ...], list[Diagnostic]]:
    """Outputs sorted by path, and a diagnostic for each that wants a path which another has, or lies below."""
    taken: dict[str, Output] = {}
    diagnostics = []
    for output in outputs:
        key = collision_key(output.path)
        if key.partition("/")[0] == OWN_FOLDER:
            diagnostics.append(_taken(output, Output(OWN_FOLDER, output.recipe)))
        elif key in taken:
            diagnostics.append(_taken(output, taken[key]))
        else:
            taken[key] = output
    for key in list(taken):
        for parent in _parents(key):
            if parent in taken:
                diagnostics.append(_taken(taken[parent], taken[key]))
                del taken[parent]
    return tuple(sorted(taken.values(), key=lambda output: output.path)), diagnostics


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _taken(output: Output, first: Output) -> Diagnostic:
    place, address = Location(output.source or output.path), f"/{output.path.removesuffix('index.html')}"
    if not first.source:
        message, hint = N_("The address {address} belongs to the site itself"), N_("Choose another address")
        return error("address-taken", message, place, hint, address=address)
    message, hint = N_("The address {address} already belongs to {first}"), N_("Give one of the two another address")
    return error("address-taken", message, place, hint, address=address, first=first.source)
