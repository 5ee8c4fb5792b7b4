"""Appointments, booked and changed on the enquiry's page, and each as a file for a calendar."""

from __future__ import annotations

from datetime import UTC
from typing import Final
from zoneinfo import ZoneInfo

import icalendar
from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from service.console import labels
from service.console.blueprint import console
from service.console.changes import change
from service.console.enquiry_page import find
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries import book, states
from service.enquiries.book import Wanted
from service.enquiries.desk_model import Appointment
from service.errors import NotFound
from service.parts import parts

_FIELDS: Final = ("day", "hour", "zone", "kind", "note")


@console.post("/enquiries/<reference>/appointments")
def book_appointment(reference: str) -> Answer:
    wanted = _wanted()
    return change(reference, lambda session, known, staff: book.book(session, known, staff, wanted), form="book")


@console.post("/enquiries/<reference>/appointments/<appointment_id>")
def rebook_appointment(reference: str, appointment_id: str) -> Answer:
    wanted = _wanted()
    return change(
        reference,
        lambda session, known, staff: book.rebook(session, known, staff, appointment_id, wanted),
        form=f"book-{appointment_id}",
    )


@console.post("/enquiries/<reference>/appointments/<appointment_id>/cancel")
def cancel_appointment(reference: str, appointment_id: str) -> Answer:
    return change(reference, lambda session, known, staff: book.cancel(session, known, staff, appointment_id))


@console.get("/enquiries/<reference>/appointments/<appointment_id>.ics")
def appointment_file(reference: str, appointment_id: str) -> Response:
    """For the coordinator's calendar: the reference and the hour, and nothing of who the patient is."""
    with parts().database.write() as session:
        enquiry = find(session, reference)
        rows = session.scalars(select(Appointment).where(Appointment.enquiry_id == enquiry.id))
        found = next((row for row in rows if row.id == appointment_id), None)
        if found is None:
            raise NotFound(_("There is no such appointment."))
        states.record(session, enquiry, "appointment taken along", who=signed_in().email)
        content = as_calendar(found, enquiry.reference)
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{enquiry.reference}.ics")
    return answer


def as_calendar(appointment: Appointment, reference: str) -> bytes:
    """RFC 5545, with the rules of its time zone in it."""
    event = icalendar.Event()
    event.add("uid", f"{appointment.id}@dragoman")
    event.add("dtstamp", appointment.booked_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(ZoneInfo(appointment.zone)))
    kind = labels.of(labels.APPOINTMENTS, appointment.kind)
    event.add("summary", _("%(kind)s, enquiry %(reference)s", kind=kind, reference=reference))
    event.add("url", url_for("console.enquiry", reference=reference, _external=True))
    event.add("status", "CANCELLED" if appointment.canceled_at else "CONFIRMED")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Dragoman//Console//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _wanted() -> Wanted:
    return Wanted(**{name: request.form.get(f"book-{name}", "") for name in _FIELDS})
