"""Whose hands an enquiry is in: what may be written into it, and by whom."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from service.enquiries import claim
from service.enquiries.model import Enquiry, Message, Staff
from service.errors import Conflict, Forbidden, NotFound

_MAY_NOT: Final = ("auditor",)


def readable(session: Session, reference: str, staff: Staff) -> Enquiry:
    """The enquiry, held, for somebody who may write beside it whoever has claimed it.

    Forbidden, NotFound, or Conflict for a patient who has been erased.
    """
    if staff.role in _MAY_NOT:
        raise Forbidden("an auditor may look, and change nothing")
    enquiry = claim.for_update(session, reference)
    if enquiry.patient.erased_at is not None:
        raise Conflict("this patient has been erased")
    claim.touch(enquiry, staff)
    return enquiry


def editable(session: Session, reference: str, staff: Staff) -> Enquiry:
    """The enquiry, held, unless somebody else has claimed it: two people must not mend the same thing.

    Forbidden, NotFound, AlreadyClaimed, or Conflict for a patient who has been erased.
    """
    enquiry = readable(session, reference, staff)
    claim.refuse_if_held_by_another(enquiry, staff)
    return enquiry


def message_of(enquiry: Enquiry, message_id: str) -> Message:
    """The enquiry's message with this id, or NotFound."""
    found = next((message for message in enquiry.messages if message.id == message_id), None)
    if found is None:
        raise NotFound("this enquiry has no such message")
    return found
