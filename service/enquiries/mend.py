"""Mending a translation beside its original: a version of its own, read again, and remembered sentence by sentence."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from service.enquiries import remembered, states
from service.enquiries.drafts import BY_HAND
from service.enquiries.editing import editable, message_of
from service.enquiries.inbound import clean_text
from service.enquiries.model import Message, Staff, Translation
from service.enquiries.understand import take_stock
from service.errors import BadInput, Conflict
from service.storage import tasks
from translations import checks
from translations.languages import ENGLISH, UNDETERMINED

MAX_TRANSLATION: Final = 40_000
_PRIORITY: Final = 1


def mend_translation(
    session: Session, reference: str, staff: Staff, message_id: str, text: str, reason: str = ""
) -> Translation | None:
    """A new version in the coordinator's words; None if the newest says the same.

    The message is read again with it, so the caller rings for the queue `understand` after the commit. Raises BadInput
    with the field "text", Conflict, Forbidden or NotFound.
    """
    enquiry = editable(session, reference, staff)
    message = message_of(enquiry, message_id)
    _check_translatable(message)
    words = clean_text(text)
    if not words:
        raise BadInput("write the translation", field="text")
    if len(words) > MAX_TRANSLATION:
        raise BadInput(f"a translation may have at most {MAX_TRANSLATION:,} characters", field="text")
    before = message.translation
    if before is not None and before.text == words and before.source == message.language:
        return None
    mended = _add(message, staff, words)
    remembered.remember(session, message, staff, (before.text or "") if before else "", words, ENGLISH)
    message.reading_state = "pending"
    tasks.again(session, "understand", "understand", message.id, priority=_PRIORITY)
    take_stock(enquiry)
    states.record(session, enquiry, "translation corrected", who=staff.email, detail=reason.strip() or None)
    return mended


def by_hand(message: Message) -> Translation | None:
    """The newest translation, if a person wrote it and the message is still held to be in that language."""
    newest = message.translation
    is_ours = newest is not None and newest.edited_by is not None and newest.source == message.language
    return newest if is_ours else None


def _check_translatable(message: Message) -> None:
    if message.direction != "in" or not message.body:
        raise Conflict("only what a patient wrote has a translation to mend")
    if message.language in (ENGLISH, UNDETERMINED):
        raise Conflict("correct the language of the message first")


def _add(message: Message, staff: Staff, words: str) -> Translation:
    newest = message.translation
    mended = Translation(
        message_id=message.id,
        patient_id=message.patient_id,
        version=newest.version + 1 if newest else 1,
        source=message.language,
        target=ENGLISH,
        engine=BY_HAND,
        flags=list(checks.check(message.body or "", words, message.language, ENGLISH)),
        edited_by=staff.id,
    )
    mended.text = words
    message.translations.append(mended)
    return mended
