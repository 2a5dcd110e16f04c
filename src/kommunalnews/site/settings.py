"""Settings that name pages or articles → diagnostics about those that there are not."""

from collections.abc import Callable, Iterator, Mapping

from kommunalnews.diagnostics import Diagnostic, Location
from kommunalnews.site.model import Site
from kommunalnews.site.problems import unknown_lead, unknown_page


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
