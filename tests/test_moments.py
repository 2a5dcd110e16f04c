"""Claims about dates and times as editors write them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunalnews.diagnostics import Problem
from kommunalnews.moments import Moment, from_datetime, parse_moment
from kommunalnews.rendering.filters import rfc822

BERLIN = ZoneInfo("Europe/Berlin")


def moment(text: str, zone: ZoneInfo = BERLIN) -> Moment:
    found = parse_moment(text, zone)
    assert isinstance(found, Moment), found
    return found


def problem(text: str, zone: ZoneInfo = BERLIN) -> Problem:
    found = parse_moment(text, zone)
    assert isinstance(found, Problem), found
    return found


def test_a_day_alone_is_that_day_without_a_time() -> None:
    assert moment("2017-11-15").iso == "2017-11-15T00:00:00+01:00"
    assert not moment("2017-11-15").has_time


@pytest.mark.parametrize("text", ["2017-11-15 9:30", "2017-11-15 09:30", "2017-11-15T09:30:00", "2017-11-15t09:30"])
def test_times_are_those_of_the_site(text: str) -> None:
    assert moment(text).iso == "2017-11-15T09:30:00+01:00"


@pytest.mark.parametrize("text", ["2017-11-15T08:30:00Z", "2017-11-15 08:30z", "2017-11-15T03:30:00-05:00"])
def test_a_written_offset_counts_and_is_shown_on_the_local_clock(text: str) -> None:
    assert moment(text) == moment("2017-11-15 09:30")


@pytest.mark.parametrize("text", ["2017-09-31", "2017-02-29", "2017-11-15 24:10", "2017-13-01", "0000-01-01"])
def test_what_no_calendar_has_is_impossible(text: str) -> None:
    assert problem(text).code == "date-impossible"


def test_the_hour_that_summer_time_skips_does_not_exist() -> None:
    found = problem("2018-03-25 02:30")
    assert found.code == "date-impossible"
    assert found.arguments["remedy"] == "2018-03-25 03:30"


def test_the_hour_that_comes_twice_means_the_first() -> None:
    assert moment("2018-10-28 02:30").iso == "2018-10-28T02:30:00+02:00"


def test_a_day_that_begins_at_one_o_clock_is_a_day_all_the_same() -> None:
    found = moment("2017-10-15", ZoneInfo("America/Sao_Paulo"))
    assert (found.day, found.has_time) == ("2017-10-15", False)


@pytest.mark.parametrize("offset", ["+99:99", "-24:00", "+01:60"])
def test_offsets_that_no_clock_ever_had_are_refused(offset: str) -> None:
    assert problem(f"2017-11-15 09:30{offset}").code == "date-impossible"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("15.11.2017", "2017-11-15"),
        ("5.1.2017", "2017-01-05"),
        ("15.11.17", "2017-11-15"),
        ("15. November 2017", "2017-11-15"),
        ("1. März 2017, 9.30 Uhr", "2017-03-01 09:30"),
        ("15.11.2017 um 9 Uhr", "2017-11-15 09:00"),
    ],
)
def test_a_german_date_gets_its_own_remedy(text: str, remedy: str) -> None:
    found = problem(text)
    assert found.code == "date-form"
    assert found.arguments["remedy"] == remedy


def test_no_remedy_is_offered_that_would_fail_again() -> None:
    assert problem("31.9.2017").code == "date-impossible"


@pytest.mark.parametrize(
    "text", ["", "gestern", "2017", "11/15/2017", "٢٠١٧-١١-١٥", "１５.１１.２０１７", "2017-11-15 9 Uhr"]
)
def test_everything_else_is_told_the_form(text: str) -> None:
    assert problem(text).code == "date-form"


@pytest.mark.parametrize(
    "text",
    ["1-01-01 00:00", "9999-12-31 23:59:59", "9999-12-31T23:30:00Z", "9999-12-31 23:59-14:00", "1-1-1 00:00+14:00"],
)
def test_the_ends_of_the_calendar_can_be_shown(text: str) -> None:
    found = moment(text)
    assert found.iso
    assert found.year in (1, 9999)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(BERLIN)))
def test_what_a_moment_says_reads_back_as_itself(value: datetime) -> None:
    if (value.utcoffset() or timedelta()).total_seconds() % 60:
        return
    value = value.replace(microsecond=0)  # an hour that clocks skip is shown as the one after it
    there = from_datetime(value, BERLIN)
    assert moment(there.iso) == there


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9:]{1,8}([+-][0-9:]{1,5})?)?"))
def test_no_text_makes_it_raise(text: str) -> None:
    found = parse_moment(text, BERLIN)
    if isinstance(found, Moment):
        assert found.iso


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2017-11-15 09:30", "Wed, 15 Nov 2017 09:30:00 +0100"),
        ("2018-07-01", "Sun, 01 Jul 2018 00:00:00 +0200"),
        ("1890-01-01", "Wed, 01 Jan 1890 00:00:32 +0054"),  # the clock of Berlin was 53 min 28 s ahead
    ],
)
def test_rss_has_offsets_of_four_digits_whatever_the_clock_was(text: str, said: str) -> None:
    assert rfc822(moment(text)) == said
