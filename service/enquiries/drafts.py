"""Replies that are being written: kept as they are typed, and thrown away by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import claim, reach
from service.enquiries.inbound import clean_text
from service.enquiries.model import Draft, Enquiry, Staff
from service.enquiries.reach import Way
from service.errors import BadInput, Conflict
from service.storage.tables import new_id
from translations.languages import ENGLISH, LANGUAGES, UNDETERMINED

MAX_REPLY: Final = 5000
#: The text that the patient reads was written or mended by a coordinator.
BY_HAND: Final = "coordinator"
#: It is a canned answer that a speaker of the language has reviewed.
CANNED: Final = "canned"
#: Somebody who has touched their draft so lately is still at it.
WRITING: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Written:
    """What the coordinator hands in. `way` is a key of `reach.ways`; `own_words` is the text for the patient as it
    stands beside it, mended by hand or not, None to have it translated.
    """

    text: str
    way: str
    written_language: str = ENGLISH
    own_words: str | None = None


def draft_of(session: Session, enquiry: Enquiry, staff: Staff) -> Draft | None:
    """The draft that this member of staff has for the enquiry."""
    return session.scalar(select(Draft).where(Draft.enquiry_id == enquiry.id, Draft.staff_id == staff.id))


def others_writing(session: Session, enquiry: Enquiry, staff_id: str) -> list[str]:
    """The addresses of colleagues who are writing to this patient at this moment."""
    query = select(Staff.email).join(Draft, Draft.staff_id == Staff.id).where(Draft.enquiry_id == enquiry.id)
    fresh = query.where(Draft.staff_id != staff_id, Draft.updated_at > now() - WRITING)
    return list(session.scalars(fresh.order_by(Staff.email)))


def save(session: Session, reference: str, staff: Staff, written: Written) -> Draft:
    """Keep what was written; what was previewed before counts no more. `BadInput` for what cannot be sent."""
    enquiry = claim.for_update(session, reference)
    claim.touch(enquiry, staff)
    way = way_of(enquiry, written.way)
    draft = draft_of(session, enquiry, staff)
    if draft is None:
        draft = Draft(id=new_id(), enquiry_id=enquiry.id, patient_id=enquiry.patient_id, staff_id=staff.id, channel="")
        session.add(draft)
    own_words, engine, package = _own_words(draft, written)
    draft.channel, draft.contact_point_id = way.channel, way.point.id
    draft.written_language = _known(written.written_language)
    draft.language = language_of(enquiry)
    draft.written = checked(written.text, "text")
    draft.state, draft.flags, draft.preview_id, draft.updated_at = "writing", [], None, now()
    draft.text, draft.engine, draft.package, draft.back = own_words, engine, package, None
    session.flush()
    return draft


def keep(session: Session, reference: str, staff: Staff, written: Written) -> Draft:
    """Save as it is typed: what has not changed keeps its preview."""
    enquiry = claim.for_update(session, reference)
    draft = draft_of(session, enquiry, staff)
    if draft is not None and _is_same(draft, written):
        claim.touch(enquiry, staff)
        draft.updated_at = now()
        return draft
    return save(session, reference, staff, written)


def _is_same(draft: Draft, written: Written) -> bool:
    own_words = None if written.own_words is None else clean_text(written.own_words)
    return (
        (draft.written, draft.written_language) == (clean_text(written.text), written.written_language)
        and written.way == f"{draft.channel}:{draft.contact_point_id}"
        and own_words in (None, draft.text)
    )


def _own_words(draft: Draft, written: Written) -> tuple[str | None, str, str]:
    """The text for the patient with where it comes from, if a person answers for it.

    What stands beside the English as it did before was not mended: a machine made it, or it belongs to English words
    that are others now.
    """
    if written.own_words is None:
        return None, "", ""
    own_words = checked(written.own_words, "own_words")
    if own_words != draft.text:
        return own_words, BY_HAND, ""
    is_current = draft.written == clean_text(written.text) and draft.engine in (BY_HAND, CANNED)
    return (own_words, draft.engine, draft.package) if is_current else (None, "", "")


def way_of(enquiry: Enquiry, key: str) -> Way:
    """The way with this key; `BadInput` or `Conflict` if nothing can go by it."""
    way = reach.way_of(enquiry.patient, key, now())
    if way is None:
        raise BadInput("way: the patient has no such contact", field="way")
    if way.obstacle == "opted-out":
        raise Conflict("the patient has asked not to be written to there")
    if way.obstacle == "bad-address":
        raise Conflict("messages to this address come back; choose another")
    return way


def language_of(enquiry: Enquiry) -> str:
    """The patient's language: the enquiry's, the person's, or English where neither is known."""
    for code in (enquiry.language, enquiry.patient.language):
        if code and code != UNDETERMINED and code in LANGUAGES:
            return code
    return ENGLISH


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise BadInput("written_language: not one of our languages", field="written_language")
    return language


def checked(text: str, field: str) -> str:
    """What may be sent, cleaned; `BadInput` names the field."""
    cleaned = clean_text(text)
    if not cleaned:
        raise BadInput(f"{field}: there is nothing to send", field=field)
    if len(cleaned) > MAX_REPLY:
        raise BadInput(f"{field}: at most {MAX_REPLY} characters", field=field)
    return cleaned
