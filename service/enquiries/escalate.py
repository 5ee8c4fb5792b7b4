"""What waits too long: emergencies that nobody claims, and everything else that is over its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import alert, duty, states
from service.enquiries.alert import WHO, Address
from service.enquiries.desk_model import Alert
from service.enquiries.model import URGENCY_RANK, Enquiry

#: Leads hear of overdue enquiries together, no more often than this.
OVERDUE_EVERY: Final = timedelta(minutes=30)
EMERGENCIES_AT_ONCE: Final = 50
OVERDUE_AT_ONCE: Final = 1000


def is_needed(session: Session) -> bool:
    """Whether `escalate` or `tell_overdue` would find anything; asked in a session that holds nobody up."""
    emergency = session.scalar(_unclaimed().limit(1))
    return emergency is not None or (not _told_lately(session) and session.scalar(_overdue().limit(1)) is not None)


def escalate(session: Session) -> int:
    """Emergencies that nobody claimed in their time: tell leads and the addresses kept for it; how many there were."""
    late = session.scalars(_unclaimed().limit(EMERGENCIES_AT_ONCE).with_for_update(skip_locked=True)).all()
    for enquiry in late:
        enquiry.escalated_at = now()
        states.record(session, enquiry, "escalated", who=WHO)
        whom = [*alert.on_call(session, escalation=True), *_leads(session)]
        alert.tell(session, enquiry, "unclaimed-emergency", _occasion(enquiry), whom)
    return len(late)


def tell_overdue(session: Session) -> int:
    """Tell leads, once and together, of the other enquiries that are over their time; how many there were."""
    if _told_lately(session):
        return 0
    late = session.scalars(_overdue().limit(OVERDUE_AT_ONCE).with_for_update(skip_locked=True)).all()
    for enquiry in late:
        enquiry.escalated_at = now()
        states.record(session, enquiry, "overdue told", who=WHO)
    if late:
        alert.tell(session, late[0], "overdue", _occasion(late[0]), _leads(session))
    return len(late)


def overdue(session: Session, limit: int = 100) -> int:
    """How many enquiries are over their time, counted no further than `limit`."""
    late = select(Enquiry.id).where(Enquiry.status.in_(states.IN_QUEUE), Enquiry.due_at <= now())
    return len(session.scalars(late.limit(limit)).all())


def _unclaimed() -> Select[Enquiry]:
    waiting = and_(Enquiry.status == "queued", Enquiry.urgency_rank == URGENCY_RANK["emergency"])
    return _untold().where(waiting).order_by(Enquiry.due_at)


def _overdue() -> Select[Enquiry]:
    others = and_(Enquiry.status.in_(states.IN_QUEUE), Enquiry.urgency_rank > URGENCY_RANK["emergency"])
    return _untold().where(others).order_by(Enquiry.urgency_rank, Enquiry.due_at)


def _untold() -> Select[Enquiry]:
    return select(Enquiry).where(Enquiry.due_at <= now(), Enquiry.escalated_at.is_(None))


def _told_lately(session: Session) -> bool:
    newest = session.scalar(select(Alert.at).where(Alert.kind == "overdue").order_by(Alert.id.desc()).limit(1))
    return newest is not None and now() - newest < OVERDUE_EVERY


def _leads(session: Session) -> list[Address]:
    """The leads, at work or not; where there are none, the administrators."""
    leads = duty.active(session, ("lead",)) or duty.active(session, ("admin",))
    return [Address("email", staff.id) for staff in leads]


def _occasion(enquiry: Enquiry) -> str:
    """Names the wait that has become too long: the next one is another."""
    return enquiry.due_at.strftime("%Y%m%dT%H%M%S%f")
