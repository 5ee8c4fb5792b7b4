"""Answering a patient: draft, preview in their language, approval by the person who wrote it, ten seconds to undo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import approved_texts, claim, quiet, search_words, sending, states
from service.enquiries.canned_variables import unfilled
from service.enquiries.drafts import BY_HAND, CANNED, Written, draft_of, save, way_of
from service.enquiries.inbound import clean_text
from service.enquiries.model import Draft, Enquiry, Message, Staff
from service.enquiries.reach import Way
from service.enquiries.sending import Outgoing
from service.errors import BadInput, Conflict, NotFound
from service.storage import tasks
from service.storage.tables import new_id
from translations.languages import ENGLISH

UNDO: Final = timedelta(seconds=10)
#: A preview jumps everything that waits to be read.
PREVIEW_PRIORITY: Final = -1
#: What a changed meaning could hurt somebody by: these hold the reply until a person takes the responsibility.
HOLDING: Final = frozenset(
    {
        "number-changed", "contact-changed", "date-changed", "dose-changed", "unit-changed", "name-changed",
        "medicine-changed", "negation-lost", "not-translated", "repetition", "no-engine",
    }
)  # fmt: skip
#: The approved text that asks a patient to write, so that WhatsApp takes our answer.
ANSWER_WAITING: Final = "answer-waiting"
#: No engine serves the way there: somebody must write in the patient's language.
NO_ENGINE: Final = "no-engine"


def preview(session: Session, reference: str, staff: Staff, written: Written) -> Draft:
    """Save, and have the translation and its back-translation made; at once if there is nothing to translate."""
    draft = save(session, reference, staff, written)
    show(session, draft)
    return draft


def show(session: Session, draft: Draft) -> None:
    """Make the preview of what is saved; `BadInput` while a variable of a canned answer stands in it."""
    if left := unfilled(f"{draft.written or ''} {draft.text or ''}"):
        raise BadInput(f"put something in place of {', '.join(left)} first", field="text")
    draft.preview_id = new_id()
    draft.seen_message_id = _newest_inbound(draft.enquiry)
    if draft.written_language == draft.language:
        draft.text, draft.engine, draft.state = draft.written, BY_HAND, "ready"
    elif draft.engine == CANNED:
        draft.state = "ready"
    else:
        draft.state = "pending"
        tasks.add(session, "understand", "preview", draft.preview_id, priority=PREVIEW_PRIORITY)
    session.flush()


def holding_flags(draft: Draft) -> list[str]:
    """The flags that hold this reply until somebody overrides them with a reason."""
    return [flag for flag in draft.flags if flag in HOLDING]


def approve(
    session: Session,
    reference: str,
    staff: Staff,
    *,
    preview_id: str,
    reason: str = "",
    templates: Collection[str] = (),
) -> list[Message]:
    """Send what was previewed, ten seconds from now. `Conflict` says why it cannot go as it is.

    `preview_id` is the preview that the coordinator has seen: another one may not go in its place. `templates` are
    the texts that WhatsApp has approved: once its window has closed, "answer-waiting" asks the patient to write, and
    the answer is held until then.
    """
    enquiry = claim.own(session, reference, staff)
    draft = draft_of(session, enquiry, staff)
    if draft is None or draft.preview_id is None or draft.preview_id != preview_id:
        raise Conflict("this is not the newest preview; look at the reply once more")
    _check_ready(session, draft, enquiry, clean_text(reason)[:1000])
    way = way_of(enquiry, f"{draft.channel}:{draft.contact_point_id}")
    outgoing = _outgoing(draft, way, staff)
    if way.obstacle == "window-closed":
        messages = _ask_first(session, enquiry, outgoing, templates)
    else:
        messages = sending.put_out(session, enquiry, outgoing, due_at=now() + UNDO)
    for message in messages:
        search_words.add_message(session, message)
    enquiry.first_answered_at = enquiry.first_answered_at or now()
    session.delete(draft)
    states.move(session, enquiry, "reply", who=staff.email, detail=clean_text(reason)[:1000] or None)
    return messages


def _ask_first(session: Session, enquiry: Enquiry, outgoing: Outgoing, templates: Collection[str]) -> list[Message]:
    """Ask for a sign of life by template, by day, and hold the answer until it comes."""
    if not {ANSWER_WAITING, f"{ANSWER_WAITING}:{outgoing.language}"} & set(templates):
        raise Conflict("WhatsApp takes free text for 24 hours after the patient's last message only")
    text = approved_texts.find(ANSWER_WAITING, outgoing.language)
    asked = Outgoing(
        channel=outgoing.channel,
        point=outgoing.point,
        text=text.filled(reference=enquiry.reference),
        language=text.language,
        approved_text=ANSWER_WAITING,
    )
    by_day = quiet.next_time(outgoing.point, enquiry.patient.country, now() + UNDO)
    sending.put_out(session, enquiry, asked, due_at=by_day)
    return sending.put_out(session, enquiry, outgoing, held=True)


def undo(session: Session, reference: str, staff: Staff, message_id: str) -> Draft:
    """Take an answer back while it has not gone; what was written is a draft again."""
    enquiry = claim.for_update(session, reference)
    message = next((one for one in enquiry.messages if one.id == message_id), None)
    if message is None or message.sent_by != staff.id:
        raise NotFound("there is no such answer of yours")
    parts = [one for one in enquiry.messages if sending.batch_of(one) == sending.batch_of(message)]
    if not all(_take_back(session, part) for part in parts):
        raise Conflict("it is too late: the answer is on its way")
    for part in parts:
        part.status, part.status_at = "canceled", now()
    states.move(session, enquiry, "take-back", who=staff.email)
    enquiry.assigned_to, enquiry.claimed_until = staff.id, now() + states.CLAIM_LEASE
    return _draft_again(session, enquiry, staff, parts)


def _take_back(session: Session, part: Message) -> bool:
    """Whether nobody has begun to send it; then nobody will."""
    return part.status == "held" or (part.status == "queued" and tasks.cancel(session, "send", part.id))


def _draft_again(session: Session, enquiry: Enquiry, staff: Staff, parts: Sequence[Message]) -> Draft:
    first = parts[0]
    english = first.translation
    text = "\n".join(part.body or "" for part in parts)
    way = f"{first.channel}:{first.contact_point_id}"
    engine = english.engine if english else ""
    written = Written(
        (english.text if english else text) or text,
        way,
        ENGLISH if english else first.language,
        text if engine in (BY_HAND, CANNED) else None,
    )
    draft = save(session, enquiry.reference, staff, written)
    if english is not None and engine == CANNED:
        draft.engine, draft.package = engine, english.package
    return draft


def _check_ready(session: Session, draft: Draft, enquiry: Enquiry, reason: str) -> None:
    if draft.state != "ready" or not draft.text:
        raise Conflict("there is no preview of this reply yet, or nothing in the patient's language")
    if _newest_inbound(enquiry) != draft.seen_message_id:
        raise Conflict("the patient has written since this preview was made; read it first")
    holding = holding_flags(draft)
    if holding and not reason:
        raise Conflict(
            f"the translation may have changed what matters ({', '.join(holding)}); mend it or say why it is right"
        )
    if holding:
        states.record(
            session, enquiry, "reply overridden", who=_email(session, draft), detail=f"{', '.join(holding)}: {reason}"
        )


def _email(session: Session, draft: Draft) -> str:
    return session.get_one(Staff, draft.staff_id).email


def _outgoing(draft: Draft, way: Way, staff: Staff) -> Outgoing:
    translated = draft.written_language != draft.language
    return Outgoing(
        channel=way.channel,
        point=way.point,
        text=draft.text or "",
        language=draft.language,
        english=draft.written if translated else None,
        engine=draft.engine,
        package=draft.package,
        flags=draft.flags,
        sent_by=staff,
        in_reply_to=draft.seen_message_id,
    )


def _newest_inbound(enquiry: Enquiry) -> str | None:
    inbound = [message.id for message in enquiry.messages if message.direction == "in"]
    return max(inbound, default=None)
