"""A word that stops or restarts messages to a contact point, kept as a record of what the person wished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import persons, states
from service.enquiries.acknowledge import Receipt
from service.enquiries.inbound import Contact
from service.enquiries.model import AuditEvent, Consent, ContactPoint, Message
from service.enquiries.opt_words import Step
from service.storage.session import Database

#: The purpose in the ledger: the wish not to be written to; withdrawn when messages are wanted again.
NO_MESSAGES: Final = "no-messages"


def note(database: Database, points: Sequence[Contact], step: Step, receipt: Receipt | None = None) -> bool:
    """Mark every contact point with this address: "STOP" opts out, "START" back in; whether anything changed.

    An enquiry that holds nothing but the wish to be left alone is not a coordinator's work.
    """
    if step not in _WHAT:
        return False
    with database.write() as session:
        rows = list(_rows(session, points))
        changed = [row for row in rows if row.opted_out != (step == "STOP")]
        for row in changed:
            row.opted_out = step == "STOP"
            session.add(AuditEvent(who=row.kind, what=_WHAT[step], patient_id=row.patient_id))
        message = session.get(Message, receipt.message_id) if receipt else None
        if message is not None and changed:
            _enter(session, message, step)
        if message is not None and step == "STOP":
            _leave_alone(session, message)
    return bool(changed)


_WHAT: Final = {"STOP": "opted out", "START": "opted in"}


def is_opted_out(database: Database, points: Sequence[Contact]) -> bool:
    """Whether somebody at this address has asked not to be written to."""
    with database.read() as session:
        return any(row.opted_out for row in _rows(session, points))


def _rows(session: Session, points: Sequence[Contact]) -> list[ContactPoint]:
    indexes = [persons.index_of(session, point) for point in points]
    return list(session.scalars(select(ContactPoint).where(ContactPoint.blind_index.in_(indexes))))


def _enter(session: Session, message: Message, step: Step) -> None:
    """The ledger: when, by which message and channel."""
    if step == "START":
        open_wishes = select(Consent).where(
            Consent.patient_id == message.patient_id, Consent.purpose == NO_MESSAGES, Consent.withdrawn_at.is_(None)
        )
        for wish in session.scalars(open_wishes):
            wish.withdrawn_at = now()
        return
    session.add(
        Consent(
            patient_id=message.patient_id,
            enquiry_id=message.enquiry_id,
            message_id=message.id,
            purpose=NO_MESSAGES,
            wording="stop",
            language=message.answer_language,
            channel=message.channel,
        )
    )


def _leave_alone(session: Session, message: Message) -> None:
    enquiry = message.enquiry
    if [one.id for one in enquiry.messages] == [message.id] and enquiry.status in states.OPEN:
        states.move(session, enquiry, "withdraw", who=message.channel)
