"""The ledger of consent: who agreed to what or was told it, in which words, and how it was taken back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, object_session

from service.clock import now
from service.enquiries import approved_texts, states
from service.enquiries.model import Consent, Enquiry, Message, Patient

#: Agreed to in a form, or told with the first answer; both end when the patient takes the consent back.
AGREED: Final = "enquiry"
TOLD: Final = "enquiry-told"
#: The wish to have everything deleted. Whether and when, a person decides; then the row goes with the patient's key.
ERASURE: Final = "erasure-wanted"
#: What must be done by a person, in the enquiry's needs.
NEED: Final = "erasure"
CONFIRMATION: Final = "consent-withdrawn"
#: The texts that may still go to somebody who has taken the consent back.
STILL_GO: Final = (CONFIRMATION, "emergency-advice")


def is_untold(message: Message) -> bool:
    """Whether the answer to this message must still say what is kept: nothing from before it holds."""
    session = object_session(message)
    if session is None:
        raise ValueError("the message belongs to no session")
    before = or_(Consent.message_id.is_(None), Consent.message_id != message.id)
    return session.scalar(holding(message.patient_id).where(before).limit(1)) is None


def tell(session: Session, message: Message, event: str, channel: str = approved_texts.COMMON) -> None:
    """Enter that the answer to this message says what is kept; once, however often it is given."""
    of_this = select(Consent.id).where(Consent.patient_id == message.patient_id, Consent.message_id == message.id)
    if session.scalar(of_this.limit(1)):
        return
    text = approved_texts.find(event, message.answer_language, channel)
    entry = row(message.enquiry, TOLD, f"{event}-{text.version}", text.language, message.channel)
    entry.message_id = message.id
    session.add(entry)


def wants_erasure(session: Session, patient_id: str) -> bool:
    """Whether the patient has asked to have everything deleted, and nobody has decided yet."""
    wish = select(Consent.id).where(
        Consent.patient_id == patient_id, Consent.purpose == ERASURE, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(wish.limit(1)) is not None


def wishes(session: Session) -> list[tuple[Consent, str]]:
    """The wishes that nobody has decided about, with the reference of the enquiry; the oldest first."""
    waiting = (
        select(Consent, Enquiry.reference)
        .join(Enquiry, Enquiry.id == Consent.enquiry_id)
        .join(Patient, Patient.id == Consent.patient_id)
        .where(Consent.purpose == ERASURE, Consent.withdrawn_at.is_(None), Patient.erased_at.is_(None))
        .order_by(Consent.id)
    )
    return [(row[0], row[1]) for row in session.execute(waiting)]


def decline(session: Session, wish: Consent, *, who: str, reason: str) -> None:
    """A person has decided that what is kept must stay; why stands in the history."""
    wish.withdrawn_at, wish.withdrawn_by = now(), who
    for enquiry in session.scalars(select(Enquiry).where(Enquiry.patient_id == wish.patient_id).with_for_update()):
        if enquiry.end_need(NEED):
            states.record(session, enquiry, "erasure declined", who=who, detail=reason)


def holding(*patient_ids: str) -> Select[Consent]:
    """What the patient, in one or several rows, agreed to or was told, and has not taken back."""
    return select(Consent).where(
        Consent.patient_id.in_(patient_ids), Consent.purpose.in_((AGREED, TOLD)), Consent.withdrawn_at.is_(None)
    )


def row(enquiry: Enquiry, purpose: str, wording: str, language: str, channel: str) -> Consent:
    return Consent(
        patient_id=enquiry.patient_id,
        enquiry_id=enquiry.id,
        purpose=purpose,
        wording=wording,
        language=language,
        channel=channel,
    )
