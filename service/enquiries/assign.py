"""Giving an enquiry to somebody: it waits for them, and stands among theirs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.enquiries import claim, states
from service.enquiries.model import Enquiry, Staff
from service.errors import BadInput, Conflict, Forbidden
from service.roles import LEADS


def assign(session: Session, reference: str, staff: Staff, to: Staff | None, reason: str = "") -> Enquiry:
    """Give an enquiry to `to`, or to nobody in particular.

    A lead gives anything to anybody; the others give to themselves, and hand on what is theirs. A claim that stands
    in the way is released: one's own silently, that of a colleague with a reason. Raises BadInput, Conflict or
    Forbidden, and then nothing is changed.
    """
    enquiry = claim.for_update(session, reference)
    _check(enquiry, staff, to)
    said = claim.a_reason(reason) if _takes_from_another(enquiry, staff, to) else reason.strip()[: claim.MAX_REASON]
    if claim.is_held(enquiry) and (to is None or enquiry.assigned_to != to.id):
        states.move(session, enquiry, "release", who=staff.email, detail=said or None)
    enquiry.routed_to = to.id if to else None
    enquiry.routed_by = staff.email
    whom = to.email if to else "nobody in particular"
    states.record(session, enquiry, "assign", who=staff.email, detail=f"{whom}: {said}" if said else whom)
    return enquiry


def may_assign(enquiry: Enquiry, staff_id: str, role: str) -> bool:
    """Whether this person may give the enquiry to a colleague."""
    return role in LEADS or staff_id in (enquiry.assigned_to, enquiry.routed_to)


def _check(enquiry: Enquiry, staff: Staff, to: Staff | None) -> None:
    if enquiry.status not in states.OPEN:
        raise Conflict("this enquiry has ended; open it again first")
    if to is not None and (not to.active or to.role == "auditor"):
        raise BadInput("choose somebody who works with enquiries", field="to")
    if (to is None or to.id != staff.id) and not may_assign(enquiry, staff.id, staff.role):
        raise Forbidden("only a lead gives an enquiry to somebody else; claim it to hand it on yourself")


def _takes_from_another(enquiry: Enquiry, staff: Staff, to: Staff | None) -> bool:
    if not claim.is_held(enquiry) or enquiry.assigned_to == staff.id:
        return False
    return to is None or enquiry.assigned_to != to.id
