"""One address of each kind of page that a site can have: what all tests in a browser go through.

A new kind of page is one line here. ``demo`` is this repository's own site, ``small`` the Stadtbote.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from published.output import Published
from published.stadtbote import ARTICLE

DEMO_ARTICLE = "/meldungen/2017/kaiserslautern-tochter-fuer-die-digitalisierung/"
EMBED_ARTICLE = "/meldungen/2018/musterhausen-parkplatzsuche-mit-vorhersage/"
WEEK = "/newsletter/2018-29/"


class Place(NamedTuple):
    """A page of one of the sites."""

    site: Published
    address: str


def long_read(site: Published) -> str:
    """The longest report with a table and footnotes."""
    reports = [site.address(path) for path in site.paths("/index.html") if path.startswith("meldungen/")]
    rich = [address for address in reports if "<table" in site.read(address) and "<sup" in site.read(address)]
    return max(rich, key=lambda address: len(site.page(address).one("main").text))


_DEMO: Mapping[str, Callable[[Published], str]] = {
    "home": lambda site: "/",
    "article": lambda site: DEMO_ARTICLE,
    "long-read": long_read,
    "embed": lambda site: EMBED_ARTICLE,
    "print-view": lambda site: f"{DEMO_ARTICLE}druck.html",
    "section": lambda site: site.below("/bereiche/")[0],
    "sections": lambda site: "/bereiche/",
    "tag": lambda site: site.below("/stichworte/")[0],
    "tags": lambda site: "/stichworte/",
    "place": lambda site: site.below("/orte/")[0],
    "places": lambda site: "/orte/",
    "author": lambda site: site.below("/autoren/")[0],
    "authors": lambda site: "/autoren/",
    "archive": lambda site: "/archiv/",
    "year": lambda site: site.below("/archiv/")[-1],
    "month": lambda site: site.below(site.below("/archiv/")[-1])[0],
    "issue": lambda site: site.below("/ausgaben/")[0],
    "issues": lambda site: "/ausgaben/",
    "issue-print-view": lambda site: f"{site.below('/ausgaben/')[0]}druck.html",
    "newsletter": lambda site: WEEK,
    "newsletters": lambda site: "/newsletter/",
    "newsletter-mail": lambda site: f"{WEEK}mail.html",
    "corrections": lambda site: "/korrekturen/",
    "picture-credits": lambda site: "/bildnachweise/",
    "vendor": lambda site: site.below("/anbieter/")[0],
    "vendors": lambda site: "/anbieter/",
    "standing": lambda site: "/barrierefreiheit/",
    "easy-language": lambda site: "/leichte-sprache/",
    "sign-language": lambda site: "/gebaerdensprache/",
    "search": lambda site: "/suche/",
    "not-found": lambda site: "/404.html",
}
_SMALL: Mapping[str, str] = {
    "article-full": ARTICLE,  # whatever a report can have, in few words
    "section-long": "/bereiche/energie/",
    "section-page": "/bereiche/energie/seite/1/",
}
KINDS = (*_DEMO, *_SMALL)
"""Redirect pages lead on before anybody could look at them: test_browser follows one."""


def place(kind: str, demo: Published, small: Published) -> Place:
    """Where a page of this kind is."""
    return Place(small, _SMALL[kind]) if kind in _SMALL else Place(demo, _DEMO[kind](demo))
