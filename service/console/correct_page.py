"""Mending what was understood of an enquiry, from the page that shows it."""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from service.console.blueprint import console
from service.console.changes import change
from service.console.enquiry_page import Answer
from service.enquiries import fact_values
from service.enquiries.correct import correct
from service.enquiries.correct_fact import remove_fact, set_fact
from service.enquiries.correct_person import Person, correct_person, person_of
from service.enquiries.inbound import clean_text
from service.enquiries.mend import mend_translation
from service.enquiries.model import Staff
from service.enquiries.move import move_to_new_person


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


@console.post("/enquiries/<reference>/facts")
def correct_enquiry_fact(reference: str) -> Answer:
    """A fact set, or with `remove` taken out."""
    key, typed, reason = (request.form.get(name, "") for name in ("key", "value", "reason"))
    removed = "remove" in request.form

    def step(session: Session, known: str, staff: Staff) -> None:
        if removed:
            remove_fact(session, known, staff, key, clean_text(reason))
        else:
            set_fact(session, known, staff, key, typed, clean_text(reason))

    return change(reference, step, form=f"fact-{key}" if key in fact_values.KEYS else "fact", anchor="facts-title")


@console.post("/enquiries/<reference>/person")
def correct_enquiry_person(reference: str) -> Answer:
    """Name, country and language of the person."""
    return change(
        reference,
        lambda session, known, staff: correct_person(session, known, staff, _person()),
        form="person",
        anchor="person-title",
    )


@console.post("/enquiries/<reference>/other-person")
def move_enquiry(reference: str) -> Answer:
    """The enquiry is about somebody else, who is reached the same way."""
    reason = clean_text(request.form.get("reason", ""))
    return change(
        reference,
        lambda session, known, staff: move_to_new_person(session, known, staff, _person(), reason),
        form="other",
        anchor="person-title",
    )


def _person() -> Person:
    return person_of(*(request.form.get(name, "") for name in ("name", "country", "language")))
