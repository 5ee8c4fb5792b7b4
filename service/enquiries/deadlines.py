"""By when an enquiry wants its answer: by its urgency, counted in the hours of the clinic's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, cast

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import hours as business
from service.enquiries.desk_model import Calendar, Holiday
from service.enquiries.hours import Hours

Standing = Literal["later", "soon", "over"]

#: For a clinic that never closes. An emergency waits no longer anywhere.
ANSWER_WITHIN: Final[Mapping[str, timedelta]] = {
    "emergency": timedelta(minutes=5),
    "urgent": timedelta(hours=2),
    "routine": timedelta(hours=24),
}
#: Something urgent may wait for the clinic to open, but not for longer than this.
URGENT_AT_MOST: Final = timedelta(hours=12)
#: So long before the deadline an answer is due soon: a quarter of its time, half an hour at the least.
SOON: Final[Mapping[str, timedelta]] = {
    urgency: max(within / 4, timedelta(minutes=30)) for urgency, within in ANSWER_WITHIN.items()
}
_KEPT: Final = "clinic_hours"
#: Holidays before that have no say in a deadline that is set now.
_HOLIDAYS_SINCE: Final = timedelta(days=3)

log = structlog.get_logger()


def due_at(hours: Hours | None, urgency: str, since: datetime) -> datetime:
    """When an answer is due that has been waited for since this moment: 5 minutes for an emergency at any hour, two
    open hours for what is urgent, one business day for the rest; without a calendar 2 and 24 hours."""
    if urgency == "emergency":
        return since + ANSWER_WITHIN[urgency]
    if urgency == "urgent":
        return min(business.add_business(hours, since, ANSWER_WITHIN[urgency]), since + URGENT_AT_MOST)
    return business.next_business_day(hours, since)


def answer_due(session: Session | None, urgency: str, since: datetime) -> datetime:
    """The same by the calendar in the database. An emergency does not ask for it."""
    return due_at(None if urgency == "emergency" else clinic_hours(session), urgency, since)


def clinic_hours(session: Session | None) -> Hours | None:
    """The hours of the default calendar, read once in a transaction; None if there is none."""
    if session is None:
        return None
    if _KEPT not in session.info:
        with session.no_autoflush:
            calendar = session.scalar(select(Calendar).where(Calendar.is_default).limit(1))
            session.info[_KEPT] = hours_of(session, calendar) if calendar else None
    return cast("Hours | None", session.info[_KEPT])


def hours_of(session: Session, calendar: Calendar) -> Hours | None:
    """A calendar that cannot be read must not keep a message out: it is as if there were none."""
    since = (now() - _HOLIDAYS_SINCE).date()
    days = select(Holiday.day).where(Holiday.calendar_id == calendar.id, Holiday.day >= since)
    try:
        return business.read(calendar.zone, calendar.hours, session.scalars(days).all())
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        log.error("a calendar cannot be read", calendar=calendar.id, error=type(error).__name__)
        return None


def standing(urgency: str, due: datetime, moment: datetime) -> Standing:
    """Whether an answer is over its time, due soon, or later."""
    if due < moment:
        return "over"
    return "soon" if due - moment <= SOON[urgency] else "later"
