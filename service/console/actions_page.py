"""Taking an enquiry in hand, and giving it out of the hand again: the buttons at the top of its page."""

from __future__ import annotations

from typing import Final

from flask import request
from flask_babel import gettext as _

from service.console import labels
from service.console.blueprint import console
from service.console.enquiry_page import Answer, act, reference_of
from service.enquiries import claim
from service.enquiries.inbound import clean_text
from service.errors import BadInput

MAX_NOTE: Final = 1000


@console.post("/enquiries/<reference>/claim")
def claim_enquiry(reference: str) -> Answer:
    return act(reference, lambda session, staff: claim.claim(session, reference_of(reference), staff))


@console.post("/enquiries/<reference>/release")
def release_enquiry(reference: str) -> Answer:
    return act(reference, lambda session, staff: claim.release(session, reference_of(reference), staff))


@console.post("/enquiries/<reference>/close")
def close_enquiry(reference: str) -> Answer:
    return act(reference, lambda session, staff: claim.close(session, reference_of(reference), staff, close_reason()))


def close_reason() -> str:
    """The chosen reason with its note, as it will stand in the history."""
    code, note = request.form.get("reason", ""), clean_text(request.form.get("note", ""))
    if code not in labels.CLOSE_REASONS:
        raise BadInput(_("Choose why the enquiry is closed."), field="reason")
    if len(note) > MAX_NOTE:
        raise BadInput(_("The note may have at most %(count)s characters.", count=MAX_NOTE), field="note")
    if code == "other" and not note:
        raise BadInput(_("Say in the note what the reason is."), field="note")
    return f"{code}: {note}" if note else code
