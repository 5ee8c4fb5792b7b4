"""Taking an enquiry in hand: a claim is a lease, so that nobody's absence blocks a patient."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import states
from service.enquiries.inbound import clean_text
from service.enquiries.model import Enquiry, Staff
from service.errors import BadInput, Conflict, NotFound

MAX_REASON: Final = 1000


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
    refuse_if_held_by_another(enquiry, staff)
    if not is_held(enquiry):
        states.move(session, enquiry, "claim", who=staff.email)
    return _hold(enquiry, staff)


def take_over(session: Session, reference: str, staff: Staff, reason: str) -> Enquiry:
    """Take an enquiry out of a colleague's hands, with a reason for the history; one that nobody holds is claimed."""
    enquiry = for_update(session, reference)
    if not is_held(enquiry) or enquiry.assigned_to == staff.id:
        return claim(session, reference, staff)
    said = a_reason(reason)
    states.move(session, enquiry, "take-over", who=staff.email, detail=f"from {_holder(enquiry)}: {said}")
    return _hold(enquiry, staff)


def touch(enquiry: Enquiry, staff: Staff) -> None:
    """A sign of work: whoever holds the enquiry keeps it for a whole lease from now. The caller holds the row."""
    if enquiry.assigned_to == staff.id and is_held(enquiry):
        enquiry.claimed_until = now() + states.CLAIM_LEASE


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


def free_for(session: Session, reference: str, staff: Staff) -> Enquiry:
    """The enquiry, held, unless a colleague has claimed it; `AlreadyClaimed` then."""
    enquiry = for_update(session, reference)
    refuse_if_held_by_another(enquiry, staff)
    return enquiry


def is_held(enquiry: Enquiry) -> bool:
    """Whether somebody has claimed it, and the claim has not run out."""
    return enquiry.status == "claimed" and not states.lease_ended(enquiry, now())


def refuse_if_held_by_another(enquiry: Enquiry, staff: Staff) -> None:
    if is_held(enquiry) and enquiry.assigned_to != staff.id:
        raise AlreadyClaimed(_holder(enquiry))


def a_reason(text: str) -> str:
    """A reason as it will stand in the history; `BadInput` if there is none, or far too much."""
    reason = clean_text(text)
    if not reason:
        raise BadInput("say why: it will stand in the history", field="reason")
    if len(reason) > MAX_REASON:
        raise BadInput(f"at most {MAX_REASON} characters, please", field="reason")
    return reason


def _hold(enquiry: Enquiry, staff: Staff) -> Enquiry:
    enquiry.assigned_to = staff.id
    enquiry.claimed_until = now() + states.CLAIM_LEASE
    return enquiry


def _holder(enquiry: Enquiry) -> str:
    return enquiry.assignee.email if enquiry.assignee else "another coordinator"
