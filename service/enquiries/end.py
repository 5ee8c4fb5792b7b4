"""Calling something spam, and opening again what had ended."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import claim, states
from service.enquiries.model import Enquiry, Staff
from service.enquiries.understand import begin_anew
from service.errors import Conflict, Forbidden
from service.roles import LEADS


def spam(session: Session, reference: str, staff: Staff) -> Enquiry:
    """It is no enquiry at all; it can still be found, and opened again."""
    enquiry = claim.free_for(session, reference, staff)
    states.move(session, enquiry, "spam", who=staff.email)
    return enquiry


def not_spam(session: Session, reference: str, staff: Staff) -> Enquiry:
    """It was an enquiry after all. `Conflict` for one that nobody has called spam."""
    enquiry = claim.for_update(session, reference)
    if enquiry.status != "spam":
        raise Conflict("nobody has called this spam")
    return _reopen(session, enquiry, staff)


def reopen(session: Session, reference: str, staff: Staff) -> Enquiry:
    """Back into the queue, as due as one that comes now. Only a lead opens again what the patient has withdrawn."""
    enquiry = claim.for_update(session, reference)
    if enquiry.status == "withdrawn" and staff.role not in LEADS:
        raise Forbidden("the patient has withdrawn this enquiry; only a lead may open it again")
    return _reopen(session, enquiry, staff)


def _reopen(session: Session, enquiry: Enquiry, staff: Staff) -> Enquiry:
    if enquiry.patient.erased_at is not None:
        raise Conflict("this patient has been erased")
    states.move(session, enquiry, "reopen", who=staff.email)
    begin_anew(enquiry, now(), keep_urgency=True)
    return enquiry
