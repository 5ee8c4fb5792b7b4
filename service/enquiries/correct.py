"""Correcting what was understood of an enquiry: at once for its patient, and kept as an example to learn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import alert, corrected, deadlines, states
from service.enquiries.corrected import Kind
from service.enquiries.editing import editable, message_of
from service.enquiries.model import URGENCY_RANK, Enquiry, LabelledExample, Message, Staff
from service.enquiries.understand import take_stock
from service.errors import BadInput
from service.storage import tasks
from service.storage.tables import new_id
from service.understanding.knowledge import condition_codes
from service.understanding.reading import INTENTS, UNCLASSIFIED
from translations import identify
from translations.languages import LANGUAGES

_PRIORITY: Final = 1


def correct(
    session: Session,
    reference: str,
    staff: Staff,
    what: str,
    value: str,
    reason: str = "",
    *,
    message_id: str | None = None,
) -> LabelledExample | None:
    """Correct the "condition", "urgency", "intent" or "language" of an enquiry; None if it is so already.

    A new language has the messages that were in the wrong one translated and read again, so the caller rings for the
    queue `understand` after the commit; `message_id` names a message in the wrong one, otherwise it is the enquiry's.
    Raises BadInput, Conflict, Forbidden or NotFound, and then nothing is changed.
    """
    enquiry = editable(session, reference, staff)
    if what not in _CHANGES:
        raise BadInput(f"{what!r} is not something to correct", field="what")
    kind = cast("Kind", what)
    if value not in _choices(kind):
        raise BadInput(f"{value!r} is no {kind} that we know", field="value")
    message = message_of(enquiry, message_id) if message_id and kind == "language" else None
    old = message.language if message else str(getattr(enquiry, kind))
    if old == value:
        return None
    if kind == "urgency" and old == "emergency" and not reason.strip():
        raise BadInput("an emergency is lowered only with a reason", field="reason")
    example = _keep(session, enquiry, staff, kind, old, value, message)
    _CHANGES[kind](session, enquiry, old, value)
    detail = f"{old} → {value}" + (f": {reason.strip()}" if reason.strip() else "")
    states.record(session, enquiry, f"{kind} corrected", who=staff.email, detail=detail)
    if (kind, value, enquiry.status) == ("urgency", "emergency", "queued"):
        alert.emergency(session, enquiry, new_id())
    return example


def _choices(kind: Kind) -> frozenset[str]:
    match kind:
        case "condition":
            return frozenset((*condition_codes(), UNCLASSIFIED))
        case "urgency":
            return frozenset(URGENCY_RANK)
        case "intent":
            return frozenset(INTENTS)
        case "language":
            return frozenset(LANGUAGES)


def _keep(
    session: Session, enquiry: Enquiry, staff: Staff, kind: Kind, old: str, value: str, message: Message | None
) -> LabelledExample:
    message = message or _read_from(enquiry, kind)
    example = LabelledExample(
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        message_id=message.id if message else None,
        kind=kind,
        old=old,
        new=value,
        language=message.language if message else enquiry.language,
        model=((message.reading or {}).get("model") or "") if message else "",
        staff_id=staff.id,
        at=now(),
    )
    example.text = message.body if message else None
    session.add(example)
    enquiry.corrections.append(example)
    return example


def _read_from(enquiry: Enquiry, kind: Kind) -> Message | None:
    """The message that gave the enquiry what is corrected now: the latest that says something of it, or the first."""
    written = [message for message in enquiry.messages if message.direction == "in" and message.body]
    return next((message for message in reversed(written) if _says(message, kind)), written[0] if written else None)


def _says(message: Message, kind: Kind) -> bool:
    reading = message.reading or {}
    match kind:
        case "condition":
            return bool(reading.get("conditions"))
        case "urgency":
            return message.urgency != "routine"
        case "intent":
            return bool(reading.get("intent", "other") != "other")
        case "language":
            return True


def _set_condition(session: Session, enquiry: Enquiry, old: str, value: str) -> None:
    corrected.hold(enquiry)


def _set_intent(session: Session, enquiry: Enquiry, old: str, value: str) -> None:
    enquiry.intent = value


def _set_urgency(session: Session, enquiry: Enquiry, old: str, value: str) -> None:
    """The answer is due as from the latest message, or, if more urgent now, as from this moment."""
    is_raised = URGENCY_RANK[value] < URGENCY_RANK[enquiry.urgency]
    received = [message.received_at for message in enquiry.messages if message.direction == "in"]
    since = now() if is_raised or not received else max(received)
    enquiry.urgency, enquiry.urgency_rank = value, URGENCY_RANK[value]
    due = deadlines.answer_due(session, value, since)
    enquiry.due_at = min(enquiry.due_at, due) if is_raised else due
    enquiry.escalated_at = None


def _set_language(session: Session, enquiry: Enquiry, old: str, value: str) -> None:
    """From now on the patient's language; what was written in the wrong one is translated and read again."""
    enquiry.language = enquiry.patient.language = value
    for message in enquiry.messages:
        if message.direction == "in" and message.body and message.language in (old, "und"):
            told = identify.identify(message.body, prior=value)
            message.language, message.language_chosen, message.language_confidence = value, True, 1.0
            message.romanised = told.romanised and told.language == value
            message.answer_language = value
            message.reading_state = "pending"
            tasks.again(session, "understand", "understand", message.id, priority=_PRIORITY)
    take_stock(enquiry)


_CHANGES: Final[Mapping[Kind, Callable[[Session, Enquiry, str, str], None]]] = {
    "condition": _set_condition,
    "intent": _set_intent,
    "urgency": _set_urgency,
    "language": _set_language,
}
