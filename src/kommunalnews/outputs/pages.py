"""Home, standing pages, vendors and 404."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from kommunalnews import urls
from kommunalnews.outputs import articles
from kommunalnews.outputs.pictures import presentable
from kommunalnews.outputs.views import Views
from kommunalnews.pages import (
    CorrectionNote,
    CorrectionsPage,
    HomePage,
    MessagePage,
    SectionBlock,
    StandingPage,
    Term,
    VendorIndexPage,
    VendorPage,
)
from kommunalnews.recipes import Output
from kommunalnews.site import Entry

_TOP = 3
_LATEST = 8
_BLOCK = 4
_VENDORS = 4
_RECENT = 200
"""Articles whose tags are counted."""
_POPULAR = 12


def home(views: Views) -> Iterator[Output]:
    """The front page: the lead story, those beside it, the newest after them, and a block for each section."""
    config, site = views.config, views.site
    lead = _lead(views)
    rest = [entry for entry in site.entries if entry is not lead]
    top = rest[:_TOP]
    shown = {entry.path for entry in [*top, *([lead] if lead else [])]}
    blocks = []
    for section in site.sections:
        fresh = tuple(islice((entry for entry in section.entries if entry.path not in shown), _BLOCK))
        if fresh:
            blocks.append(SectionBlock(views.term(section), views.teasers(fresh)))
    page = HomePage(
        head=views.head(urls.HOME, "", config.description or config.tagline or config.title, feeds=()),
        lead=views.teaser(lead) if lead else None,
        top=views.teasers(top),
        blocks=tuple(blocks),
        latest=views.teasers(rest[_TOP : _TOP + _LATEST]),
        vendors=tuple(map(views.vendor, site.vendors[:_VENDORS])),
        popular=_popular(views),
    )
    yield views.output(urls.HOME, "home.html", page)


def _lead(views: Views) -> Entry | None:
    chosen = views.site.by_path.get(f"content/{views.config.lead.lstrip('/')}") if views.config.lead else None
    return chosen or next(iter(views.site.entries), None)


def _popular(views: Views) -> tuple[Term, ...]:
    """The most frequent tags of the newest articles; a tag that was used once is not popular."""
    count = Counter(
        slug for entry in views.site.entries[:_RECENT] for slug in dict.fromkeys(map(urls.slugify, entry.tags))
    )
    often = sorted((slug for slug in count if count[slug] > 1), key=lambda slug: (-count[slug], slug))
    return tuple(views.term(views.tags[slug]) for slug in often[:_POPULAR])


def standing(views: Views) -> Iterator[Output]:
    """Impressum, Datenschutz and the like."""
    for page in views.site.pages:
        address = urls.page(page.slug)
        model = StandingPage(
            head=views.head(address, page.matter.title, page.description, indexable=not page.matter.draft),
            title=page.matter.title,
            lead=page.lead_html,
            body=views.body(page.path, page.body),
            updated=page.matter.updated,
            badge="draft" if page.matter.draft else "",
            template=page.matter.template,
        )
        yield views.output(address, "standing.html", model, source=page.path)


def vendors(views: Views) -> Iterator[Output]:
    """Each vendor's page, and the directory."""
    for vendor in views.site.vendors:
        address = urls.vendor(vendor.slug)
        name = vendor.matter.name
        logo = presentable(views.pictures.named(vendor.path, vendor.matter.logo, name))
        head = views.head(address, name, vendor.description or name, picture=logo)
        about = views.site.by_vendor.get(vendor.path, ())[: views.config.page_size]
        body = views.body(vendor.path, vendor.body)
        page = VendorPage(head, views.vendor(vendor), body, views.teasers(about))
        yield views.output(address, "vendor.html", page, source=vendor.path)
    title = views.gettext("Vendors")
    head = views.head(urls.VENDORS, title, f"{title} – {views.config.title}")
    yield views.output(
        urls.VENDORS, "vendors.html", VendorIndexPage(head, tuple(map(views.vendor, views.site.vendors)))
    )


def corrections(views: Views) -> Iterator[Output]:
    """All that was put right, newest first, if anything was."""
    found = [(note, entry) for entry in views.corrected for note in articles.corrections(entry)]
    found.sort(key=lambda one: (-one[0].date.seconds, one[1].path))
    years: dict[int, list[CorrectionNote]] = {}
    for note, entry in found:
        years.setdefault(note.date.year, []).append(CorrectionNote(note, views.teaser(entry)))
    if found:
        title = views.gettext("Corrections")
        head = views.head(urls.CORRECTIONS, title, f"{title} – {views.config.title}")
        page = CorrectionsPage(head, tuple((year, tuple(notes)) for year, notes in years.items()))
        yield views.output(urls.CORRECTIONS, "corrections.html", page)


def messages(views: Views) -> Iterator[Output]:
    """The page that a server shows where there is none."""
    head = views.head(urls.NOT_FOUND, views.gettext("This page does not exist"), "", indexable=False)
    yield views.output(urls.NOT_FOUND, "message.html", MessagePage(head, "not-found"))
