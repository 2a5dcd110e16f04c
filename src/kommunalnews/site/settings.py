"""Settings that name pages, articles or places → diagnostics about those that there are not."""

from collections.abc import Callable, Iterator, Mapping

from kommunalnews.config import Config
from kommunalnews.diagnostics import Diagnostic, Location, Severity, from_problem
from kommunalnews.geography import outside_problem
from kommunalnews.site.model import Site
from kommunalnews.site.problems import security_ends, unknown_lead, unknown_page
from kommunalnews.urls import slugify

SECURITY_NOTICE = 30 * 86_400
"""Seconds before ``security.txt`` expires, from which on it is said."""


def check_settings(site: Site, places: Callable[[], Mapping[str, Location]]) -> Iterator[Diagnostic]:
    """What site.yaml names in vain. ``places`` says where the settings stand, and is asked only if need be."""
    menus = site.config.menus
    known = {page.slug for page in site.pages}
    for name, entries in (("main", menus.main), ("footer", menus.footer)):
        for number, entry in enumerate(entries):
            if entry.page and entry.page not in known:
                field = f"menus.{name}.{number}"
                found = places()
                yield unknown_page(found.get(f"{field}.page", found[field]), entry.page, known)
    lead = site.config.lead
    if lead and f"content/{lead.lstrip('/')}" not in site.by_path:
        yield unknown_lead(places()["lead"], lead, (path.removeprefix("content/") for path in site.by_path))
    security = site.config.security
    if security is not None and security.expires.seconds <= site.now.seconds + SECURITY_NOTICE:
        is_over = security.expires.seconds <= site.now.seconds
        yield security_ends(places()["security.expires"], security.expires.day, is_over=is_over)
    for number, place in enumerate(site.config.places):
        if place.lat is not None and place.lon is not None:
            problem = outside_problem(slugify(place.name), place.lat, place.lon)
            if problem is not None:
                yield from_problem(problem, places()[f"places.{number}.lat"], Severity.WARNING)


def security_turns(config: Config) -> Iterator[int]:
    """Every second at which there is something new to say of ``security.txt``."""
    if config.security is not None:
        yield config.security.expires.seconds - SECURITY_NOTICE
        yield config.security.expires.seconds
