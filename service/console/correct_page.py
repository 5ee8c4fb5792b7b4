"""Mending what was understood of an enquiry, from the page that shows it."""

from __future__ import annotations

from flask import request

from service.console.blueprint import console
from service.console.changes import change
from service.console.enquiry_page import Answer
from service.enquiries.correct import correct
from service.enquiries.inbound import clean_text
from service.enquiries.mend import mend_translation


@console.post("/enquiries/<reference>/correct")
def correct_enquiry(reference: str) -> Answer:
    """Another language, condition, urgency or intent."""
    what, value = request.form.get("what", ""), request.form.get("value", "")
    reason, message_id = clean_text(request.form.get("reason", "")), request.form.get("message_id")
    return change(
        reference,
        lambda session, known, staff: correct(session, known, staff, what, value, reason, message_id=message_id),
        ring=what == "language",
        form=what,
    )


@console.post("/enquiries/<reference>/messages/<message_id>/translation")
def mend_message(reference: str, message_id: str) -> Answer:
    """The translation in the coordinator's words."""
    text, reason = request.form.get("text", ""), clean_text(request.form.get("reason", ""))
    return change(
        reference,
        lambda session, known, staff: mend_translation(session, known, staff, message_id, text, reason),
        ring=True,
        form=message_id,
    )
