"""Writing down a message that must go out: the row first, the way out later, in the `send` queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.channels import sms_segments
from service.clock import now
from service.enquiries.model import Channel, ContactPoint, Enquiry, Message, Staff, Translation
from service.storage import tasks
from service.storage.tables import new_id

#: An answer goes before a text that went by itself.
ANSWER_PRIORITY, AUTOMATIC_PRIORITY = 0, 1


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the patient will read, and what stands beside it for ever: the same in English, and where it comes from."""

    channel: Channel
    point: ContactPoint
    text: str
    language: str
    english: str | None = None
    engine: str = ""
    package: str = ""
    flags: Sequence[str] = ()
    sent_by: Staff | None = None
    approved_text: str | None = None
    in_reply_to: str | None = None


def put_out(
    session: Session, enquiry: Enquiry, outgoing: Outgoing, *, due_at: datetime | None = None, held: bool = False
) -> list[Message]:
    """The message, or the several that a long text makes, in the transaction that decides about it.

    They share the beginning of their keys, so that they can be taken back together. `held` ones wait until the
    patient writes.
    """
    batch = new_id()
    texts = sms_segments.split(outgoing.text) if outgoing.channel in ("sms", "whatsapp") else [outgoing.text]
    messages = [_row(enquiry, outgoing, text, f"{batch}:{place}") for place, text in enumerate(texts)]
    if outgoing.english is not None:
        _add_english(messages[0], outgoing)
    for place, message in enumerate(messages):
        enquiry.messages.append(message)
        session.flush()
        if held:
            message.status = "held"
        else:
            _add_task(session, message, place, due_at)
    return messages


def release(session: Session, enquiry: Enquiry) -> None:
    """The patient has written: what was held for that may go now."""
    for place, message in enumerate(one for one in enquiry.messages if one.status == "held"):
        message.status, message.status_at = "queued", now()
        _add_task(session, message, place, None)


def _add_task(session: Session, message: Message, place: int, due_at: datetime | None) -> None:
    """The parts of a text go in their order."""
    priority = ANSWER_PRIORITY if message.sent_by else AUTOMATIC_PRIORITY
    tasks.add(session, "send", "send", message.id, priority=priority + 2 * place, due_at=due_at)


def batch_of(message: Message) -> str:
    """What the parts of one answer have in common."""
    return message.unique_key.partition(":")[0]


def _row(enquiry: Enquiry, outgoing: Outgoing, text: str, key: str) -> Message:
    message = Message(
        id=new_id(),
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        direction="out",
        channel=outgoing.channel,
        unique_key=key,
        in_reply_to=outgoing.in_reply_to,
        received_at=now(),
        language=outgoing.language,
        language_confidence=1.0,
        language_chosen=True,
        answer_language=outgoing.language,
        reading_state="done",
        status="queued",
        status_at=now(),
        sent_by=outgoing.sent_by.id if outgoing.sent_by else None,
        approved_text=outgoing.approved_text,
        contact_point_id=outgoing.point.id,
        segments=sms_segments.measure(sms_segments.economical(text)).count if outgoing.channel == "sms" else 0,
        red_flags=[],
        translations=[],
    )
    message.body = text
    return message


def _add_english(message: Message, outgoing: Outgoing) -> None:
    """What the coordinator wrote, beside what the patient reads."""
    english = Translation(
        message_id=message.id,
        patient_id=message.patient_id,
        source=outgoing.language,
        target="en",
        engine=outgoing.engine,
        package=outgoing.package,
        flags=list(outgoing.flags),
        edited_by=outgoing.sent_by.id if outgoing.sent_by else None,
    )
    english.text = outgoing.english
    message.translations.append(english)
