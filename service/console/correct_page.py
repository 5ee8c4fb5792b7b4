"""Mending what was understood of an enquiry, from the page that shows it."""

from __future__ import annotations

from typing import Final

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.console.blueprint import console
from service.console.changes import change
from service.console.pages import Answer
from service.enquiries import fact_values
from service.enquiries.correct import correct
from service.enquiries.correct_fact import remove_fact, set_fact
from service.enquiries.correct_person import Person, correct_person, person_of
from service.enquiries.inbound import clean_text
from service.enquiries.mend import mend_translation
from service.enquiries.model import Staff
from service.enquiries.move import move_to_new_person
from service.errors import BadInput

MAX_REASON: Final = 1000


@console.post("/enquiries/<reference>/correct")
def correct_enquiry(reference: str) -> Answer:
    """Another language, condition, urgency or intent."""
    what, value = request.form.get("what", ""), request.form.get("value", "")
    message_id = request.form.get("message_id")
    return change(
        reference,
        lambda session, known, staff: correct(session, known, staff, what, value, _reason(), message_id=message_id),
        ring=what == "language",
        form=what,
    )


@console.post("/enquiries/<reference>/messages/<message_id>/translation")
def mend_message(reference: str, message_id: str) -> Answer:
    """The translation in the coordinator's words."""
    text = request.form.get("text", "")
    return change(
        reference,
        lambda session, known, staff: mend_translation(session, known, staff, message_id, text, _reason()),
        ring=True,
        form=message_id,
    )


@console.post("/enquiries/<reference>/facts")
def correct_enquiry_fact(reference: str) -> Answer:
    """A fact set, or with `remove` taken out."""
    key, typed = request.form.get("key", ""), request.form.get("value", "")
    removed = "remove" in request.form

    def step(session: Session, known: str, staff: Staff) -> None:
        if removed:
            remove_fact(session, known, staff, key, _reason())
        else:
            set_fact(session, known, staff, key, typed, _reason())

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
    return change(
        reference,
        lambda session, known, staff: move_to_new_person(session, known, staff, _person(), _reason()),
        form="other",
        anchor="person-title",
    )


def _reason() -> str:
    reason = clean_text(request.form.get("reason", ""))
    if len(reason) > MAX_REASON:
        raise BadInput(_("At most %(count)s characters.", count=MAX_REASON), field="reason")
    return reason


def _person() -> Person:
    return person_of(*(request.form.get(name, "") for name in ("name", "country", "language")))
