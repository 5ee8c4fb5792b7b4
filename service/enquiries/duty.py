"""Who is on duty: by their own word, and within the hours of their calendar or the clinic's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import deadlines
from service.enquiries import hours as business
from service.enquiries.desk_model import Calendar
from service.enquiries.hours import Hours
from service.enquiries.model import Staff
from service.roles import Role

#: Those who may act for a patient.
ACTING: Final[tuple[Role, ...]] = ("coordinator", "lead", "admin")


def on_duty(session: Session, moment: datetime, roles: Sequence[Role] = ACTING) -> list[Staff]:
    """Members with one of these roles who are at work at this moment."""
    willing = [staff for staff in active(session, roles) if staff.on_duty]
    kept: dict[str | None, Hours | None] = {}
    for calendar_id in {staff.calendar_id for staff in willing}:
        kept[calendar_id] = _hours(session, calendar_id)
    return [staff for staff in willing if business.is_open(kept[staff.calendar_id], moment)]


def active(session: Session, roles: Sequence[Role]) -> list[Staff]:
    """Members with one of these roles, at work or not."""
    return list(session.scalars(select(Staff).where(Staff.active, Staff.role.in_(roles)).order_by(Staff.email)))


def _hours(session: Session, calendar_id: str | None) -> Hours | None:
    calendar = session.get(Calendar, calendar_id) if calendar_id else None
    return deadlines.hours_of(session, calendar) if calendar else deadlines.clinic_hours(session)
