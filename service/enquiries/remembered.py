"""Sentences that a coordinator translated: found again by a keyed hash, and put before the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries.desk_model import RememberedSentence
from service.enquiries.model import Message, Staff
from service.storage.vault import blind_index
from translations import sentences

#: So many hashes in one query; SQLite takes no more than some thousands.
_AT_ONCE: Final = 500


def remember(session: Session, message: Message, staff: Staff, before: str, after: str, target: str) -> int:
    """Keep what was changed, if the sentences of the original and of the translation stand for each other one by one.

    `before` is the translation that was mended, "" if there was none. How many sentences were kept.
    """
    originals, translated = in_words(message.body or "", message.language), in_words(after, target)
    if len(originals) != len(translated):
        return 0
    unchanged = set(in_words(before, target))
    pairs = [pair for pair in zip(originals, translated, strict=True) if pair[1] not in unchanged]
    for original, translation in pairs:
        row = RememberedSentence(
            patient_id=message.patient_id,
            source=message.language,
            target=target,
            blind_index=_index(session, message.language, target, original),
            staff_id=staff.id,
        )
        row.original, row.translation = original, translation
        session.add(row)
    return len(pairs)


def recall(session: Session, source: str, target: str, wanted: Iterable[str]) -> Mapping[str, str]:
    """The latest translation of each sentence that somebody has translated; not those of erased patients."""
    if not has_any(session, source, target):
        return {}
    indexes = {sentence: _index(session, source, target, sentence) for sentence in wanted}
    found: dict[str, str] = {}
    for chunk in _chunks(sorted(set(indexes.values()))):
        rows = session.scalars(
            select(RememberedSentence)
            .where(
                RememberedSentence.source == source,
                RememberedSentence.target == target,
                RememberedSentence.blind_index.in_(chunk),
            )
            .order_by(RememberedSentence.id)
        )
        found.update((row.blind_index, row.translation) for row in rows if row.translation)
    return {sentence: found[index] for sentence, index in indexes.items() if index in found}


def of_messages(session: Session, patient_id: str, messages: Iterable[Message]) -> list[RememberedSentence]:
    """What was remembered of these messages for the patient."""
    spoken = [message for message in messages if message.body]
    said = {_levelled(one) for each in spoken for one in in_words(each.body or "", each.language)}
    rows = session.scalars(select(RememberedSentence).where(RememberedSentence.patient_id == patient_id))
    return [row for row in rows if _levelled(row.original or "") in said]


def has_any(session: Session, source: str, target: str) -> bool:
    """Whether anything is remembered from one language into the other."""
    query = select(RememberedSentence.id).where(
        RememberedSentence.source == source, RememberedSentence.target == target
    )
    return session.scalar(query.limit(1)) is not None


def in_words(text: str, language: str) -> list[str]:
    """The sentences of a text, without what has no words."""
    return [piece.text for piece in sentences.split(text, language) if piece.translate]


def _index(session: Session, source: str, target: str, sentence: str) -> str:
    return blind_index(session, f"sentence:{source}:{target}", _levelled(sentence))


def _levelled(sentence: str) -> str:
    """The same for the same words, however they are spaced and capitalised."""
    return " ".join(sentence.split()).casefold()


def _chunks(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
