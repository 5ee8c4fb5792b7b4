"""All that happened in an enquiry in one line of time: messages of every channel, notes, and appointments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.console.message_view import People, ShownMessage
from service.enquiries.desk_model import Appointment, Note
from service.enquiries.model import Enquiry, Staff


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: exactly one of the three is there. `by` is the member of staff, where it was one."""

    at: datetime
    by: str | None = None
    message: ShownMessage | None = None
    note: Note | None = None
    appointment: Appointment | None = None


def build(
    messages: Sequence[ShownMessage], notes: Iterable[Note], booked: Iterable[Appointment], people: People
) -> list[Entry]:
    """The entries, oldest first; messages keep the order in which they were received."""
    entries = [Entry(item.message.received_at, item.written_down_by, message=item) for item in messages]
    entries += [Entry(note.at, people.get(note.staff_id), note=note) for note in notes]
    entries += [Entry(one.booked_at, people.get(one.booked_by), appointment=one) for one in booked]
    return sorted(entries, key=lambda entry: entry.at)


def notes_of(session: Session, enquiry: Enquiry) -> Sequence[Note]:
    return session.scalars(select(Note).where(Note.enquiry_id == enquiry.id).order_by(Note.id)).all()


def appointments_of(session: Session, enquiry: Enquiry) -> Sequence[Appointment]:
    query = select(Appointment).where(Appointment.enquiry_id == enquiry.id)
    return session.scalars(query.order_by(Appointment.id)).all()


def people_of(
    session: Session, enquiry: Enquiry, notes: Iterable[Note], booked: Iterable[Appointment]
) -> dict[str, str]:
    """The addresses of all who wrote, mended or booked something in the enquiry."""
    ids = {note.staff_id for note in notes} | {one.booked_by for one in booked}
    ids |= {message.logged_by for message in enquiry.messages if message.logged_by}
    ids |= {one.edited_by for message in enquiry.messages for one in message.translations if one.edited_by}
    if not ids:
        return {}
    return {row.id: row.email for row in session.execute(select(Staff.id, Staff.email).where(Staff.id.in_(ids)))}
