"""Articles → the weeks in which they became public, as newsletters go by them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kommunalnews.moments import Moment
from kommunalnews.site.model import Entry


class Week(NamedTuple):
    """A week with what became public in it, newest first."""

    year: int
    number: int
    entries: tuple[Entry, ...]


def weeks(entries: Iterable[Entry], timezone: str) -> tuple[Week, ...]:
    """Every week in which something became public, newest first. ``entries`` come newest first."""
    zone = ZoneInfo(timezone)
    found: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        if not entry.badge:
            found.setdefault(_week_of(entry.published, zone), []).append(entry)
    return tuple(Week(*key, tuple(found[key])) for key in sorted(found, reverse=True))


def _week_of(moment: Moment, zone: ZoneInfo) -> tuple[int, int]:
    """Year and number of the week (ISO 8601): the first is the one with the year's first Thursday."""
    year, number, _ = datetime.fromtimestamp(moment.seconds, UTC).astimezone(zone).isocalendar()
    return year, number
