"""Business time: opening hours in the clinic's own zone, through weekends, holidays and changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import hours as business
from service.enquiries.hours import Hours

WEEK: Final = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LONDON: Final = business.read("Europe/London", WEEK, [date(2026, 12, 25), date(2026, 12, 28)])
ZONES: Final = ("Europe/London", "America/New_York", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS: Final = st.timedeltas(timedelta(), timedelta(days=729)).map(lambda since: START + since)
DURATIONS: Final = st.timedeltas(timedelta(), timedelta(days=3))


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    cuts = draw(st.lists(st.integers(0, 1440), max_size=4, unique=True).map(sorted))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


CALENDARS: Final = st.builds(
    Hours,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.tuples(*[day_hours()] * 7),
    st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
)


def at(text: str, zone: str = "Europe/London") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-30 09:00", "2026-11-30 09:00"),
        ("2026-11-30 16:59", "2026-11-30 16:59"),
        ("2026-11-30 17:00", "2026-12-01 09:00"),
        ("2026-11-28 12:00", "2026-11-30 09:00"),  # a Saturday
        ("2026-12-24 18:00", "2026-12-29 09:00"),  # Christmas on a Friday, its Monday, and the days between
    ],
)
def test_the_clinic_opens_next_when_its_calendar_says_so(moment: str, opens: str) -> None:
    assert business.next_open(LONDON, at(moment)) == at(opens)
    assert business.is_open(LONDON, at(moment)) == (moment == opens)


@pytest.mark.parametrize(
    ("moment", "open_hours", "then"),
    [
        ("2026-11-30 10:00", 2, "2026-11-30 12:00"),
        ("2026-11-30 16:00", 2, "2026-12-01 10:00"),
        ("2026-11-27 16:30", 1, "2026-11-30 09:30"),  # over the weekend
        ("2026-11-30 03:00", 8, "2026-11-30 17:00"),
        ("2026-12-24 16:00", 2, "2026-12-29 10:00"),
    ],
)
def test_open_hours_are_counted_while_the_clinic_is_open(moment: str, open_hours: int, then: str) -> None:
    assert business.add_business(LONDON, at(moment), timedelta(hours=open_hours)) == at(then)


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2026-11-30 10:20", "2026-12-01 10:20"),
        ("2026-11-27 16:30", "2026-11-30 16:30"),
        ("2026-11-28 12:00", "2026-12-01 09:00"),  # as if it had come on Monday morning
        ("2026-12-24 11:00", "2026-12-29 11:00"),
    ],
)
def test_one_business_day_later_it_is_as_long_after_opening(moment: str, then: str) -> None:
    assert business.next_business_day(LONDON, at(moment)) == at(then)


def test_on_a_short_day_a_business_day_ends_at_closing_time() -> None:
    week = {"mon": [["09:00", "17:00"]], "tue": [["09:00", "12:00"]]}
    hours = business.read("Europe/London", week)
    assert business.next_business_day(hours, at("2026-11-30 15:00")) == at("2026-12-01 12:00")


def test_a_break_at_noon_is_closed_time() -> None:
    hours = business.read("Europe/London", {"mon": [["13:00", "17:00"], ["09:00", "12:00"]]})
    assert not business.is_open(hours, at("2026-11-30 12:30"))
    assert business.add_business(hours, at("2026-11-30 11:30"), timedelta(hours=1)) == at("2026-11-30 13:30")


def test_hours_to_midnight_go_on_with_those_of_the_next_day() -> None:
    hours = business.read("Europe/London", {"mon": [["20:00", "24:00"]], "tue": [["00:00", "02:00"]]})
    assert business.add_business(hours, at("2026-11-30 23:00"), timedelta(hours=2)) == at("2026-12-01 01:00")


def test_opening_hours_follow_the_clocks_of_the_clinic() -> None:
    before, after = at("2026-10-23 18:00"), at("2026-10-25 18:00")  # the clocks go back on the 25th
    assert business.next_open(LONDON, before) == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert business.next_open(LONDON, at("2026-10-22 18:00")) == datetime(2026, 10, 23, 8, tzinfo=UTC)
    assert business.next_open(LONDON, after) == datetime(2026, 10, 26, 9, tzinfo=UTC)


def test_an_hour_that_the_clocks_repeat_is_open_both_times() -> None:
    night = business.read("Europe/London", {"sun": [["01:00", "02:00"]]})
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert business.add_business(night, start, timedelta(hours=2)) == datetime(2026, 10, 25, 2, tzinfo=UTC)


def test_an_opening_in_the_hour_that_is_left_out_comes_later_that_day() -> None:
    night = business.read("Europe/London", {"sun": [["01:30", "03:00"]]})
    assert business.next_open(night, at("2026-03-29 00:00")) == at("2026-03-29 02:30")
    only = business.read("Europe/London", {"sun": [["01:30", "02:00"]]})
    assert business.next_open(only, at("2026-03-29 00:00")) == at("2026-04-05 01:30")


@pytest.mark.parametrize("hours", [None, business.read("UTC", {}), business.read("UTC", {}, [date(2026, 11, 30)])])
def test_a_clinic_without_hours_never_closes(hours: Hours | None) -> None:
    moment = at("2026-11-28 03:00")
    assert business.is_open(hours, moment)
    assert business.add_business(hours, moment, timedelta(hours=2)) == moment + timedelta(hours=2)
    assert business.next_business_day(hours, moment) == moment + timedelta(hours=24)


@pytest.mark.parametrize("text", ["", "9", "9:5", "24:01", "25:00", "09:60", "-1:00", "٠٩:٠٠", "09:00:00", "a:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        business.minutes(text)


@given(CALENDARS, MOMENTS, DURATIONS)
def test_time_only_goes_forward_and_ends_while_the_clinic_is_open(
    hours: Hours, moment: datetime, duration: timedelta
) -> None:
    opens = business.next_open(hours, moment)
    assert opens >= moment
    assert business.is_open(hours, opens)
    done = business.add_business(hours, moment, duration)
    assert done >= opens + duration
    assert duration == timedelta() or business.is_open(hours, done - timedelta(microseconds=1))
    assert business.next_business_day(hours, moment) > moment


@given(CALENDARS, MOMENTS, MOMENTS, DURATIONS)
def test_what_comes_later_is_never_due_sooner(
    hours: Hours, first: datetime, second: datetime, duration: timedelta
) -> None:
    first, second = sorted((first, second))
    assert business.next_open(hours, first) <= business.next_open(hours, second)
    assert business.add_business(hours, first, duration) <= business.add_business(hours, second, duration)
    assert business.next_business_day(hours, first) <= business.next_business_day(hours, second)


@given(CALENDARS, MOMENTS, DURATIONS, DURATIONS)
def test_open_time_adds_up(hours: Hours, moment: datetime, first: timedelta, second: timedelta) -> None:
    at_once = business.add_business(hours, moment, first + second)
    in_parts = business.add_business(hours, business.add_business(hours, moment, first), second)
    assert at_once == in_parts or second == timedelta()


@given(CALENDARS, MOMENTS)
def test_on_a_holiday_the_clinic_is_closed(hours: Hours, moment: datetime) -> None:
    if hours.never_closes:
        return
    assert business.next_open(hours, moment).astimezone(hours.zone).date() not in hours.holidays
