"""Blocks that other articles change → what pages say of them, and files of their own for servers and browsers.

With ``fragments: inline`` they are part of every page, and there are no such files.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Literal, NamedTuple

from kommunalnews import urls
from kommunalnews.digest import Digest
from kommunalnews.outputs.views import Blocks, Views
from kommunalnews.pages import Fragment, Page, TeaserBlock, VendorBlock
from kommunalnews.recipes import Output
from kommunalnews.site import Entry
from kommunalnews.site import Term as SiteTerm

_LATEST = 8
_MORE = 5
_VENDORS = 4


def outputs(views: Views) -> Iterator[Output]:
    """Each section's block and vendors, the newest articles, and a variant for each article that a block would show."""
    if views.config.fragments == "inline":
        return
    sidebars = Sidebars(views)
    for without in (None, *sidebars.newest()):
        yield _file(views, "latest", *sidebars.latest_block(without))
    for section in views.site.sections:
        for without in (None, *sidebars.newest(section)):
            yield _file(views, "more", *sidebars.more_block(section, without))
        name, vendors = sidebars.vendor_block(section)
        if vendors.vendors:
            yield _file(views, "vendors", name, vendors)


def _file(views: Views, kind: str, name: str, block: Page) -> Output:
    return views.output(urls.fragment(name), _template(kind), block, bare=True)


def _template(kind: str) -> str:
    return f"fragments/{kind}.html"


class Block(NamedTuple):
    """A fragment on a page: its name there, how it gets there, and the part that is inlined, if it is."""

    name: str
    fragment: Fragment
    part: Digest | Literal[""]


def blocks(*found: Block | None) -> Blocks:
    """Those that there are."""
    present = [block for block in found if block is not None]
    return Blocks(
        tuple((block.name, block.fragment) for block in present),
        tuple((block.name, block.part) for block in present if block.part),
    )


class Sidebars:
    """What stands beside articles and lists. Each block is made once."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._blocks: dict[tuple[str, str, str], Block | None] = {}
        self._beside: dict[str, Blocks] = {}
        """By section, for articles that are not among the newest."""

    def _block(self, name: str, label: str, fallback: str, file: str, page: Page) -> Block:
        """A block that other articles change; the page that shows it names its part only where it is inlined."""
        views, mode = self._views, self._views.config.fragments
        if mode != "inline":
            href = views.base.href(urls.fragment(file))
            return Block(name, Fragment(mode, label, href, views.base.href(fallback)), "")
        part = views.part_once(("fragment", file), _template(name), page)
        return Block(name, Fragment(mode, label, "", views.base.href(fallback)), part)

    def _once(self, key: tuple[str, str, str], make: Callable[[], Block | None]) -> Block | None:
        if key not in self._blocks:
            self._blocks[key] = make()
        return self._blocks[key]

    def more(self, entry: Entry) -> Block | None:
        """Other articles of the section. All articles share one, but those that it would show themselves."""
        section = self._views.section(entry.section)
        without = entry if entry.path in self._paths_of_newest[section.slug] else None
        key = ("more", section.slug, without.path if without else "")
        return self._once(key, lambda: self._more(section, without))

    def _more(self, section: SiteTerm, without: Entry | None) -> Block | None:
        file, block = self.more_block(section, without)
        if not block.teasers:
            return None
        label = self._views.gettext("Other news and reports from the section %(section)s") % {"section": section.name}
        return self._block("more", label, section.address, file, block)

    def more_block(self, section: SiteTerm, without: Entry | None) -> tuple[str, TeaserBlock]:
        """Name and content of the block of a section, with or without one of its newest articles."""
        entries = [entry for entry in section.entries[: _MORE + 1] if entry is not without][:_MORE]
        name = f"bereiche/{section.slug}{_variant(without)}"
        return name, TeaserBlock("more", self._views.term(section), self._views.teasers(entries))

    def latest(self, entry: Entry) -> Block | None:
        """The newest articles of the site, without the one that stands on the page."""
        without = entry if entry.path in self._paths_of_newest[""] else None
        return self._once(("latest", "", without.path if without else ""), lambda: self._latest(without))

    def _latest(self, without: Entry | None) -> Block | None:
        file, block = self.latest_block(without)
        if not block.teasers:
            return None
        return self._block("latest", self._views.gettext("Latest reports"), urls.HOME, file, block)

    def latest_block(self, without: Entry | None) -> tuple[str, TeaserBlock]:
        """Name and content of the block of the newest articles."""
        entries = [entry for entry in self._views.site.entries[: _LATEST + 1] if entry is not without][:_LATEST]
        return f"aktuelle-meldungen{_variant(without)}", TeaserBlock("latest", None, self._views.teasers(entries))

    def vendors(self, section: SiteTerm) -> Block | None:
        """Vendors of a section; None where it has none."""
        return self._once(("vendors", section.slug, ""), lambda: self._vendors(section))

    def _vendors(self, section: SiteTerm) -> Block | None:
        file, block = self.vendor_block(section)
        if not block.vendors:
            return None
        label = self._views.gettext("Selected vendors from the section %(section)s") % {"section": section.name}
        return self._block("vendors", label, urls.VENDORS, file, block)

    def vendor_block(self, section: SiteTerm) -> tuple[str, VendorBlock]:
        """Name and content of the block of a section's vendors."""
        views = self._views
        chosen = views.vendors_by_section.get(urls.slugify(section.name), ())
        shown = tuple(map(views.vendor, chosen[:_VENDORS]))
        return f"anbieter/{section.slug}", VendorBlock(views.term(section), shown)

    def beside_list(self, section: SiteTerm) -> Blocks:
        """All blocks that stand beside the list of a section."""
        return blocks(self.vendors(section))

    def beside(self, entry: Entry) -> Blocks:
        """All blocks that stand beside an article."""
        found = None if entry.path in self._newest_anywhere else self._beside.get(entry.section)
        if found is None:
            found = blocks(self.more(entry), self.vendors(self._views.section(entry.section)), self.latest(entry))
            if entry.path not in self._newest_anywhere:
                self._beside[entry.section] = found
        return found

    @cached_property
    def _newest_anywhere(self) -> frozenset[str]:
        return frozenset().union(*self._paths_of_newest.values())

    def newest(self, section: SiteTerm | None = None) -> tuple[Entry, ...]:
        """The articles that need a variant of a block without themselves."""
        return section.entries[:_MORE] if section else self._views.site.entries[:_LATEST]

    @cached_property
    def _paths_of_newest(self) -> dict[str, frozenset[str]]:
        """For each section by slug, and for the whole site under ``""``."""
        lists = {"": self.newest(), **{section.slug: self.newest(section) for section in self._views.site.sections}}
        return {slug: frozenset(entry.path for entry in entries) for slug, entries in lists.items()}


def _variant(without: Entry | None) -> str:
    return f"/ohne/{without.address.strip('/').partition('/')[2]}" if without else ""
