"""An enquiry as JSON: a line of the queue, or the whole of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.clock import iso
from service.enquiries.model import AuditEvent, Enquiry, Message, Patient, Translation
from service.errors import NotFound
from service.storage.session import Database
from service.storage.vault import vault_of

BATCH = 100


def queue_line(enquiry: Enquiry) -> dict[str, Any]:
    """What `dragoman queue --json` prints for one enquiry."""
    return {
        "reference": enquiry.reference,
        "status": enquiry.status,
        "channel": enquiry.channel,
        "language": enquiry.language,
        "urgency": enquiry.urgency,
        "condition": enquiry.condition,
        "intent": enquiry.intent,
        "received_at": iso(enquiry.received_at),
        "due_at": iso(enquiry.due_at),
        "assigned_to": enquiry.assignee.email if enquiry.assignee else None,
        "patient": enquiry.patient.name,
        "gist": enquiry.gist,
        "translated": enquiry.translated,
        "needs": enquiry.needs,
    }


def whole(session: Session, reference: str) -> dict[str, Any]:
    """Everything about one enquiry; `NotFound` if there is none."""
    enquiry = session.scalar(_with_all(select(Enquiry).where(Enquiry.reference == reference)))
    if enquiry is None:
        raise NotFound(f"there is no enquiry {reference}")
    return _whole(enquiry)


def everything(database: Database) -> Iterator[dict[str, Any]]:
    """Every enquiry, oldest first; a batch in memory at a time, and no transaction open while it is written out."""
    after = ""
    while True:
        with database.read() as session:
            query = select(Enquiry).where(Enquiry.id > after).order_by(Enquiry.id).limit(BATCH)
            batch = session.scalars(_with_all(query)).all()
            vault_of(session).load(session, [enquiry.patient_id for enquiry in batch])
            lines = [_whole(enquiry) for enquiry in batch]
            after = batch[-1].id if batch else ""
        if not lines:
            return
        yield from lines


def _with_all(query: Any) -> Any:
    messages = selectinload(Enquiry.messages)
    return query.options(
        messages.selectinload(Message.translations),
        messages.selectinload(Message.attachments),
        selectinload(Enquiry.events),
        selectinload(Enquiry.assignee),
        selectinload(Enquiry.patient).selectinload(Patient.contact_points),
    )


def _whole(enquiry: Enquiry) -> dict[str, Any]:
    return {
        **queue_line(enquiry),
        "red_flags": enquiry.red_flags,
        "conditions": enquiry.conditions or [],
        "facts": enquiry.facts or {},
        "closed_at": iso(enquiry.closed_at),
        "patient": {"name": enquiry.patient.name, "contact_points": _contact_points(enquiry)},
        "messages": [_message(message) for message in enquiry.messages],
        "history": [_event(event) for event in enquiry.events],
    }


def _contact_points(enquiry: Enquiry) -> list[dict[str, Any]]:
    return [
        {"kind": point.kind, "value": point.value, "opted_out": point.opted_out}
        for point in enquiry.patient.contact_points
    ]


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "direction": message.direction,
        "channel": message.channel,
        "provider_id": message.provider_id,
        "received_at": iso(message.received_at),
        "text": message.body or "",
        "language": message.language,
        "translation": _translation(message.translation) if message.translation else None,
        "status": message.status,
        "reading": message.reading_state,
        "error_code": message.error_code,
        "in_reply_to": message.in_reply_to,
        "attachments": [
            {"name": file.name, "media_type": file.media_type, "size": file.size, "state": file.state}
            for file in message.attachments
        ],
    }


def _translation(translation: Translation) -> dict[str, Any]:
    return {
        "text": translation.text,
        "language": translation.target,
        "engine": translation.engine,
        "package": translation.package,
        "flags": translation.flags,
        "version": translation.version,
    }


def _event(event: AuditEvent) -> dict[str, Any]:
    return {"at": iso(event.at), "who": event.who, "what": event.what, "detail": event.detail}
