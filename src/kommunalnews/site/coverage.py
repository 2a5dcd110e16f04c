"""Articles that name vendors → the articles of each vendor, newest first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kommunalnews import urls
from kommunalnews.content.model import Item, VendorText
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.site.model import Entry
from kommunalnews.site.problems import same_vendor, unknown_vendor


def by_vendor(
    items: Iterable[Item], entries: Iterable[Entry], diagnostics: list[Diagnostic]
) -> Mapping[str, tuple[Entry, ...]]:
    """By the vendor's source path. A vendor is named by name, slug or file; naming one whose time is over is no
    mistake."""
    paths: dict[str, str] = {}
    names: list[str] = []
    called: dict[str, VendorText] = {}
    for vendor in (item for item in items if isinstance(item, VendorText)):
        first = called.setdefault(urls.slugify(vendor.matter.name), vendor)
        if first is not vendor:
            diagnostics.append(same_vendor(vendor.place("name"), vendor.matter.name, first.path))
        names.append(vendor.matter.name)
        file = vendor.path.rpartition("/")[2].rpartition(".")[0]
        for name in (vendor.matter.name, vendor.slug, file):
            paths.setdefault(urls.slugify(name), vendor.path)
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for number, name in enumerate(entry.article.matter.vendors):
            path = paths.get(urls.slugify(name.removesuffix(".md")))
            if path is None:
                diagnostics.append(unknown_vendor(entry.article.place(f"vendors.{number}"), name, names))
            elif entry not in found[path][-1:]:
                found[path].append(entry)
    return {path: tuple(members) for path, members in found.items()}
