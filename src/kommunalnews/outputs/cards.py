"""Site → social cards: what networks show of pages that have no picture.

The newest articles have one of their own; drawing one costs more than a page, so the older ones of a section share one
with its list, and all other pages share that of the site.
"""

from collections.abc import Iterator

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.recipes import Output


def shared(views: Views) -> Iterator[Output]:
    """The cards of the site and of each section; those that say the same are one."""
    found = (views.cards.of_site, *map(views.cards.of_section, views.site.sections))
    for address, recipe in dict(filter(None, found)).items():
        yield Output(urls.output_path(address), recipe)
