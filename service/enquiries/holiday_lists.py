"""Reading lists of holidays: pasted lines such as "2026-12-25 Christmas", and calendar files (RFC 5545)."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import icalendar

from service.enquiries.hours import DAY
from service.enquiries.inbound import clean_text
from service.errors import BadInput

MAX_BYTES: Final = 1024 * 1024
MAX_NAME: Final = 80
UNNAMED: Final = "Holiday"
#: Days further away than that are more likely a slip than a plan.
AHEAD: Final = timedelta(days=5 * 366)
#: A longer "holiday" in a file is no day off, but something else.
LONGEST: Final = timedelta(days=60)
_LINE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[\s,;:]+(.*))?")
_NO_FILE: Final = "this is no calendar file (.ics) that can be read"


@dataclass(frozen=True, slots=True)
class DayOff:
    """One day on which a clinic does not work."""

    day: date
    name: str


def pasted(text: str, today: date) -> list[DayOff]:
    """A day in each line; `BadInput` names the first line that is none. Empty lines are passed over."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    return [_line(number, line, today) for number, line in lines if line]


def _line(number: int, line: str, today: date) -> DayOff:
    found = _LINE.fullmatch(line)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise BadInput(f"line {number} does not begin with a date such as 2026-12-25", field="days")
    if not _is_near(day, today):
        raise BadInput(f"line {number}: {day} is over, or more than five years away", field="days")
    return DayOff(day, _name(found[2] or ""))


def from_file(raw: bytes, today: date) -> list[DayOff]:
    """The whole-day events of a calendar file, from this year on; those of every year until five years from now.

    `BadInput` if it is no calendar file, or holds no such day.
    """
    if len(raw) > MAX_BYTES:
        raise BadInput("the calendar file is larger than 1 MB", field="file")
    try:
        calendars = icalendar.Calendar.from_ical(raw, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
        days = {found.day: found for event in events for found in _event(event, today)}
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise BadInput(_NO_FILE, field="file") from error
    if not days:
        raise BadInput("the file holds no whole-day events from this year on", field="file")
    return [days[day] for day in sorted(days)]


def _event(event: Any, today: date) -> Iterator[DayOff]:
    """The days of one event; none if it is called off, has an hour, or repeats in another way than every year."""
    if "DTSTART" not in event or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    start, end = event.start, event.end
    if isinstance(start, datetime) or isinstance(end, datetime) or end - start > LONGEST:
        return
    name = _name(str(event.get("SUMMARY", "")))
    for first in _repeated(start, event.get("RRULE"), today):
        for number in range(max((end - start).days, 1)):
            day = first + number * DAY
            if _is_near(day, today):
                yield DayOff(day, name)


def _repeated(start: date, rule: Any, today: date) -> list[date]:
    if rule is None:
        return [start]
    if (
        rule.get("FREQ") != ["YEARLY"]
        or not {"FREQ", "INTERVAL", "WKST"} >= set(rule)
        or rule.get("INTERVAL", [1]) != [1]
    ):
        return []
    years = range(max(start.year, today.year - 1), (today + AHEAD).year + 1)
    return [start.replace(year=year) for year in years if (start.month, start.day) != (2, 29) or isleap(year)]


def _is_near(day: date, today: date) -> bool:
    return date(today.year, 1, 1) <= day <= today + AHEAD


def _name(text: str) -> str:
    return " ".join(clean_text(text).split())[:MAX_NAME].strip() or UNNAMED
