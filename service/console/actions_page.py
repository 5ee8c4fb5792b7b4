"""Taking an enquiry in hand, and giving it out of the hand again: the buttons at the top of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.console import labels, moments
from service.console.blueprint import console
from service.console.changes import change
from service.console.pages import Answer
from service.enquiries import assign, claim, end, snooze
from service.enquiries.inbound import clean_text
from service.enquiries.model import Enquiry, Staff
from service.errors import BadInput

MAX_NOTE: Final = 1000


@console.post("/enquiries/<reference>/claim")
def claim_enquiry(reference: str) -> Answer:
    return change(reference, claim.claim)


@console.post("/enquiries/<reference>/take-over")
def take_over_enquiry(reference: str) -> Answer:
    reason = request.form.get("why", "")
    return change(reference, lambda session, it, staff: claim.take_over(session, it, staff, reason), form="take-over")


@console.post("/enquiries/<reference>/release")
def release_enquiry(reference: str) -> Answer:
    return change(reference, claim.release)


@console.post("/enquiries/<reference>/assign")
def assign_enquiry(reference: str) -> Answer:
    form = request.form

    def step(session: Session, it: str, staff: Staff) -> Enquiry:
        return assign.assign(session, it, staff, assignee(session, form), form.get("why", ""))

    return change(reference, step, form="assign")


@console.post("/enquiries/<reference>/snooze")
def snooze_enquiry(reference: str) -> Answer:
    def step(session: Session, it: str, staff: Staff) -> Enquiry:
        return snooze.snooze(session, it, staff, moments.until(request.form, now()))

    return change(reference, step, form="snooze")


@console.post("/enquiries/<reference>/wake")
def wake_enquiry(reference: str) -> Answer:
    return change(reference, snooze.wake_now)


@console.post("/enquiries/<reference>/close")
def close_enquiry(reference: str) -> Answer:
    def step(session: Session, it: str, staff: Staff) -> Enquiry:
        return claim.close(session, it, staff, close_reason(request.form))

    return change(reference, step, form="close")


@console.post("/enquiries/<reference>/spam")
def spam_enquiry(reference: str) -> Answer:
    return change(reference, end.spam)


@console.post("/enquiries/<reference>/reopen")
def reopen_enquiry(reference: str) -> Answer:
    return change(reference, end.reopen)


def assignee(session: Session, form: Mapping[str, str]) -> Staff | None:
    """The colleague who was chosen; None for nobody in particular."""
    chosen = form.get("to", "")
    found = next((one for one in session.scalars(select(Staff)) if one.id == chosen), None)
    if chosen and found is None:
        raise BadInput(_("Choose one of your colleagues."), field="to")
    return found


def close_reason(form: Mapping[str, str]) -> str:
    """The chosen reason with its note, as it will stand in the history."""
    code, note = form.get("reason", ""), clean_text(form.get("note", ""))
    if code not in labels.CLOSE_REASONS:
        raise BadInput(_("Choose why the enquiry is closed."), field="reason")
    if len(note) > MAX_NOTE:
        raise BadInput(_("The note may have at most %(count)s characters.", count=MAX_NOTE), field="note")
    if code == "other" and not note:
        raise BadInput(_("Say in the note what the reason is."), field="note")
    return f"{code}: {note}" if note else code
