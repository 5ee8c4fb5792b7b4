"""Putting an enquiry aside until a time, or until the patient writes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import iso, now
from service.enquiries import claim, states
from service.enquiries.model import Enquiry, Staff
from service.enquiries.route import ROUTING
from service.enquiries.understand import begin_anew
from service.errors import BadInput, Conflict

#: Later than that nobody plans; it would be a way to lose somebody.
LONGEST: Final = timedelta(days=90)
_AT_ONCE: Final = 500


def snooze(session: Session, reference: str, staff: Staff, until: datetime | None) -> Enquiry:
    """Put an enquiry aside until a moment, or, with None, until the patient writes. It comes back to whom it was for.

    An emergency that nobody has answered cannot be put aside. Raises BadInput or Conflict.
    """
    enquiry = claim.free_for(session, reference, staff)
    if enquiry.urgency == "emergency" and enquiry.status in states.IN_QUEUE:
        raise Conflict("an emergency that waits for an answer cannot be snoozed")
    if until is not None and not now() < until <= now() + LONGEST:
        raise BadInput(f"choose a time in the next {LONGEST.days} days", field="until")
    _keep_for(enquiry, staff)
    states.move(session, enquiry, "snooze", who=staff.email, detail=iso(until) or "until the patient writes")
    enquiry.snoozed_until = until
    return enquiry


def wake_now(session: Session, reference: str, staff: Staff) -> Enquiry:
    """Put it back into the queue before its time."""
    enquiry = claim.for_update(session, reference)
    _wake(session, enquiry, staff.email)
    return enquiry


def wake(session: Session) -> int:
    """Put back what was snoozed until now; how many there were."""
    due = select(Enquiry).where(Enquiry.status == "snoozed", Enquiry.snoozed_until <= now())
    woken = session.scalars(due.limit(_AT_ONCE).with_for_update(skip_locked=True)).all()
    for enquiry in woken:
        _wake(session, enquiry, "sweeper")
    return len(woken)


def _wake(session: Session, enquiry: Enquiry, who: str) -> None:
    """A patient who has had no answer yet has been waiting all the time; one who has had one waits from now on."""
    states.move(session, enquiry, "wake", who=who)
    if enquiry.first_answered_at is not None:
        begin_anew(enquiry, now(), keep_urgency=True)


def _keep_for(enquiry: Enquiry, staff: Staff) -> None:
    """What I put aside is mine when it comes back, unless a person has given it to somebody."""
    if enquiry.assigned_to == staff.id or enquiry.routed_by in (None, ROUTING):
        enquiry.routed_to, enquiry.routed_by = staff.id, staff.email
