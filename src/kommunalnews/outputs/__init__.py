"""Site → Plan: what should exist, one module for each kind of output.

A new kind is one function and one name in ``KINDS``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from kommunalnews.content.model import Article, StandingText
from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.digest import Digest
from kommunalnews.links import Files, Resolver, check
from kommunalnews.outputs import articles, files, fragments, machine, pages, redirects, terms
from kommunalnews.outputs.views import Views
from kommunalnews.publish import OWN_FOLDER
from kommunalnews.recipes import Output, Plan, TemplateRecipe
from kommunalnews.site import Site
from kommunalnews.urls import collision_key, output_path

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
    redirects.tables,
    files.statics,
    redirects.pages,
)
"""In order of precedence: where two want one address, the earlier has it."""


def plan(site: Site, found: Files, statics: Mapping[str, Digest], *, pdf: bool) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Everything that should exist, and what is wrong with links and addresses."""

    def known() -> frozenset[str]:
        trusting = Resolver(site, found, frozenset)
        return frozenset(output.path for output in _outputs(Views(site, trusting, found, statics, pdf=pdf)))

    resolver = Resolver(site, found, known)
    views = Views(site, resolver, found, statics, pdf=pdf)
    outputs, refused = _unique(_outputs(views))
    places = _alias_places(site) if refused else {}
    collisions = (_taken(output, first, places) for output, first in refused)
    return Plan(_with_true_redirects(views, outputs), views.parts), (*check(resolver), *collisions)


def _with_true_redirects(views: Views, outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """The same outputs, with only those old addresses in the list that no other output has taken."""
    published = {(output.path, output.source) for output in outputs if _is_alias(output)}
    table = redirects.table(views, published)
    return tuple(table if output.path == table.path and not output.source else output for output in outputs)


def _is_alias(output: Output) -> bool:
    return isinstance(output.recipe, TemplateRecipe) and output.recipe.template == redirects.TEMPLATE


def _outputs(views: Views) -> Iterator[Output]:
    return chain.from_iterable(kind(views) for kind in KINDS)


def _alias_places(site: Site) -> dict[tuple[str, str], Location]:
    """Where each old address is written, by its output path and its source."""
    texts: list[Article | StandingText] = [*(entry.article for entry in site.entries), *site.pages]
    return {
        (output_path(alias), text.path): text.place(f"aliases.{number}")
        for text in texts
        for number, alias in enumerate(text.matter.aliases)
    }


def _unique(outputs: Iterable[Output]) -> tuple[tuple[Output, ...], list[tuple[Output, Output]]]:
    """Outputs sorted by path; and each that wants another's path, or a path that others lie below, with that other."""
    taken: dict[str, Output] = {}
    refused = []
    for output in outputs:
        key = collision_key(output.path)
        if key.partition("/")[0] == OWN_FOLDER:
            refused.append((output, Output(OWN_FOLDER, output.recipe)))
        elif key in taken:
            refused.append((output, taken[key]))
        else:
            taken[key] = output
    for key in list(taken):
        for parent in _parents(key):
            if parent in taken:
                refused.append((taken.pop(parent), taken[key]))
    return tuple(sorted(taken.values(), key=lambda output: output.path)), refused


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _taken(output: Output, first: Output, places: Mapping[tuple[str, str], Location]) -> Diagnostic:
    place = places.get((output.path, output.source), Location(output.source or output.path))
    address = f"/{output.path.removesuffix('index.html')}"
    if not first.source:
        message, hint = N_("The address {address} belongs to the site itself"), N_("Choose another address")
        return error("address-taken", message, place, hint, address=address)
    message, hint = N_("The address {address} already belongs to {first}"), N_("Give one of the two another address")
    return error("address-taken", message, place, hint, address=address, first=first.source)
