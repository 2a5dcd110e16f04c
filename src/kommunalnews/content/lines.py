"""What texts of every kind do with their short fields, and what is kept of where these stand."""

import re
from collections.abc import Iterator, Mapping

from kommunalnews.content.markup import Line, TextSettings
from kommunalnews.content.model import ParseSettings, Places, encoded_places
from kommunalnews.content.typography import typeset
from kommunalnews.diagnostics import N_, Diagnostic, Location, warning

_BLANKS = re.compile(r"[ \t\n]+")
_UNPLACED = ("lead", "teaser", "image.caption")
"""Fields that nobody asks the place of once the article is parsed."""


def of_text(settings: ParseSettings) -> TextSettings:
    """The part of the settings that Markdown depends on."""
    return TextSettings(language=settings.language, own_hosts=settings.own_hosts, embed_hosts=settings.embed_hosts)


def one_line(text: str) -> str:
    """The text without line breaks."""
    return _BLANKS.sub(" ", text)


def set_line(text: str, language: str) -> str:
    """A headline or a kicker, without line breaks and typeset."""
    return typeset(one_line(text), language)


def kept(places: Mapping[str, Location]) -> Places:
    """Where the fields stand that somebody may ask for later."""
    return encoded_places({name: place for name, place in places.items() if name not in _UNPLACED})


def dropped(lines: Mapping[str, Line], places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    """A warning for whatever a field holds and does not show."""
    for field, line in lines.items():
        for target in line.dropped:
            yield warning(
                "link-in-field",
                N_(
                    "“{target}” was taken out of “{field}”, which may link to other websites, "
                    "but holds no link into this site, no picture and no HTML of its own"
                ),
                places[field],
                N_("Put it into the text itself, or take it away"),
                target=target,
                field=field,
            )
