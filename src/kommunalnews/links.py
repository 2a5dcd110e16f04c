"""References in texts → addresses, or diagnostics about those that lead nowhere.

A link that leads to nothing public is shown as plain text: readers never meet a dead end of our making, and nothing
about what is withheld can be guessed from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

import msgspec

from kommunalnews import urls
from kommunalnews.content.model import Asset, BodySummary, Reference
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, Severity, did_you_mean, from_problem
from kommunalnews.site import Site, nearest_address, nearest_path, source_path


class Target(msgspec.Struct, frozen=True):
    """What a reference leads to."""

    address: str = ""
    """Empty where it leads nowhere public, unless ``anchor`` alone says where on the same page."""
    anchor: str = ""
    query: str = ""
    """What stands behind ``?``."""
    problem: Problem | None = None

    @property
    def leads_somewhere(self) -> bool:
        return bool(self.address or self.anchor)


class Files(msgspec.Struct, frozen=True):
    """The pictures and attachments of a site."""

    present: frozenset[str]
    """Source paths of all that exist."""
    assets: Mapping[str, Asset]
    """Source path → asset, for those that public texts show."""
    texts: frozenset[str] = frozenset()
    """Source paths of all texts that exist, sound or not."""
    told: Mapping[str, tuple[Diagnostic, ...]] = MappingProxyType({})
    """Source path of a picture or attachment → what is wrong with it, to be told where it is named."""


class Resolver:
    """Finds what references lead to. ``known`` gives the paths of all outputs, and is asked only if need be."""

    def __init__(self, site: Site, files: Files, known: Callable[[], frozenset[str]]) -> None:
        self.site = site
        self.files = files
        self._known = known

    @cached_property
    def _outputs(self) -> frozenset[str]:
        return self._known()

    @cached_property
    def _anchors(self) -> dict[str, frozenset[str]]:
        return {path: frozenset(text.anchors) for path, text in texts(self.site)}

    @cached_property
    def _by_address(self) -> dict[str, str]:
        return {address: path for path, address in self.site.sources.items()}

    def link(self, base: str, reference: Reference) -> Target:
        """Where a link in the file ``base`` leads."""
        target, _, query = reference.target.partition("?")
        anchor = reference.anchor
        if not target:
            return self._with_anchor(base, Target("", anchor)) if anchor else Target("", "")
        path = source_path(base, target)
        if path in self.site.sources:
            return self._with_anchor(path, Target(self.site.sources[path], anchor))
        if path in self.site.hidden:
            return Target(problem=_withheld(target))
        if path in self.files.present:
            asset = self.files.assets.get(path)
            return Target(asset.address) if asset else Target(problem=_unusable(target))
        if path in self.files.texts:
            return Target(problem=_unusable(target))
        if target.startswith("/") and not target.endswith(".md"):
            found = self._address(target, anchor)
            return msgspec.structs.replace(found, query=query) if found.address else found
        return Target(problem=self._nothing_there(base, target))

    def picture(self, base: str, target: str) -> Asset | Problem:
        """The picture that ``target`` names in the file ``base``."""
        path = source_path(base, target)
        if asset := self.files.assets.get(path):
            return asset
        if path in self.files.present:
            return _unusable(target)
        meant = nearest_path(path, self.files.present)
        hint = N_("Did you mean “{meant}”?") if meant else N_("Put the picture beside the text or into content/images/")
        arguments = {"target": target, "meant": meant.removeprefix("content")}
        return Problem("picture-missing", N_("There is no picture “{target}”"), hint, arguments)

    def _address(self, target: str, anchor: str) -> Target:
        if urls.output_path(target) in self._outputs:
            if target in self._by_address:
                return self._with_anchor(self._by_address[target], Target(target, anchor))
            return Target(target, anchor)
        for other in (f"{target}/", f"{target.rstrip('/')}/"):
            if urls.output_path(other) in self._outputs:
                return Target(other, anchor)
        return Target(problem=self._nothing_there("", target))

    def _with_anchor(self, path: str, target: Target) -> Target:
        if not target.anchor or target.anchor in self._anchors.get(path, ()) or target.anchor.startswith("kn-"):
            return target
        meant = did_you_mean(target.anchor, self._anchors.get(path, ()))
        hint = N_("Did you mean “#{meant}”?") if meant else N_("Take the anchor away, or set it there with {{#name}}")
        if target.address:
            message = N_("There is no place “#{anchor}” on that page; the link leads to its top")
        else:
            message = N_("There is no place “#{anchor}” in this text; the link is shown as text")
        problem = Problem("anchor-missing", message, hint, {"anchor": target.anchor, "meant": meant})
        return Target(target.address, problem=problem)

    def _nothing_there(self, base: str, target: str) -> Problem:
        if target.startswith("/") and not target.endswith(".md"):
            meant = nearest_address(target, self.site.sources.values())
        else:
            meant = nearest_path(source_path(base, target), self.site.sources).removeprefix("content")
        hint = N_("Did you mean “{meant}”?") if meant else N_("Correct the link, or take it away")
        message = N_("“{target}” leads nowhere on this site; the link is shown as text")
        return Problem("link-broken", message, hint, {"target": target, "meant": meant})


def _withheld(target: str) -> Problem:
    message = N_("“{target}” is not public; the link is shown as text")
    return Problem("link-withheld", message, N_("It becomes a link by itself once both are public"), {"target": target})


def _unusable(target: str) -> Problem:
    message = N_("“{target}” cannot be published")
    return Problem("file-unusable", message, N_("See what is said about that file"), {"target": target})


def texts(site: Site) -> Iterator[tuple[str, BodySummary]]:
    """Every public text with its source path."""
    for entry in site.entries:
        yield entry.path, entry.article.body
    for vendor in site.vendors:
        yield vendor.path, vendor.body
    for page in site.pages:
        yield page.path, page.body
    for issue in site.issues:
        yield issue.path, issue.text.body


def shown_pictures(site: Site) -> Iterator[tuple[str, str, Location]]:
    """Pictures that front matter names: source path, picture, where it is named."""
    for entry in site.entries:
        if image := entry.article.matter.image:
            yield entry.path, image.src, entry.article.place("image.src")
    for writer in site.writers:
        if portrait := writer.author.matter.image:
            place = writer.author.place
            yield place.path, portrait.src, place
    for vendor in site.vendors:
        if vendor.matter.logo:
            yield vendor.path, vendor.matter.logo, vendor.place("logo")
    for issue in site.issues:
        if cover := issue.text.matter.cover:
            yield issue.path, cover.src, issue.text.place("cover.src")


def wanted_files(site: Site, present: frozenset[str]) -> tuple[str, ...]:
    """Source paths of the pictures and attachments that public texts show, sorted."""
    wanted = {source_path(base, target) for base, target, _ in shown_pictures(site)}
    for base, text in texts(site):
        targets = (reference.target.partition("?")[0] for reference in text.references)
        wanted.update(source_path(base, target) for target in targets if target)
    return tuple(sorted(wanted & present))


def check(resolver: Resolver) -> Iterator[Diagnostic]:
    """Every reference of every public text that does not lead where it should, or to a file that is not right.

    That a file cannot be published is told wherever it is named; what is merely odd about it, once.
    """
    told: set[str] = set()
    for base, text in texts(resolver.site):
        yield from _check_text(resolver, base, text.references, told)
    for base, target, place in shown_pictures(resolver.site):
        yield from _of_file(resolver, source_path(base, target), place, told)
        found = resolver.picture(base, target)
        if isinstance(found, Problem) and not _is_told(resolver, base, target):
            yield from_problem(found, place, Severity.WARNING)


def _check_text(resolver: Resolver, base: str, references: Iterable[Reference], told: set[str]) -> Iterator[Diagnostic]:
    for reference in references:
        target = reference.target.partition("?")[0]
        if target:
            yield from _of_file(resolver, source_path(base, target), reference.location, told)
        if reference.kind == "link":
            problem = resolver.link(base, reference).problem
        else:
            found = resolver.picture(base, reference.target)
            problem = found if isinstance(found, Problem) else None
        if problem is not None and not (target and _is_told(resolver, base, target)):
            yield from_problem(problem, reference.location, Severity.WARNING)


def _is_told(resolver: Resolver, base: str, target: str) -> bool:
    return bool(resolver.files.told.get(source_path(base, target)))


def _of_file(resolver: Resolver, path: str, place: Location, told: set[str]) -> Iterator[Diagnostic]:
    """What is wrong with the file, at the place that names it."""
    for diagnostic in resolver.files.told.get(path, ()):
        if diagnostic.is_error or path not in told:
            yield msgspec.structs.replace(diagnostic, location=place if place.line else diagnostic.location)
    told.add(path)
