"""Canned answers: kept for use again, one text for each language, each a draft until a speaker has reviewed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.clock import now
from service.enquiries.canned_variables import variables
from service.enquiries.desk_model import CannedAnswer, CannedText
from service.enquiries.drafts import MAX_REPLY
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput, Conflict, NotFound
from service.storage.tables import is_id, new_id
from translations.languages import ENGLISH, LANGUAGES

MAX_NAME: Final = 60
#: More than that nobody finds again, and the list in the reply box stays quick.
MOST: Final = 500


def every(session: Session, *, archived: bool = False) -> list[CannedAnswer]:
    """The answers by name, with their texts."""
    kept = CannedAnswer.archived_at.is_not(None) if archived else CannedAnswer.archived_at.is_(None)
    query = select(CannedAnswer).where(kept).order_by(CannedAnswer.name).limit(MOST)
    return list(session.scalars(query.options(selectinload(CannedAnswer.texts))))


def offered(session: Session, language: str) -> list[CannedAnswer]:
    """The answers by name, with their texts in English and in this language alone: each reply box asks for them."""
    texts = CannedAnswer.texts.and_(CannedText.language.in_((ENGLISH, language)))
    query = select(CannedAnswer).where(CannedAnswer.archived_at.is_(None)).order_by(CannedAnswer.name).limit(MOST)
    return list(session.scalars(query.options(selectinload(texts))))


def one(session: Session, answer_id: str) -> CannedAnswer:
    """`NotFound` if there is no such answer."""
    query = select(CannedAnswer).where(CannedAnswer.id == answer_id).options(selectinload(CannedAnswer.texts))
    found = session.scalar(query) if is_id(answer_id) else None
    if found is None:
        raise NotFound("there is no such canned answer")
    return found


def held(session: Session, answer_id: str) -> CannedAnswer:
    """The answer, held until the transaction ends: two people do not write one text at the same moment."""
    one(session, answer_id)
    query = select(CannedAnswer).where(CannedAnswer.id == answer_id).with_for_update()
    return session.scalars(
        query.options(selectinload(CannedAnswer.texts)).execution_options(populate_existing=True)
    ).one()


def create(session: Session, staff: Staff, name: str, text: str) -> CannedAnswer:
    """A new answer, with its English text, which the others follow."""
    if len(session.scalars(select(CannedAnswer.id).limit(MOST)).all()) >= MOST:
        raise Conflict(f"there are {MOST} canned answers already; archive or change one of them")
    answer = CannedAnswer(id=new_id(), name=_free_name(session, name), created_by=staff.id, texts=[])
    session.add(answer)
    _put(answer, staff, ENGLISH, _checked(text))
    _take_name(session)
    record(session, staff, "canned answer created", answer.name)
    return answer


def rename(session: Session, staff: Staff, answer_id: str, name: str) -> None:
    answer = held(session, answer_id)
    if answer.name != name.strip():
        answer.name = _free_name(session, name)
        _take_name(session)
        record(session, staff, "canned answer renamed", answer.name)


def change(session: Session, staff: Staff, answer_id: str, language: str, text: str) -> None:
    """Write the text of one language anew: it is a draft again. It names the same variables as the English one.

    A change of the variables in English makes drafts of the other languages, which lack them now.
    """
    answer, text = held(session, answer_id), _checked(text)
    if language not in LANGUAGES:
        raise BadInput("language: not one of our languages", field="language")
    if language != ENGLISH:
        compare(text, in_language(answer, ENGLISH).text)
    before = _find(answer, language)
    if before is not None and before.text == text:
        return
    _put(answer, staff, language, text)
    if language == ENGLISH:
        _reopen_others(answer)
    record(session, staff, "canned answer changed", f"{answer.name}, {language}")


def archive(session: Session, staff: Staff, answer_id: str, *, archived: bool = True) -> None:
    """Offer it no more, or again."""
    answer = held(session, answer_id)
    answer.archived_at = now() if archived else None
    record(session, staff, "canned answer archived" if archived else "canned answer restored", answer.name)


def in_language(answer: CannedAnswer, language: str) -> CannedText:
    """`NotFound` if there is no text in this language."""
    found = _find(answer, language)
    if found is None:
        raise NotFound("this answer has no text in this language")
    return found


def missing(answer: CannedAnswer) -> list[str]:
    """Our languages that the answer does not have."""
    have = {text.language for text in answer.texts}
    return [code for code in LANGUAGES if code not in have]


def differs(text: CannedText, texts: Sequence[CannedText]) -> bool:
    """Whether the text names other variables than the English one does now."""
    english = next((other.text for other in texts if other.language == ENGLISH), text.text)
    return variables(text.text) != variables(english)


def _find(answer: CannedAnswer, language: str) -> CannedText | None:
    return next((text for text in answer.texts if text.language == language), None)


def _put(answer: CannedAnswer, staff: Staff, language: str, text: str) -> None:
    found = _find(answer, language)
    if found is None:
        answer.texts.append(
            CannedText(id=new_id(), answer_id=answer.id, language=language, text=text, changed_by=staff.id)
        )
        return
    found.text, found.version = text, found.version + 1
    found.changed_by, found.changed_at = staff.id, now()
    reopen(found)


def _reopen_others(answer: CannedAnswer) -> None:
    for text in answer.texts:
        if text.language != ENGLISH and differs(text, answer.texts):
            reopen(text)


def reopen(text: CannedText) -> None:
    """Nobody answers for it any more."""
    text.state, text.reviewed_by, text.reviewed_at = "draft", None, None


def compare(text: str, english: str) -> None:
    """`BadInput` if the two name different variables."""
    ours, theirs = variables(text), variables(english)
    if ours != theirs:
        names = ", ".join("{" + name + "}" for name in sorted(ours ^ theirs))
        raise BadInput(
            f"every language names the same variables; this text and the English differ in {names}", field="text"
        )


def _checked(text: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise BadInput("text: write the answer", field="text")
    if len(cleaned) > MAX_REPLY:
        raise BadInput(f"text: at most {MAX_REPLY} characters", field="text")
    variables(cleaned)
    return cleaned


def _free_name(session: Session, name: str) -> str:
    """A name in one word, so that it can be typed after "/"."""
    cleaned = "-".join(clean_text(name).lower().split()).lstrip("/")
    if not cleaned or len(cleaned) > MAX_NAME:
        raise BadInput(f"name: between 1 and {MAX_NAME} characters", field="name")
    if session.scalar(select(CannedAnswer.id).where(CannedAnswer.name == cleaned)) is not None:
        raise BadInput(f"there is an answer named {cleaned} already", field="name")
    return cleaned


def _take_name(session: Session) -> None:
    """Somebody else may take the name between our look and now."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("somebody has just given this name to another answer") from error


def record(session: Session, staff: Staff, what: str, detail: str) -> None:
    """Add a line to the audit log."""
    session.add(AuditEvent(who=staff.email, what=what, detail=detail))
