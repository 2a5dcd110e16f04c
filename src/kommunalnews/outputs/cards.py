"""Site → social cards: what networks show of an article that has no picture.

The newest articles have one of their own; drawing one costs more than a page, so the older ones of a section share one.
"""

from collections.abc import Iterator

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.recipes import Output


def sections(views: Views) -> Iterator[Output]:
    """The card of each section."""
    for section in views.site.sections:
        if card := views.cards.of_section(section):
            yield Output(urls.output_path(card.address), card.recipe)
