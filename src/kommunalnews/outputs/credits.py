"""Site → the page of all picture credits; of a large portal, a page for each year, so that a new article moves one.

What has no date, such as a standing page, is then on the first page.
"""

from collections.abc import Iterator, Mapping

from kommunalnews import urls
from kommunalnews.outputs.credited import Credited, credited
from kommunalnews.outputs.views import Views
from kommunalnews.pages import CreditedArticle, CreditGroup, CreditsPage, Link
from kommunalnews.recipes import Output

_ONE_PAGE = 500
"""Articles that one page holds."""


def outputs(views: Views) -> Iterator[Output]:
    """The page, or those of the years; nothing where nobody is credited."""
    if not views.picture_credits:
        return
    found = tuple(credited(views.site, views.pictures))
    if len(found) <= _ONE_PAGE:
        yield _page(views, urls.PICTURE_CREDITS, "", found, ())
        return
    years = sorted({one.year for one in found if one.year}, reverse=True)
    for year in ("", *map(str, years)):
        links = tuple(Link(str(one), _href(views, str(one)), str(one) == year) for one in years)
        shown = tuple(one for one in found if one.year == int(year or 0))
        yield _page(views, _address(year), year, shown, links)


def _page(views: Views, address: str, year: str, found: tuple[Credited, ...], years: tuple[Link, ...]) -> Output:
    title = views.gettext("Picture credits")
    title = f"{title} {year}" if year else title
    head = views.head(address, title, f"{title} – {views.config.title}", indexable=False)
    return views.output(address, "credits.html", CreditsPage(head, _groups(views, found), years))


def _groups(views: Views, found: tuple[Credited, ...]) -> tuple[CreditGroup, ...]:
    """By name in the order of the alphabet; the word before a name does not count."""
    by_name: dict[str, list[CreditedArticle]] = {}
    for one in found:
        for name, count in _counted(one.names).items():
            link = Link(one.title, views.base.href(one.address))
            by_name.setdefault(name, []).append(CreditedArticle(link, count))
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
