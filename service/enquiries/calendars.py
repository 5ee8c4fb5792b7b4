"""The clinic's calendars: their hours and holidays as a lead writes them, and who works by which."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from service.enquiries import hours as business
from service.enquiries.book import zones
from service.enquiries.desk_model import Calendar, Holiday
from service.enquiries.holiday_lists import DayOff
from service.enquiries.hours import DAYS
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput, Conflict, NotFound
from service.storage.tables import is_id

MAX_NAME: Final = 80
MAX_HOURS: Final = 200
MOST: Final = 50
MOST_HOLIDAYS: Final = 1000
_SPAN: Final = re.compile(r"(\d{1,2}(?:[:.]\d{2})?)\s*[-–—]\s*(\d{1,2}(?:[:.]\d{2})?)", re.ASCII)
_EXAMPLE: Final = "write hours such as 09:00-17:30, or 09:00-12:00, 13:00-18:00; nothing for a day off"


def every(session: Session) -> list[Calendar]:
    """The calendars, the default one first."""
    return list(session.scalars(select(Calendar).order_by(Calendar.is_default.desc(), Calendar.name)))


def one(session: Session, calendar_id: str) -> Calendar:
    """A calendar with its holidays; `NotFound` if there is none."""
    query = select(Calendar).where(Calendar.id == calendar_id).options(selectinload(Calendar.holidays))
    found = session.scalar(query) if is_id(calendar_id) else None
    if found is None:
        raise NotFound("there is no such calendar")
    return found


def create(
    session: Session, staff: Staff, name: str, zone: str, week: Mapping[str, str], *, is_default: bool
) -> Calendar:
    """A new calendar. BadInput names the field that is at fault; Conflict if there are too many."""
    if len(every(session)) >= MOST:
        raise Conflict(f"there are {MOST} calendars already; delete or change one of them")
    calendar = Calendar(holidays=[])
    _write(session, calendar, name, zone, week, is_default=is_default)
    session.add(calendar)
    _record(session, staff, "calendar created")
    session.flush()
    return calendar


def change(
    session: Session, staff: Staff, calendar_id: str, name: str, zone: str, week: Mapping[str, str], *, is_default: bool
) -> None:
    """Other hours, from now on: what is due already stays so."""
    _write(session, one(session, calendar_id), name, zone, week, is_default=is_default)
    _record(session, staff, "calendar changed")


def delete(session: Session, staff: Staff, calendar_id: str) -> None:
    """Those who worked by it work by the default calendar then."""
    session.execute(update(Staff).where(Staff.calendar_id == calendar_id).values(calendar_id=None))
    calendar = one(session, calendar_id)
    for holiday in calendar.holidays:
        session.delete(holiday)
    session.flush()
    session.delete(calendar)
    _record(session, staff, "calendar deleted")


def add_holidays(session: Session, staff: Staff, calendar_id: str, days: Collection[DayOff]) -> int:
    """Days off; one that is known keeps its place and gets the new name. How many are new."""
    calendar = one(session, calendar_id)
    known = {holiday.day: holiday for holiday in calendar.holidays}
    fresh = {one.day: one.name for one in days if one.day not in known}
    if len(known) + len(fresh) > MOST_HOLIDAYS:
        raise BadInput(f"a calendar may hold at most {MOST_HOLIDAYS} holidays", field="days")
    for one_day in days:
        if one_day.day in known:
            known[one_day.day].name = one_day.name
    calendar.holidays.extend(Holiday(day=day, name=name) for day, name in fresh.items())
    _record(session, staff, "holidays added")
    return len(fresh)


def remove_holiday(session: Session, staff: Staff, calendar_id: str, holiday_id: str) -> None:
    holiday = next((day for day in one(session, calendar_id).holidays if day.id == holiday_id), None)
    if holiday is None:
        raise Conflict("somebody has removed this holiday already")
    session.delete(holiday)
    _record(session, staff, "holiday removed")


def set_members(session: Session, staff: Staff, calendar_id: str, staff_ids: Collection[str]) -> None:
    """Who works by this calendar; everybody else who did works by the default one."""
    one(session, calendar_id)
    session.execute(update(Staff).where(Staff.calendar_id == calendar_id).values(calendar_id=None))
    known = [staff_id for staff_id in session.scalars(select(Staff.id)) if staff_id in staff_ids]
    session.execute(update(Staff).where(Staff.id.in_(known)).values(calendar_id=calendar_id))
    _record(session, staff, "working hours assigned")


def week_of(texts: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """The hours as they are stored, from what was typed for each weekday."""
    return {day: spans for day in DAYS if (spans := _day(day, texts.get(day, "")))}


def as_typed(spans: Sequence[Sequence[str]]) -> str:
    """ "09:00-12:00, 13:00-18:00": what `week_of` reads."""
    return ", ".join("-".join(span) for span in spans)


def _write(
    session: Session, calendar: Calendar, name: str, zone: str, week: Mapping[str, str], *, is_default: bool
) -> None:
    calendar.name = _free_name(session, calendar, name)
    if zone not in zones():
        raise BadInput("choose the time zone of the clinic", field="zone")
    calendar.zone, calendar.hours = zone, week_of(week)
    if is_default:
        session.execute(update(Calendar).values(is_default=False))
    calendar.is_default = is_default


def _free_name(session: Session, calendar: Calendar, name: str) -> str:
    name = " ".join(clean_text(name).split())
    if not 0 < len(name) <= MAX_NAME:
        raise BadInput(f"give the calendar a name of at most {MAX_NAME} characters", field="name")
    same = select(Calendar.id).where(func.lower(Calendar.name) == name.lower(), Calendar.id != calendar.id)
    with session.no_autoflush:
        if session.scalar(same.limit(1)) is not None:
            raise BadInput("another calendar has this name", field="name")
    return name


def _day(day: str, text: str) -> list[list[str]]:
    pieces = [piece.strip() for piece in text.split(",")] if text.strip() else []
    found = [_SPAN.fullmatch(piece) for piece in pieces]
    if len(text) > MAX_HOURS or None in found:
        raise BadInput(_EXAMPLE, field=day)
    spans = sorted([_time(day, match[1]), _time(day, match[2])] for match in found if match)
    ends = [time for span in spans for time in span]
    if any(business.minutes(later) <= business.minutes(earlier) for earlier, later in pairwise(ends)):
        raise BadInput("each time must be later than the one before it; hours end at 24:00 at the latest", field=day)
    return spans


def _time(day: str, text: str) -> str:
    """ "9", "9.30" and "09:30" as "09:00" and "09:30"."""
    hour, _, minute = text.replace(".", ":").partition(":")
    time = f"{int(hour):02}:{minute or '00'}"
    try:
        business.minutes(time)
    except ValueError as error:
        raise BadInput(_EXAMPLE, field=day) from error
    return time


def _record(session: Session, staff: Staff, what: str) -> None:
    session.add(AuditEvent(who=staff.email, what=what))
