"""Whose hands an enquiry is in: what may be written into it, and by whom."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import states
from service.enquiries.claim import AlreadyClaimed, for_update
from service.enquiries.model import Enquiry, Message, Staff
from service.errors import Forbidden, NotFound

_MAY_NOT: Final = ("auditor",)


def readable(session: Session, reference: str, staff: Staff) -> Enquiry:
    """The enquiry, held, for somebody who may write beside it whoever has claimed it. Forbidden or NotFound."""
    if staff.role in _MAY_NOT:
        raise Forbidden("an auditor may look, and change nothing")
    enquiry = for_update(session, reference)
    _renew(enquiry, staff)
    return enquiry


def editable(session: Session, reference: str, staff: Staff) -> Enquiry:
    """The enquiry, held, unless somebody else has claimed it: two people must not mend the same thing.

    Forbidden, NotFound or AlreadyClaimed.
    """
    enquiry = readable(session, reference, staff)
    held = enquiry.status == "claimed" and not states.lease_ended(enquiry, now())
    if held and enquiry.assigned_to != staff.id:
        raise AlreadyClaimed(enquiry.assignee.email if enquiry.assignee else "another coordinator")
    return enquiry


def message_of(enquiry: Enquiry, message_id: str) -> Message:
    """The enquiry's message with this id, or NotFound."""
    found = next((message for message in enquiry.messages if message.id == message_id), None)
    if found is None:
        raise NotFound("this enquiry has no such message")
    return found


def _renew(enquiry: Enquiry, staff: Staff) -> None:
    """Whoever works on an enquiry keeps it."""
    if enquiry.status == "claimed" and enquiry.assigned_to == staff.id:
        enquiry.claimed_until = now() + states.CLAIM_LEASE
