"""Site → the page of all picture credits; of a large portal, a page for each year, so that a new article moves one."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.pages import CreditedArticle, CreditGroup, CreditsPage, Link
from kommunalnews.recipes import Output

_ONE_PAGE = 500
"""Articles that one page holds."""


class _Credited(NamedTuple):
    """Something that shows pictures, and whose they are."""

    year: int
    link: Link
    names: tuple[str, ...]


def outputs(views: Views) -> Iterator[Output]:
    """The page, or those of the years; nothing where nobody is credited."""
    if not views.picture_credits:
        return
    found = tuple(_found(views))
    if len(found) <= _ONE_PAGE:
        yield _page(views, urls.PICTURE_CREDITS, "", found, ())
        return
    years = sorted({one.year for one in found}, reverse=True)
    for year in ("", *map(str, years)):
        links = tuple(Link(str(one), _href(views, str(one)), str(one) == year) for one in years)
        shown = tuple(one for one in found if str(one.year) == year)
        yield _page(views, _address(year), year, shown, links)


def _found(views: Views) -> Iterator[_Credited]:
    """Everything public that shows a credited picture, newest first."""
    for issue in views.site.issues:
        cover = issue.text.matter.cover
        picture = views.picture(issue.path, cover.src, credit=cover.credit) if cover else None
        if picture and picture.credit:
            yield _Credited(
                issue.text.matter.date.year,
                Link(issue.text.matter.title, views.base.href(issue.address)),
                (picture.credit,),
            )
    for entry in views.site.entries:
        if names := views.credits(entry):
            matter = entry.article.matter
            title = f"{matter.kicker}: {matter.title}" if matter.kicker else matter.title
            yield _Credited(matter.date.year, Link(title, views.base.href(entry.address)), names)


def _page(views: Views, address: str, year: str, found: tuple[_Credited, ...], years: tuple[Link, ...]) -> Output:
    title = views.gettext("Picture credits")
    title = f"{title} {year}" if year else title
    head = views.head(address, title, f"{title} – {views.config.title}", indexable=False)
    return views.output(address, "credits.html", CreditsPage(head, _groups(found), years))


def _groups(found: tuple[_Credited, ...]) -> tuple[CreditGroup, ...]:
    """By name in the order of the alphabet; the word before a name does not count."""
    by_name: dict[str, list[CreditedArticle]] = {}
    for one in found:
        for name, count in _counted(one.names).items():
            by_name.setdefault(name, []).append(CreditedArticle(one.link, count))
    names = sorted(by_name, key=lambda name: (urls.slugify(name), name))
    return tuple(CreditGroup(name, tuple(by_name[name])) for name in names)


def _counted(names: tuple[str, ...]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for name in map(bare_name, names):
        counts[name] = counts.get(name, 0) + 1
    return counts


def bare_name(credit: str) -> str:
    """``Foto: Anna Beispiel`` → ``Anna Beispiel``; what else may stand before a colon stays, as in “Grafik: bs”."""
    word, colon, name = credit.partition(":")
    return name.strip() if colon and word.strip().lower() in ("foto", "fotos", "photo", "bild", "bilder") else credit


def _address(year: str) -> str:
    return f"{urls.PICTURE_CREDITS}{year}/" if year else urls.PICTURE_CREDITS


def _href(views: Views, year: str) -> str:
    return views.base.href(_address(year))
