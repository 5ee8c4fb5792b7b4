"""Writing a note for colleagues: it stands in the enquiry, and no patient ever reads it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from service.enquiries import states
from service.enquiries.desk_model import Note
from service.enquiries.editing import readable
from service.enquiries.inbound import clean_text
from service.enquiries.model import Staff
from service.errors import BadInput

MAX_NOTE: Final = 5000


def add_note(session: Session, reference: str, staff: Staff, text: str) -> Note:
    """Keep a note, whoever has claimed the enquiry. BadInput if it is empty or too long, Forbidden or NotFound."""
    words = clean_text(text)
    if not words:
        raise BadInput("write something first", field="note-text")
    if len(words) > MAX_NOTE:
        raise BadInput(f"a note may have at most {MAX_NOTE} characters", field="note-text")
    enquiry = readable(session, reference, staff)
    note = Note(enquiry_id=enquiry.id, patient_id=enquiry.patient_id, staff_id=staff.id)
    note.text = words
    session.add(note)
    states.record(session, enquiry, "note", who=staff.email)
    return note
