"""Text an editor wrote → Moment: one point in time, as the editor's wall clock shows it.

Times are those of the site's time zone unless an offset is written (RFC 3339, https://www.rfc-editor.org/rfc/rfc3339).
A time that the clock never showed (the hour that summer time skips) is a problem, not a guess.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from kommunalnews.diagnostics import N_, Problem

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400
_FORM = re.compile(
    r"(?P<year>\d{1,4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:T| +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r" *(?P<offset>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_GERMAN = re.compile(
    r"(?P<day>[0-9]{1,2})\. ?(?:(?P<month>[0-9]{1,2})\.|(?P<name>[A-Za-zä]{3,9})\.?) ?(?P<year>[0-9]{4}|[0-9]{2})"
    r"(?:,? (?:um )?(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?: ?Uhr)?| ?Uhr))?"
)
_FARTHEST = 15
"""Hours: no clock was ever farther from UTC (Manila until 1844, Alaska until 1867: 15 h and some minutes)."""


class Moment(msgspec.Struct, frozen=True, order=True, array_like=True):
    """A point in time together with the local clock that it was written by."""

    seconds: int
    """Seconds since 1970-01-01T00:00:00Z; sorts first, so moments sort by time."""
    offset: int = 0
    """Seconds east of UTC on the local clock at that moment."""
    has_time: bool = True
    """False where only a day was written."""

    @property
    def local(self) -> datetime:
        """The aware datetime on the local clock."""
        zone = timezone(timedelta(seconds=self.offset))
        return (_EPOCH + timedelta(seconds=self.seconds + self.offset)).replace(tzinfo=zone)

    @property
    def iso(self) -> str:
        """RFC 3339 with offset in whole minutes, as feeds and ``<time datetime>`` want it."""
        whole = self.offset + -self.offset % 60  # upwards: the calendar's first minute has none before it
        return Moment(self.seconds, whole).local.isoformat()

    @property
    def day(self) -> str:
        """``YYYY-MM-DD`` on the local clock."""
        return self.local.date().isoformat()

    @property
    def year(self) -> int:
        """The year on the local clock."""
        return _year_and_month((self.seconds + self.offset) // _DAY)[0]

    @property
    def month(self) -> int:
        """The month on the local clock, 1 to 12."""
        return _year_and_month((self.seconds + self.offset) // _DAY)[1]


@lru_cache(maxsize=65_536)
def _year_and_month(day: int) -> tuple[int, int]:
    """Of a day, counted from 1970-01-01."""
    found = _EPOCH + timedelta(days=day)
    return found.year, found.month


def from_datetime(value: datetime, zone: "ZoneInfo", *, has_time: bool = True) -> Moment:
    """The moment of an aware datetime, shown on the clock of ``zone``."""
    local = value.astimezone(UTC).astimezone(zone)  # by way of UTC, for an hour that clocks skip may come in
    return _at(local.replace(tzinfo=None, fold=0), local.utcoffset() or timedelta(), has_time=has_time)


def end_of(until: Moment, zone: "ZoneInfo") -> Moment:
    """The first moment after ``until``: a day without time counts to its end, be it 23 or 25 hours long."""
    if until.has_time:
        return until
    following = until.local.date() + timedelta(days=1)
    return from_datetime(datetime(following.year, following.month, following.day, tzinfo=zone), zone)


def parse_moment(text: str, zone: "ZoneInfo") -> Moment | Problem:
    """Read ``2017-11-15``, ``2017-11-15 09:30`` or RFC 3339 with an offset; a Problem says what is wrong with it."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return _unreadable(text, zone)
    part = {name: int(found) for name, found in match.groupdict().items() if found and name != "offset"}
    has_time = "hour" in part
    try:
        naive = datetime(
            part["year"], part["month"], part["day"], part.get("hour", 0), part.get("minute", 0), part.get("second", 0)
        )
    except ValueError:
        return _impossible(text)
    if written := match["offset"]:
        return _at_written_offset(naive, text, written, zone)
    return _on_local_clock(naive, text, zone, has_time=has_time)


def _unreadable(text: str, zone: "ZoneInfo") -> Problem:
    """What to write instead, where the text is a date as Germans write it."""
    message = N_("“{value}” is not a date this site can read")
    remedy = _from_german(text)
    if not remedy:
        return Problem("date-form", message, N_("Write 2017-11-15 or 2017-11-15 09:30"), {"value": text})
    if isinstance(parse_moment(remedy, zone), Problem):
        return _impossible(text)
    return Problem("date-form", message, N_("Write {remedy}"), {"value": text, "remedy": remedy})


def _from_german(text: str) -> str:
    """``15. November 2017, 9.30 Uhr`` as ``2017-11-15 09:30``, or empty."""
    match = _GERMAN.fullmatch(" ".join(text.split())) if len(text) < 100 else None
    if match is None or (match["name"] and match["name"][:3].lower() not in _MONTHS):
        return ""
    month = int(match["month"]) if match["month"] else _MONTHS.index(match["name"][:3].lower()) + 1
    year = match["year"] if len(match["year"]) == 4 else f"20{match['year']}"
    time = f" {int(match['hour']):02}:{match['minute'] or '00'}" if match["hour"] else ""
    return f"{year}-{month:02}-{int(match['day']):02}{time}"


def _impossible(text: str) -> Problem:
    message = N_("“{value}” does not exist in the calendar")
    hint = N_("Check day, month and time: hours go from 00:00 to 23:59")
    return Problem("date-impossible", message, hint, {"value": text})


def _at_written_offset(naive: datetime, text: str, written: str, zone: "ZoneInfo") -> Moment | Problem:
    shift = timedelta()
    if written not in ("Z", "z"):
        digits = written[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:])
        if hours > _FARTHEST or minutes > 59:
            message = N_("“{value}”: no clock is {offset} away from UTC")
            hint = N_("Write the offset like +01:00, or leave it out: times are those of {zone}")
            return Problem("date-impossible", message, hint, {"value": text, "offset": written, "zone": str(zone)})
        shift = timedelta(hours=hours, minutes=minutes) * (-1 if written[0] == "-" else 1)
    seconds = _seconds(naive) - int(shift.total_seconds())
    try:
        local = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    except (OverflowError, ValueError, OSError):  # beyond the first or last day of the calendar over there
        return Moment(seconds, int(shift.total_seconds()))
    return Moment(seconds, int((local.utcoffset() or timedelta()).total_seconds()))


def _on_local_clock(naive: datetime, text: str, zone: "ZoneInfo", *, has_time: bool) -> Moment | Problem:
    offset = naive.replace(tzinfo=zone).utcoffset() or timedelta()
    moment = _at(naive, offset, has_time=has_time)
    try:
        shown = datetime.fromtimestamp(moment.seconds, UTC).astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):  # the first and last day of the calendar: no summer time there
        return moment
    if shown != naive and not has_time:  # where clocks change at midnight, the day begins later
        return from_datetime(shown.replace(tzinfo=zone), zone, has_time=False)
    if shown != naive:
        return Problem(
            "date-impossible",
            N_("“{value}” does not exist: clocks in {zone} skip this hour"),
            N_("Write {remedy}"),
            {"value": text, "zone": str(zone), "remedy": shown.strftime("%Y-%m-%d %H:%M")},
        )
    return moment


def _at(naive: datetime, offset: timedelta, *, has_time: bool) -> Moment:
    shift = int(offset.total_seconds())
    return Moment(_seconds(naive) - shift, shift, has_time)


def _seconds(naive: datetime) -> int:
    return int((naive - _EPOCH).total_seconds())
