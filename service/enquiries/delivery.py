"""Where a message that goes out is by the provider's word: a status never moves backwards, and a failure has
consequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels import twilio_errors
from service.channels.outbound import Remedy
from service.clock import now
from service.enquiries import states
from service.enquiries.model import AuditEvent, ContactPoint, Enquiry, Message
from service.enquiries.understand import take_stock

#: Later ones win. "unknown" is ours: the provider may have the message or not.
PROGRESS: Final[Mapping[str, int]] = {
    "held": 0,
    "queued": 1,
    "unknown": 2,
    "sending": 3,
    "accepted": 4,
    "scheduled": 4,
    "sent": 5,
    "partially_delivered": 6,
    "delivered": 7,
    "read": 8,
}
FAILURES: Final = frozenset({"failed", "undelivered", "canceled"})
_ARRIVED: Final = PROGRESS["delivered"]

log = structlog.get_logger()


def note(
    session: Session, message: Message, status: str, *, code: str | None = None, provider_id: str | None = None
) -> bool:
    """Take note of a status; False if it is one that we do not know, or older than what we know.

    A failure is final unless the message is seen to have arrived. The caller holds the enquiry's row.
    """
    if provider_id and message.provider_id is None:
        message.provider_id = provider_id
    if not _is_news(message.status, status):
        return False
    message.status, message.status_at = status, now()
    message.error_code = code if status in FAILURES else None
    if status in ("failed", "undelivered"):
        _failed(session, message, twilio_errors.remedy(code) if message.channel != "email" else "none")
    take_stock(message.enquiry)
    return True


def fail(session: Session, message: Message, code: str, remedy: Remedy) -> None:
    """The provider, or its absence, refused the message for good."""
    message.status, message.status_at, message.error_code = "failed", now(), code[:40]
    _failed(session, message, remedy)
    take_stock(message.enquiry)


def held(session: Session, message_id: str) -> Message | None:
    """The outgoing message, with its enquiry held until the transaction ends."""
    message = session.get(Message, message_id)
    if message is None or message.direction != "out":
        return None
    session.scalars(select(Enquiry).where(Enquiry.id == message.enquiry_id).with_for_update()).one()
    session.refresh(message)  # another report may have been noted while this one waited for the row
    return message


def find(session: Session, message_id: str, provider_id: str) -> Message | None:
    """The outgoing message with our id, or else the provider's, held; a report may come before either is known."""
    if message_id:
        return held(session, message_id)
    known = select(Message.id).where(Message.provider_id == provider_id, Message.direction == "out").limit(1)
    found = session.scalar(known) if provider_id else None
    return held(session, found) if found else None


def _is_news(before: str, status: str) -> bool:
    if status in FAILURES:
        return before not in FAILURES and PROGRESS.get(before, 0) < _ARRIVED
    if status not in PROGRESS:
        return False
    if before in FAILURES:
        return PROGRESS[status] >= _ARRIVED
    return PROGRESS[status] > PROGRESS.get(before, 0)


def _failed(session: Session, message: Message, remedy: Remedy) -> None:
    """The coordinator must know, and the contact point must not be tried again in vain."""
    enquiry = message.enquiry
    states.record(session, enquiry, "delivery failed", who=message.channel, detail=message.error_code)
    if (enquiry.status, "delivery-failed") in states.MOVES and message.sent_by:
        states.move(session, enquiry, "delivery-failed", who=message.channel)
    if remedy == "configuration":
        log.error("the clinic's own settings keep messages from going out", code=message.error_code)
    point = message.contact_point
    if point is not None:
        _mark(session, point, remedy, message.error_code or "")


def _mark(session: Session, point: ContactPoint, remedy: Remedy, code: str) -> None:
    """Every patient who shares this address shares what is wrong with it."""
    if remedy not in ("opt-out", "bad-address"):
        return
    for same in session.scalars(select(ContactPoint).where(ContactPoint.blind_index == point.blind_index)):
        if remedy == "opt-out":
            same.opted_out = True
            session.add(AuditEvent(who=same.kind, what="opted out", patient_id=same.patient_id))
        else:
            same.bad_since, same.bad_reason = now(), code[:40]
