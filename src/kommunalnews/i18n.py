"""Language tag → the words of that language, from the gettext catalogues beside this module.

English is the source language and needs no catalogue. No locale of the machine is ever asked.
"""

import gettext
from datetime import date
from functools import cache
from pathlib import Path

from kommunalnews.diagnostics import N_, Translate

MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
"""Names of the months, untranslated, January first."""

_FOLDER = Path(__file__).with_name("locale")


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of ``language`` (BCP 47, ``de-AT`` falls back to ``de``), or English."""
    tags = [language.replace("-", "_"), language.split("-")[0]]
    return gettext.translation("kommunalnews", _FOLDER, tags, fallback=True)


def long_day(day: date, translate: Translate) -> str:
    """A day as it stands in a sentence: ``November 15, 2017``, ``15. November 2017``; day and month stay together."""
    template = translate(N_("%(month)s %(day)d, %(year)d"))
    said = template % {"day": day.day, "month": translate(MONTHS[day.month - 1]), "year": day.year}
    return said.replace(" ", "\u00a0", 1)
