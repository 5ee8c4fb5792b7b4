"""Using a canned answer: what is offered for an enquiry, and its way into the reply that is being written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.enquiries import canned, claim, drafts, reply
from service.enquiries.canned_variables import filled, unfilled
from service.enquiries.desk_model import CannedAnswer, CannedText
from service.enquiries.drafts import CANNED, Written
from service.enquiries.model import Draft, Staff
from service.errors import BadInput, NotFound
from translations.languages import ENGLISH

#: The values of the variables in a language; one that is not known is missing or empty.
Values = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Offer:
    """A canned answer for one enquiry, its variables filled; `text` is in the patient's language, if reviewed."""

    answer_id: str
    name: str
    english: str
    text: str | None
    source: str


def offers(session: Session, language: str, values: Values) -> list[Offer]:
    """What can be put into a reply to a patient who reads this language."""
    return [offer(answer, language, values) for answer in canned.offered(session, language)]


def offer(answer: CannedAnswer, language: str, values: Values) -> Offer:
    reviewed = _reviewed(answer, language)
    return Offer(
        answer_id=answer.id,
        name=answer.name,
        english=filled(canned.in_language(answer, ENGLISH).text, values(ENGLISH)),
        text=filled(reviewed.text, values(language)) if reviewed else None,
        source=f"{answer.name}, version {reviewed.version}" if reviewed else "",
    )


def insert(
    session: Session, reference: str, staff: Staff, written: Written, answer_id: str, values: Values, *, at: int
) -> Draft:
    """Put a canned answer into what is written, before the character `at`, and keep it.

    Where nothing else is written, the reviewed text in the patient's language stands beside the English: no machine
    translates it, and if no variable is left open its preview is there at once.
    """
    answer = canned.one(session, answer_id)
    if answer.archived_at is not None:
        raise NotFound("this canned answer is offered no more")
    language = drafts.language_of(claim.for_update(session, reference))
    chosen = offer(answer, language, values)
    text = _own_or_english(chosen, written.written_language)
    whole = written.text[:at] + text + written.text[at:]
    draft = drafts.save(session, reference, staff, Written(whole, written.way, written.written_language))
    if not written.text.strip() and draft.written_language == ENGLISH != language and chosen.text is not None:
        draft.text, draft.engine, draft.package = chosen.text, CANNED, chosen.source
        if not unfilled(draft.text):
            reply.show(session, draft)
    session.flush()
    return draft


def _own_or_english(chosen: Offer, written_language: str) -> str:
    if written_language == ENGLISH:
        return chosen.english
    if chosen.text is None:
        raise BadInput("nobody has reviewed this answer in the patient's language; use the English", field="canned")
    return chosen.text


def _reviewed(answer: CannedAnswer, language: str) -> CannedText | None:
    return next(
        (
            text
            for text in answer.texts
            if (text.language, text.state) == (language, "reviewed") and not canned.differs(text, answer.texts)
        ),
        None,
    )
