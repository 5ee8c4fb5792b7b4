"""Booking: when a patient is expected, in the zone in which the hour was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import claim, states
from service.enquiries.desk_model import Appointment
from service.enquiries.editing import editable
from service.enquiries.inbound import clean_text
from service.enquiries.model import Enquiry, Staff
from service.enquiries.understand import begin_anew
from service.errors import BadInput, Conflict, NotFound

KINDS: Final = ("video", "phone", "visit", "admission", "other")
MAX_NOTE: Final = 1000
MAX_YEARS: Final = 3
_HIDDEN_ZONES: Final = ("Etc/", "SystemV/", "posix/", "right/")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An appointment as it was typed: `day` 2026-12-24, `hour` 09:30 in the IANA `zone`, one of the kinds."""

    day: str
    hour: str
    zone: str
    kind: str
    note: str = ""


def book(session: Session, reference: str, staff: Staff, wanted: Wanted) -> Appointment:
    """Book for one's own enquiry, or one more for an enquiry that is booked already; both stay booked.

    BadInput names the field: "day", "hour", "zone", "kind" or "note". Conflict, Forbidden or NotFound otherwise.
    """
    enquiry = editable(session, reference, staff)
    if enquiry.status == "booked":
        return _add(session, enquiry, staff, wanted, "booked again")
    claim.own(session, reference, staff)
    appointment = _add(session, enquiry, staff, wanted, None)
    states.move(session, enquiry, "book", who=staff.email, detail=_told(appointment))
    return appointment


def rebook(session: Session, reference: str, staff: Staff, appointment_id: str, wanted: Wanted) -> Appointment:
    """Another time in place of the one that was agreed."""
    enquiry = editable(session, reference, staff)
    before = _live(session, enquiry, appointment_id)
    appointment = _add(session, enquiry, staff, wanted, None)
    before.canceled_at = now()
    detail = f"{_told(before)} → {_told(appointment)}"
    states.record(session, enquiry, "rebooked", who=staff.email, detail=detail)
    return appointment


def cancel(session: Session, reference: str, staff: Staff, appointment_id: str) -> Appointment:
    """The appointment does not take place; with no other one left, the enquiry goes back into the queue."""
    enquiry = editable(session, reference, staff)
    appointment = _live(session, enquiry, appointment_id)
    appointment.canceled_at = now()
    states.record(session, enquiry, "appointment canceled", who=staff.email, detail=_told(appointment))
    session.flush()
    if enquiry.status == "booked" and not _ahead(session, enquiry):
        states.move(session, enquiry, "reopen", who=staff.email)
        begin_anew(enquiry, now(), keep_urgency=True)
    return appointment


def moment_of(wanted: Wanted) -> datetime:
    """The moment in UTC; BadInput if there is no such hour in the zone, or if it is over."""
    if wanted.zone not in zones():
        raise BadInput("choose a time zone of the list", field="zone")
    day, hour = _day(wanted.day), _hour(wanted.hour)
    if abs(day.year - now().year) > MAX_YEARS:
        raise BadInput(f"at most {MAX_YEARS} years ahead", field="day")
    local = datetime.combine(day, hour, ZoneInfo(wanted.zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).time() != hour:
        raise BadInput("on this day the clocks go forward over this hour; choose another", field="hour")
    if moment <= now():
        raise BadInput("this moment is over", field="day")
    return moment


@cache
def zones() -> tuple[str, ...]:
    """The IANA names of zones that people live in, UTC first."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(_HIDDEN_ZONES))
    return ("UTC", *sorted(places))


def _add(session: Session, enquiry: Enquiry, staff: Staff, wanted: Wanted, what: str | None) -> Appointment:
    moment, note = moment_of(wanted), clean_text(wanted.note)
    if wanted.kind not in KINDS:
        raise BadInput("choose what it is", field="kind")
    if len(note) > MAX_NOTE:
        raise BadInput(f"the note may have at most {MAX_NOTE} characters", field="note")
    appointment = Appointment(
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        starts_at=moment,
        zone=wanted.zone,
        kind=wanted.kind,
        booked_by=staff.id,
    )
    appointment.note = note or None
    session.add(appointment)
    if what:
        states.record(session, enquiry, what, who=staff.email, detail=_told(appointment))
    return appointment


def _live(session: Session, enquiry: Enquiry, appointment_id: str) -> Appointment:
    """The enquiry's appointment with this id, unless it has been canceled."""
    rows = session.scalars(select(Appointment).where(Appointment.enquiry_id == enquiry.id))
    found = next((row for row in rows if row.id == appointment_id), None)
    if found is None:
        raise NotFound("this enquiry has no such appointment")
    if found.canceled_at is not None:
        raise Conflict("this appointment has been canceled already")
    return found


def _ahead(session: Session, enquiry: Enquiry) -> bool:
    """Whether another appointment is still to come."""
    query = select(Appointment.id).where(
        Appointment.enquiry_id == enquiry.id, Appointment.canceled_at.is_(None), Appointment.starts_at > now()
    )
    return session.scalar(query.limit(1)) is not None


def _told(appointment: Appointment) -> str:
    """For the history: "video 2026-12-24 09:30 Europe/Berlin"."""
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.zone))
    return f"{appointment.kind} {local:%Y-%m-%d %H:%M} {appointment.zone}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput("write the day as 2026-12-24", field="day") from error


def _hour(text: str) -> time:
    try:
        hour = time.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput("write the hour as 09:30", field="hour") from error
    if hour.tzinfo is not None or hour.second or hour.microsecond:
        raise BadInput("write the hour as 09:30", field="hour")
    return hour
