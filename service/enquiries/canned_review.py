"""Who answers for a canned answer in a language: a speaker of it, for one version, until that is taken back."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import canned
from service.enquiries.inbound import clean_text
from service.enquiries.model import Staff
from service.errors import BadInput, Conflict
from translations.languages import ENGLISH

MAX_REVIEWER: Final = 254


def review(session: Session, staff: Staff, answer_id: str, language: str, *, version: int, reviewer: str) -> None:
    """A speaker of the language answers for this version."""
    answer = canned.held(session, answer_id)
    text = canned.in_language(answer, language)
    name = clean_text(reviewer)
    if not name or len(name) > MAX_REVIEWER:
        raise BadInput("reviewer: say who has reviewed it", field="reviewer")
    if text.version != version:
        raise Conflict("the text was changed in the meantime; read it again")
    canned.compare(text.text, canned.in_language(answer, ENGLISH).text)
    text.state, text.reviewed_by, text.reviewed_at = "reviewed", name, now()
    canned.record(session, staff, "canned answer reviewed", f"{answer.name}, {language}")


def take_back(session: Session, staff: Staff, answer_id: str, language: str) -> None:
    """The review holds no more."""
    answer = canned.held(session, answer_id)
    canned.reopen(canned.in_language(answer, language))
    canned.record(session, staff, "canned answer review taken back", f"{answer.name}, {language}")
