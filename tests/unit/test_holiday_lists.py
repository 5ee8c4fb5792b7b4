"""Lists of holidays: what a person pastes and what calendar programs write, however broken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import holiday_lists
from service.enquiries.holiday_lists import MAX_NAME, DayOff
from service.errors import BadInput

TODAY = date(2026, 11, 28)


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{number}\r\n{event}\r\nEND:VEVENT\r\n" for number, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{body}END:VCALENDAR\r\n".encode()


def days(*events: str) -> list[str]:
    return [one.day.isoformat() for one in holiday_lists.from_file(ics(*events), TODAY)]


def test_each_line_is_a_day_with_its_name() -> None:
    text = "2026-12-25 Christmas\r\n\n  2026-12-26,  Boxing   Day \n2027-01-01"
    assert holiday_lists.pasted(text, TODAY) == [
        DayOff(date(2026, 12, 25), "Christmas"),
        DayOff(date(2026, 12, 26), "Boxing Day"),
        DayOff(date(2027, 1, 1), "Holiday"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Christmas",
        "25.12.2026",
        "2026-13-01",
        "2026-02-30",
        "2026-12-25Christmas",
        "٢٠٢٦-١٢-٢٥",
        "2025-12-25",
        "2126-12-25",
    ],
)
def test_a_line_that_is_no_day_is_named(line: str) -> None:
    with pytest.raises(BadInput, match="line 2") as refused:
        holiday_lists.pasted(f"2026-12-25\n{line}", TODAY)
    assert refused.value.field == "days"


@given(st.text(max_size=200))
def test_whatever_is_pasted_becomes_days_or_a_clear_answer(text: str) -> None:
    try:
        found = holiday_lists.pasted(text, TODAY)
    except BadInput as refused:
        assert str(refused).startswith("line ")
    else:
        assert all(0 < len(one.name) <= MAX_NAME for one in found)


@given(st.dates(date(2026, 1, 1), TODAY + timedelta(days=1000)), st.text(max_size=200))
def test_a_day_and_any_name_are_kept(day: date, name: str) -> None:
    (found,) = holiday_lists.pasted(f"{day} {' '.join(name.split())}", TODAY)
    assert found.day == day


def test_the_whole_day_events_of_a_calendar_file_are_days_off() -> None:
    event = "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas \\, both days"
    assert holiday_lists.from_file(ics(event), TODAY) == [
        DayOff(date(2026, 12, 25), "Christmas , both days"),
        DayOff(date(2026, 12, 26), "Christmas , both days"),
    ]


def test_an_event_without_an_end_or_a_name_is_one_day() -> None:
    assert holiday_lists.from_file(ics("DTSTART;VALUE=DATE:20270101"), TODAY) == [DayOff(date(2027, 1, 1), "Holiday")]


def test_what_comes_every_year_is_entered_for_five_years() -> None:
    every_year = "DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY"
    assert days(every_year) == [f"{year}-12-25" for year in range(2026, 2031)]
    assert days("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY") == ["2028-02-29"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261225T090000Z\r\nSUMMARY:A meeting",
        "DTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20251225",
        "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=MONTHLY",
        "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYDAY=4TH",
        "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20281225",
        "SUMMARY:no day at all",
    ],
)
def test_what_is_no_day_off_is_left_out(event: str) -> None:
    assert days(event, "DTSTART;VALUE=DATE:20270101") == ["2027-01-01"]
    with pytest.raises(BadInput, match="holds no whole-day events"):
        days(event)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR",
        b"\xff\xfe\x00",
        b"<html></html>",
        ics("DTSTART:garbage"),
        b"x" * (1024 * 1024 + 1),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        holiday_lists.from_file(raw, TODAY)
    assert refused.value.field == "file"


_PROPERTY = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY", "STATUS", "DTSTART;VALUE=DATE", "RDATE"]
)
_VALUE = st.sampled_from(["20261225", "P1D", "-P9999999D", "FREQ=YEARLY", "99991231", "00010101", "", "x"]) | st.text(
    max_size=20
)
_LINES = st.lists(st.tuples(_PROPERTY, _VALUE).map(":".join), max_size=6)


@given(_LINES, st.binary(max_size=30))
def test_whatever_a_file_holds_it_becomes_days_or_a_clear_answer(lines: list[str], noise: bytes) -> None:
    raw = ics("\r\n".join(lines)).replace(b"UID:0", b"UID:0" + noise)
    try:
        found = holiday_lists.from_file(raw, TODAY)
    except BadInput as refused:
        assert refused.field == "file"
    else:
        assert found == sorted(found, key=lambda one: one.day)
