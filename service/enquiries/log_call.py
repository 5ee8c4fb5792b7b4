"""Writing down what a patient said: a call that a coordinator took, or a voice message that needed listening to.

Either becomes a message like any other: its red flags are seen at the door, it is translated, and it is queued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import contacts, states
from service.enquiries.editing import editable, message_of
from service.enquiries.inbound import MAX_TEXT, Contact, InboundMessage, clean_text
from service.enquiries.model import Enquiry, Staff
from service.enquiries.understand import take_stock
from service.errors import BadInput, Conflict, NotFound
from translations.languages import LANGUAGES

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Call:
    """What a coordinator typed after a call; `language` is the caller's, `words` may be in any.

    `reference` names the enquiry that the call belongs to; otherwise `phone` and `name` tell who called.
    """

    words: str
    language: str
    phone: str = ""
    name: str = ""
    reference: str | None = None


def of_call(session: Session, staff_id: str, key: str, call: Call) -> InboundMessage:
    """The call as a message; `key` is the same whenever the form is sent again.

    Raises BadInput with the field "words", "language", "phone" or "name", Conflict for an enquiry that takes no more,
    NotFound for one that does not exist.
    """
    enquiry = _going_on(session, call.reference) if call.reference else None
    return InboundMessage(
        channel="voice",
        unique_key=f"logged:{key}",
        text=_words(call.words),
        contacts=() if enquiry else _contacts(call.phone),
        proven=enquiry is not None,
        name=None if enquiry else _name(call.name),
        country=None if enquiry else contacts.country_of(contacts.phone(call.phone) or ""),
        language_hint=_language(call.language),
        answers_reference=enquiry.reference if enquiry else None,
        logged_by=staff_id,
    )


def of_voice_message(
    session: Session, reference: str, staff: Staff, message_id: str, words: str, language: str
) -> InboundMessage:
    """What was said in a voice message, as a message beside it; the recording stays as it is.

    Raises as `of_call`, and Conflict if it has been written down already.
    """
    enquiry = editable(session, reference, staff)
    message = message_of(enquiry, message_id)
    if not message.needs_listening:
        raise Conflict("this message needs no listening to (any more)")
    _going_on(session, reference)
    return InboundMessage(
        channel=message.channel,  # type: ignore[arg-type]  # a column's text
        unique_key=f"written-down:{message.id}",
        text=_words(words),
        proven=True,
        language_hint=_language(language),
        answers_reference=reference,
        logged_by=staff.id,
    )


def heard(session: Session, reference: str, staff: Staff, message_id: str) -> None:
    """The voice message needs no listening to any more."""
    enquiry = editable(session, reference, staff)
    message_of(enquiry, message_id).needs_listening = False
    take_stock(enquiry)
    states.record(session, enquiry, "written down", who=staff.email)


def _going_on(session: Session, reference: str) -> Enquiry:
    """The enquiry, if it can take one more message."""
    enquiry = session.scalar(select(Enquiry).where(Enquiry.reference == reference))
    if enquiry is None or enquiry.patient.erased_at is not None:
        raise NotFound("there is no enquiry with this reference")
    if (enquiry.status, "patient-wrote") not in states.MOVES:
        raise Conflict(f"this enquiry is {enquiry.status}; open it again first, or log the call without it")
    return enquiry


def _words(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise BadInput("write down what was said", field="words")
    if len(words) > MAX_TEXT:
        raise BadInput(f"at most {MAX_TEXT:,} characters", field="words")
    return words


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise BadInput("choose the caller's language", field="language")
    return code


def _name(text: str) -> str | None:
    name = clean_text(text)
    if len(name) > MAX_NAME:
        raise BadInput(f"a name may have at most {MAX_NAME} characters", field="name")
    return name or None


def _contacts(text: str) -> Sequence[Contact]:
    """The number that they called from; a caller may withhold it."""
    if not text.strip():
        return ()
    phone = contacts.phone(text)
    if phone is None:
        raise BadInput("write the number with its country, as +44 7700 900123", field="phone")
    return (Contact("phone", phone),)
