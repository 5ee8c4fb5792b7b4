"""What the pages of the calendars show: hours as they are typed and in brief, and whether a clinic is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import calendars as calendars_of
from service.enquiries import deadlines
from service.enquiries import hours as business
from service.enquiries.desk_model import Calendar
from service.enquiries.hours import DAYS

DAY_NAMES: Final = {
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
}


def brief(found: Calendar) -> list[tuple[str, str]]:
    """The open days, those that follow each other with the same hours together: "Monday–Friday" and "09:00-17:00"."""
    runs: list[tuple[list[str], str]] = []
    for day in DAYS:
        hours = calendars_of.as_typed(found.hours.get(day, ()))
        if runs and runs[-1][1] == hours:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    return [
        ("–".join(str(DAY_NAMES[day]) for day in dict.fromkeys((days[0], days[-1]))), hours)
        for days, hours in runs
        if hours
    ]


def values(found: Calendar) -> Mapping[str, str]:
    """What the fields of the form hold."""
    week = {day: calendars_of.as_typed(found.hours.get(day, ())) for day in DAYS}
    return {"name": found.name, "zone": found.zone, "is_default": "yes" if found.is_default else "", **week}


def opening(session: Session, found: Calendar) -> str:
    """Whether it is open at this moment, in words."""
    hours = deadlines.hours_of(session, found)
    if hours is None or hours.never_closes:
        return str(_("never closes"))
    opens = business.next_open(hours, now())
    if opens <= now():
        return str(_("open now"))
    return str(_("opens %(when)s", when=opens.astimezone(hours.zone).strftime("%a %d %b, %H:%M")))
