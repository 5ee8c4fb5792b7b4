"""Reminding a patient who has not answered a question: switched on by a coordinator, once, by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import iso, now
from service.enquiries import approved_texts, claim, quiet, reach, sending, states
from service.enquiries.model import Enquiry, Message, Staff
from service.enquiries.reach import Way
from service.enquiries.sending import Outgoing
from service.errors import BadInput, Conflict
from service.storage import tasks
from service.storage.tasks import Task

EVENT: Final = "reminder"
STAGE: Final = "remind"
DAYS: Final = (2, 3, 7, 14)
#: The states in which the next word is the patient's.
WAITING: Final = ("replied", "snoozed")


def switch_on(session: Session, reference: str, staff: Staff, days: int) -> Enquiry:
    """Remind the patient after so many days, unless they write before; raises BadInput or Conflict."""
    if days not in DAYS:
        raise BadInput(f"days: choose one of {', '.join(map(str, DAYS))}", field="days")
    enquiry = claim.for_update(session, reference)
    if not is_their_turn(enquiry):
        raise Conflict("only a patient who has had an answer, and not written since, can be reminded")
    due = now() + timedelta(days=days)
    tasks.again(session, "housekeeping", STAGE, enquiry.id, due_at=due)
    states.record(session, enquiry, "reminder switched on", who=staff.email, detail=iso(due))
    return enquiry


def switch_off(session: Session, reference: str, staff: Staff) -> Enquiry:
    """Do not remind after all."""
    enquiry = claim.for_update(session, reference)
    if tasks.cancel(session, STAGE, enquiry.id):
        states.record(session, enquiry, "reminder switched off", who=staff.email)
    return enquiry


def is_their_turn(enquiry: Enquiry) -> bool:
    """Whether a person has answered, and the patient has not written since."""
    said = [message for message in enquiry.messages if message.direction == "in" or message.sent_by]
    return enquiry.status in WAITING and bool(said) and said[-1].direction == "out"


def due_at(session: Session, enquiry: Enquiry) -> datetime | None:
    """When the patient will be reminded, if that is switched on and still makes sense."""
    waiting = select(Task.due_at).where(Task.stage == STAGE, Task.subject == enquiry.id, Task.state == "waiting")
    return session.scalar(waiting) if is_their_turn(enquiry) else None


def remind(session: Session, enquiry: Enquiry, templates: Mapping[str, str]) -> datetime | None:
    """Send the reminder if the patient still has not written; the moment to try again, where it is night there.

    `templates` are the texts that WhatsApp has approved. The caller holds the enquiry's row.
    """
    way = _way(enquiry, templates) if is_their_turn(enquiry) else None
    if way is None:
        return None
    by_day = quiet.next_time(way.point, enquiry.patient.country, now())
    if by_day > now():
        return by_day
    last = _last_word(enquiry)
    text = approved_texts.find(EVENT, last.answer_language)
    sending.put_out(session, enquiry, _outgoing(way, text, enquiry.reference, last))
    states.record(session, enquiry, "reminder sent", who="reminder")
    return None


def _outgoing(way: Way, text: approved_texts.ApprovedText, reference: str, last: Message) -> Outgoing:
    return Outgoing(
        channel=way.channel,
        point=way.point,
        text=text.filled(reference=reference),
        language=text.language,
        english=approved_texts.find(EVENT, approved_texts.FALLBACK_LANGUAGE).filled(reference=reference),
        approved_text=f"{EVENT} {text.version}",
        in_reply_to=last.id if way.channel == last.channel else None,
    )


def _way(enquiry: Enquiry, templates: Mapping[str, str]) -> Way | None:
    """The best open way; WhatsApp's closed window is open to an approved template."""
    last = _last_word(enquiry)
    has_template = EVENT in templates or f"{EVENT}:{last.answer_language}" in templates
    ways = reach.ways(enquiry.patient, now())
    fine = [way for way in ways if way.obstacle is None or (way.obstacle == "window-closed" and has_template)]
    return next((way for way in fine if way.channel == last.channel), next(iter(fine), None))


def _last_word(enquiry: Enquiry) -> Message:
    """The patient's newest message."""
    return next(message for message in reversed(enquiry.messages) if message.direction == "in")
