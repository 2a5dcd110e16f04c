"""Site → the page models and parts that several kinds of outputs share, each made once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from kommunalnews import urls
from kommunalnews.config import MenuEntry
from kommunalnews.content.model import Asset, BodySummary, Reference, VendorText
from kommunalnews.digest import Digest, of_value
from kommunalnews.i18n import translations
from kommunalnews.links import Files, Resolver, Target
from kommunalnews.outputs.credited import credited
from kommunalnews.outputs.pictures import Pictures
from kommunalnews.outputs.social import Cards
from kommunalnews.pages import (
    Author,
    Body,
    Chrome,
    FeedItem,
    Footer,
    Head,
    Link,
    Masthead,
    Page,
    Picture,
    Teaser,
    Term,
    Vendor,
)
from kommunalnews.recipes import Fragments, Inserts, Output, Part, TemplateRecipe
from kommunalnews.site import Entry, Site, Writer, section_slug
from kommunalnews.site import Term as SiteTerm
from kommunalnews.site.kinship import related_tags
from kommunalnews.site.places import neighbours
from kommunalnews.site.weeks import Week, weeks


class Blocks(NamedTuple):
    """The fragments of a page."""

    fragments: Fragments = ()
    inserts: Inserts = ()


NO_BLOCKS = Blocks()


class Views:
    """What outputs are made of. Holds no state but what was asked for before, by digest or by path."""

    def __init__(
        self,
        site: Site,
        resolver: Resolver,
        files: Files,
        statics: Mapping[str, Digest],
        *,
        pdf: bool,
        search: bool = False,
    ) -> None:
        self.site = site
        self.files = files
        self.config = site.config
        self.base = urls.Base(site.config.base_url)
        self.statics = statics
        self.pdf = pdf
        self.search = search and site.config.search == "on"
        self.parts: dict[Digest, Page | Part] = {}
        self.pictures = Pictures(self.base, resolver, files)
        self.cards = Cards(site, self.base, self.pictures, statics)
        self._resolver = resolver
        self._teasers: dict[str, Teaser] = {}
        self._bodies: dict[str, Body] = {}
        self._shared_parts: dict[object, Digest] = {}
        self._authors: dict[tuple[str, ...], tuple[Author, ...]] = {}
        self._terms: dict[str, Term] = {}
        self._links: dict[str, Term] = {}
        self._feeds: dict[str, tuple[Link, ...]] = {}
        self._feed_items: dict[str, FeedItem] = {}

    def gettext(self, text: str) -> str:
        """The text in the site's language."""
        return translations(self.config.language).gettext(text)

    @cached_property
    def host(self) -> str:
        """Host of the site without port, as tag URIs have it."""
        return self.base.origin.partition("://")[2].partition(":")[0]

    @cached_property
    def chrome(self) -> Chrome:
        """What every page shares."""
        config, href = self.config, self.base.href
        return Chrome(
            title=config.title,
            tagline=config.tagline,
            language=config.language,
            base_url=config.base_url,
            base_path=self.base.path,
            publisher=config.publisher or config.title,
            email=config.email,
            home=href(urls.HOME),
            search=href(urls.SEARCH) if config.search == "on" else "",
            archive=href(urls.ARCHIVE),
            vendors=href(urls.VENDORS),
            corrections=href(urls.CORRECTIONS) if self.corrected else "",
            tags=href(urls.TAGS),
            places=href(urls.PLACES),
            authors=href(urls.AUTHORS),
            section_index=href(urls.SECTIONS),
            issues=href(urls.ISSUES) if self.site.issues else "",
            sections=tuple(
                Term(section.name, href(urls.section(section_slug(section)))) for section in config.sections
            ),
            footer=tuple(self._footer()),
            menu=tuple(self._menu(config.menus.main)),
            feeds=self.feeds(urls.HOME),
            assets=tuple(
                (path, f"{href(f'/{path}')}?v={digest[:8]}")
                for path, digest in sorted(self.statics.items())
                if path.partition("/")[0] in ("css", "js", "icons", "fonts", "images")
            ),
            picture_credits=self.picture_credits,
            newsletter=href(urls.NEWSLETTER) if config.newsletter else "",
            frame_hosts=config.embeds.hosts,
            preview=self.site.preview,
        )

    def _footer(self) -> Iterable[Link]:
        if self.config.menus.footer:
            return self._menu(self.config.menus.footer)
        return [Link(page.matter.title, self.base.href(urls.page(page.slug))) for page in self.site.pages]

    def _menu(self, entries: Iterable[MenuEntry]) -> Iterable[Link]:
        pages = {page.slug: page for page in self.site.pages}
        for entry in entries:
            if entry.page in pages:
                yield Link(entry.label, self.base.href(urls.page(entry.page)))
            elif entry.url:
                yield Link(entry.label, entry.url if "://" in entry.url else self.base.href(entry.url))

    @cached_property
    def corrected(self) -> tuple[Entry, ...]:
        """Articles that were put right."""
        return tuple(entry for entry in self.site.entries if entry.article.matter.corrections)

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        """Those that have a newsletter."""
        return weeks(self.site.entries, self.config.timezone) if self.config.newsletter else ()

    @cached_property
    def site_digest(self) -> Digest:
        """The digest of the chrome, which recipes name."""
        digest = of_value(self.chrome)
        self.parts[digest] = self.chrome
        return digest

    def part(self, template: str, page: Page) -> Digest:
        """Register a part; the same part has the same digest."""
        part = Part(template, page, self.site_digest)
        digest = of_value(part)
        self.parts[digest] = part
        return digest

    def part_once(self, key: object, template: str, page: Page) -> Digest:
        """The same, registered under ``key`` the first time it is asked for."""
        if key not in self._shared_parts:
            self._shared_parts[key] = self.part(template, page)
        return self._shared_parts[key]

    def output(
        self,
        address: str,
        template: str,
        page: Page,
        *,
        source: str = "",
        section: str = "",
        blocks: Blocks = NO_BLOCKS,
        bare: bool = False,
    ) -> Output:
        """A page at ``address``, with masthead and footer unless it is ``bare``."""
        parts: tuple[tuple[str, Digest], ...] = ()
        if not bare:
            current = self.base.href(section) if section else ""
            parts = (
                ("masthead", self.part_once(("masthead", current), "parts/masthead.html", Masthead(current))),
                ("footer", self.part_once("footer", "parts/footer.html", Footer())),
            )
        recipe = TemplateRecipe(template, page, self.site_digest, parts, blocks.fragments)
        return Output(urls.output_path(address), recipe, source, blocks.inserts)

    @cached_property
    def environment(self) -> Digest:
        """The digest of what every output may depend on: the settings, the authors, and what all pages share."""
        authors = [(key, self.author(writer)) for key, writer in sorted(self.site.by_author.items())]
        return of_value((self.config, authors, self.site_digest, self.pdf))

    def digest(self, kind: str, *inputs: object) -> Digest:
        """The digest of a group of outputs that are planned from these inputs and from nothing else."""
        return of_value((self.environment, kind, inputs))

    def has_pdf(self, entry: Entry) -> bool:
        """Whether the article has a PDF: what it says itself stands above what the site says."""
        choice = entry.article.matter.pdf
        return self.pdf and (choice.is_wanted if choice else entry.path in self._with_pdf)

    def pdf_href(self, entry: Entry) -> str:
        """Where its PDF is; empty where it has none."""
        return self.base.href(urls.pdf(entry.address)) if self.has_pdf(entry) else ""

    @cached_property
    def _with_pdf(self) -> frozenset[str]:
        """The articles that the site gives a PDF, by path."""
        return frozenset(entry.path for entry in self.site.entries[: self.config.pdf.newest])

    @cached_property
    def picture_credits(self) -> str:
        """Where the page of all picture credits is; empty where nobody is credited."""
        return self.base.href(urls.PICTURE_CREDITS) if any(credited(self.site, self.pictures)) else ""

    @cached_property
    def accounts_by_path(self) -> Mapping[str, Digest]:
        """The digest of everything that is known of each article by itself, but for what ``environment`` says."""
        return {entry.path: self._account(entry) for entry in self.site.entries}

    @cached_property
    def faces_by_path(self) -> Mapping[str, Digest]:
        """The same of what other pages may show of each article."""
        return {entry.path: self._face(entry) for entry in self.site.entries}

    def _face(self, entry: Entry) -> Digest:
        article = entry.article
        if article.matter.image is None and not entry.badge:
            return article.face
        return of_value((article.face, entry.badge, entry.until, self.pictures.main(entry)))

    def _account(self, entry: Entry) -> Digest:
        """Most often that of its text: what has neither pictures nor links is shown as it was parsed."""
        article = entry.article
        if article.matter.image is None and not article.body.references and not entry.badge:
            return article.digest
        shown = (self.pictures.main(entry), self.body(entry.path, article.body))
        return of_value((article.digest, entry.badge, entry.until, shown))

    def accounts(self, entries: Iterable[Entry]) -> tuple[Digest, ...]:
        """The digests of several articles, in order."""
        known = self.accounts_by_path
        return tuple([known[entry.path] for entry in entries])

    def faces(self, entries: Iterable[Entry]) -> tuple[Digest, ...]:
        """The digests of what others may show of several articles, in order."""
        known = self.faces_by_path
        return tuple([known[entry.path] for entry in entries])

    def head(self, address: str, title: str, description: str, **more: object) -> Head:
        """The head of a page at ``address``. What is no article and has no picture shows the card of the site."""
        head: Head = msgspec.structs.replace(Head(title, description, self.base.url(address)), **more)
        if head.picture is not None or head.kind == "article":
            return head
        return msgspec.structs.replace(head, picture=self.cards.of_pages)

    def feeds(self, address: str) -> tuple[Link, ...]:
        """Atom, RSS and JSON of the list at ``address``."""
        if address not in self._feeds:
            self._feeds[address] = (
                Link("Atom", self.base.href(urls.feed(address, "atom"))),
                Link("RSS", self.base.href(urls.feed(address, "rss"))),
                Link("JSON", self.base.href(urls.feed(address, "json"))),
            )
        return self._feeds[address]

    def term(self, term: SiteTerm, *, counted: bool = False) -> Term:
        """A term as a link; with the number of its articles only where the page may change with each."""
        if counted:
            return Term(term.name, self.base.href(term.address), len(term.entries), term.description)
        if term.address not in self._terms:
            self._terms[term.address] = Term(term.name, self.base.href(term.address), 0, term.description)
        return self._terms[term.address]

    def link(self, term: SiteTerm) -> Term:
        """A term as a link and nothing else: what is said of it moves no page but its own."""
        if term.address not in self._links:
            self._links[term.address] = Term(term.name, self.base.href(term.address))
        return self._links[term.address]

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[tuple[int, SiteTerm], ...]]:
        """The places near each place, by slug."""
        return neighbours(self.site.places)

    @cached_property
    def related_tags(self) -> Mapping[str, tuple[SiteTerm, ...]]:
        """The tags that belong to each tag, by slug."""
        return related_tags(self.site.entries, self.site.tags)

    def is_thin(self, tag: SiteTerm) -> bool:
        """Whether a tag has so few articles that search engines are not asked to read its page."""
        return len(tag.entries) < self.config.thin_tags

    def section(self, name: str) -> SiteTerm:
        """The section called ``name``."""
        return self._sections[name]

    @cached_property
    def _sections(self) -> dict[str, SiteTerm]:
        return {section.name: section for section in self.site.sections}

    @cached_property
    def tags(self) -> dict[str, SiteTerm]:
        """Tags by the slug of their name."""
        return {urls.slugify(tag.name): tag for tag in self.site.tags}

    @cached_property
    def respelled(self) -> dict[tuple[str, str], str]:
        """Tags and places as some article writes them, where the site as a whole spells them otherwise."""
        tags = {tag for entry in self.site.entries for tag in entry.tags} - {tag.name for tag in self.site.tags}
        places = {entry.place for entry in self.site.entries} - {place.name for place in self.site.places} - {""}
        return {
            **{("tag", name): self.tags[urls.slugify(name)].name for name in sorted(tags)},
            **{("place", name): self.places[urls.slugify(name)].name for name in sorted(places)},
        }

    @cached_property
    def places(self) -> dict[str, SiteTerm]:
        """Places by slug."""
        return {place.slug: place for place in self.site.places}

    def author(self, writer: Writer) -> Author:
        """A writer as shown."""
        matter = writer.author.matter
        href = self.base.href(writer.address)
        mark = writer.author.mark if self.config.authors == "mark" else ""
        return Author(mark, matter.name, href, matter.role, matter.email, writer.author.biography)

    def authors(self, entry: Entry) -> tuple[Author, ...]:
        """The writers of an article."""
        keys = entry.article.matter.author
        if keys not in self._authors:
            self._authors[keys] = tuple(self.author(self.site.by_author[key]) for key in dict.fromkeys(keys))
        return self._authors[keys]

    def teaser(self, entry: Entry) -> Teaser:
        """What other pages show of an article."""
        if entry.path not in self._teasers:
            matter = entry.article.matter
            self._teasers[entry.path] = Teaser(
                href=self.base.href(entry.address),
                url=self.base.url(entry.address),
                kicker=matter.kicker,
                title=matter.title,
                text=entry.article.teaser,
                date=matter.date,
                section=entry.section,
                picture=self.pictures.main(entry),
                badge=entry.badge,
            )
        return self._teasers[entry.path]

    def teasers(self, entries: Iterable[Entry]) -> tuple[Teaser, ...]:
        """Their teasers, in order."""
        return tuple(map(self.teaser, entries))

    def feed_item(self, entry: Entry) -> FeedItem:
        """An article as feeds show it, full text."""
        if entry.path not in self._feed_items:
            matter = entry.article.matter
            categories = [entry.section, *entry.tags, *([entry.place] if entry.place else [])]
            self._feed_items[entry.path] = FeedItem(
                url=self.base.url(entry.address),
                id=f"tag:{self.host},{matter.date.day}:{entry.article.slug}",
                kicker=matter.kicker,
                title=matter.title,
                date=matter.date,
                updated=matter.changed,
                summary=entry.article.teaser,
                lead=entry.article.lead_html,
                body=self.body(entry.path, entry.article.body),
                authors=self.authors(entry),
                categories=tuple(dict.fromkeys(categories)),
                picture=self.pictures.main(entry),
                pdf=self.base.url(urls.pdf(entry.address)) if self.has_pdf(entry) else "",
            )
        return self._feed_items[entry.path]

    def body(self, base: str, text: BodySummary) -> Body:
        """The text of the file ``base`` with its references resolved."""
        if base not in self._bodies:
            links: list[str] = []
            pictures: list[Picture | None] = []
            for reference in text.references:
                if reference.kind == "link":
                    target = self._resolver.link(base, reference)
                    links.append(self._href(target))
                else:
                    asset = self.pictures.asset(base, reference.target)
                    pictures.append(self._in_text(asset, reference) if asset is not None else None)
            self._bodies[base] = Body(text.digest, tuple(links), tuple(pictures))
        return self._bodies[base]

    def _in_text(self, asset: Asset, reference: Reference) -> Picture:
        """A picture in a text, with the credit in words where its caption has none."""
        picture = self.pictures.shown(asset)
        credit = "" if reference.credit or not picture.credit else self.credit_line(picture.credit)
        return msgspec.structs.replace(picture, credit=credit)

    def credit_line(self, name: str) -> str:
        """``Foto: Name``; whoever wrote “Illustration: …” has said it."""
        return name if ":" in name else self.gettext("Photo: %(credit)s") % {"credit": name}

    def _href(self, target: Target) -> str:
        if not target.address:
            return f"#{quote(target.anchor, safe='/-._~')}" if target.anchor else ""
        bare, _, anchor = self.base.href(target.address, target.anchor).partition("#")
        query = f"?{quote(target.query, safe='=&+/-._~')}" if target.query else ""
        return f"{bare}{query}#{anchor}" if anchor else bare + query

    @cached_property
    def vendors_by_section(self) -> Mapping[str, Sequence[VendorText]]:
        """The vendors of each section that has any, by the slug of its name."""
        found: dict[str, list[VendorText]] = {}
        for vendor in self.site.vendors:
            for section in dict.fromkeys(map(urls.slugify, vendor.matter.sections)):
                found.setdefault(section, []).append(vendor)
        return found

    def vendor(self, vendor: VendorText) -> Vendor:
        """A vendor as shown."""
        matter = vendor.matter
        sections = {urls.slugify(name) for name in matter.sections}
        return Vendor(
            name=matter.name,
            href=self.base.href(urls.vendor(vendor.slug)),
            postcode=matter.postcode,
            city=matter.city,
            website=external_link(matter.url).href if matter.url else "",
            logo=self.pictures.named(vendor.path, matter.logo),
            sections=tuple(self.term(term) for term in self.site.sections if urls.slugify(term.name) in sections),
            paid=matter.paid,
        )


def external_link(written: str) -> Link:
    """``www.kaiserslautern.de`` → a link that shows what was written and leads to it by https."""
    scheme, _, rest = written.partition(":")
    if scheme.lower() == "tel":
        return Link(rest.strip(), f"tel:{re.sub('[ /]', '', rest)}")
    if scheme.lower() == "mailto":
        return Link(rest.partition("?")[0], f"mailto:{rest}")
    href = written if "://" in written else f"https://{written}"
    shown = urlsplit(href)
    label = f"{shown.netloc}{shown.path}".rstrip("/") if "://" in written else written
    return Link(label or written, href)
