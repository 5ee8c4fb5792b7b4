"""Notes for colleagues, written on the enquiry's page."""

from __future__ import annotations

from flask import request

from service.console.blueprint import console
from service.console.changes import change
from service.console.pages import Answer
from service.enquiries.note import add_note


@console.post("/enquiries/<reference>/notes")
def add_enquiry_note(reference: str) -> Answer:
    text = request.form.get("note-text", "")
    return change(reference, lambda session, known, staff: add_note(session, known, staff, text), anchor="notes")
