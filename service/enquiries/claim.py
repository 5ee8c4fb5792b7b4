"""Taking an enquiry in hand: a claim is a lease, so that nobody's absence blocks a patient."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import states
from service.enquiries.model import Enquiry, Staff
from service.errors import Conflict, NotFound


class AlreadyClaimed(Conflict):
    """Somebody else has it; `holder` is their address."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"{holder} has claimed this enquiry")
        self.holder = holder


def for_update(session: Session, reference: str) -> Enquiry:
    """The enquiry, held until the transaction ends."""
    enquiry = session.scalar(select(Enquiry).where(Enquiry.reference == reference).with_for_update())
    if enquiry is None:
        raise NotFound("there is no enquiry with this reference")
    return enquiry


def claim(session: Session, reference: str, staff: Staff) -> Enquiry:
    """Claim, or renew one's own claim; of many who try at once, one succeeds and the rest are told who."""
    enquiry = for_update(session, reference)
    held = enquiry.status == "claimed" and not states.lease_ended(enquiry, now())
    if held and enquiry.assigned_to != staff.id:
        raise AlreadyClaimed(enquiry.assignee.email if enquiry.assignee else "another coordinator")
    if not held:
        states.move(session, enquiry, "claim", who=staff.email)
    enquiry.assigned_to = staff.id
    enquiry.claimed_until = now() + states.CLAIM_LEASE
    return enquiry


def release(session: Session, reference: str, staff: Staff) -> Enquiry:
    """Put one's own claim back into the queue."""
    enquiry = own(session, reference, staff)
    states.move(session, enquiry, "release", who=staff.email)
    return enquiry


def close(session: Session, reference: str, staff: Staff, reason: str) -> Enquiry:
    """End one's own enquiry, with a reason for the history."""
    enquiry = own(session, reference, staff)
    states.move(session, enquiry, "close", who=staff.email, detail=reason or None)
    return enquiry


def expire(session: Session) -> int:
    """Put enquiries whose claim ran out back into the queue; how many there were."""
    moment = now()
    ended = session.scalars(
        select(Enquiry)
        .where(Enquiry.status == "claimed", Enquiry.claimed_until < moment)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for enquiry in ended:
        states.move(session, enquiry, "lease-expired", who="sweeper")
    return len(ended)


def own(session: Session, reference: str, staff: Staff) -> Enquiry:
    """The enquiry, held, if this member of staff has claimed it; `Conflict` otherwise."""
    enquiry = for_update(session, reference)
    if enquiry.status != "claimed" or enquiry.assigned_to != staff.id:
        raise Conflict("only the coordinator who has claimed this enquiry can do that; claim it first")
    return enquiry
