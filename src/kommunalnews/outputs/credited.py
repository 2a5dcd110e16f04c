"""Site → everything that shows pictures, and whom these credit."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from kommunalnews import urls
from kommunalnews.content.model import BodySummary
from kommunalnews.outputs.pictures import Pictures
from kommunalnews.pages import Picture
from kommunalnews.site import Site


class Credited(NamedTuple):
    """Something that shows pictures, and whose they are."""

    year: int
    """0 where it has no date."""
    title: str
    address: str
    names: tuple[str, ...]


def credited(site: Site, pictures: Pictures) -> Iterator[Credited]:
    """Everything public that shows credited pictures: articles, the newest first, then what else there is."""
    yield from (one for one in _all(site, pictures) if one.names)


def _all(site: Site, pictures: Pictures) -> Iterator[Credited]:
    names = partial(_names, pictures)
    for issue in site.issues:
        text, cover = issue.text, issue.text.matter.cover
        picture = pictures.named(issue.path, cover.src, credit=cover.credit) if cover else None
        yield Credited(text.matter.date.year, text.matter.title, issue.address, names(issue.path, text.body, picture))
    for entry in site.entries:
        matter = entry.article.matter
        if matter.image is None and not entry.article.body.references:  # as most: this costs every build
            continue
        title = f"{matter.kicker}: {matter.title}" if matter.kicker else matter.title
        found = names(entry.path, entry.article.body, pictures.main(entry))
        yield Credited(matter.date.year, title, entry.address, found)
    for page in site.pages:
        yield Credited(0, page.matter.title, urls.page(page.slug), names(page.path, page.body))
    for vendor in site.vendors:
        logo = pictures.named(vendor.path, vendor.matter.logo)
        yield Credited(0, vendor.matter.name, urls.vendor(vendor.slug), names(vendor.path, vendor.body, logo))
    for writer in site.writers:
        image, source = writer.author.matter.image, writer.author.place.path
        portrait = pictures.named(source, image.src, credit=image.credit) if image else None
        yield Credited(0, writer.author.matter.name, writer.address, names(source, None, portrait))


def _names(pictures: Pictures, path: str, body: BodySummary | None, *shown: Picture | None) -> tuple[str, ...]:
    """Whom the pictures of a text credit, and those that are shown with it."""
    found = [picture.credit for picture in shown if picture]
    for reference in body.references if body else ():
        if reference.kind == "picture" and (asset := pictures.asset(path, reference.target)) is not None:
            found.append(reference.credit or asset.credit)
    return tuple(filter(None, found))
