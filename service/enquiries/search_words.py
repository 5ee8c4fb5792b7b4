"""The words by which an enquiry is found: levelled as the understanding levels them, and kept as keyed hashes alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.enquiries.desk_model import SearchWord
from service.enquiries.model import Enquiry, Message, Patient
from service.storage.session import Database
from service.storage.vault import blind_index
from service.understanding.text import words

#: A hash of 96 bits: two of a million words are alike with a chance of one in 10^17.
HASH_DIGITS: Final = 24
SHORTEST: Final = 2
_ARTICLE: Final = "ال"
_AFTER_ARTICLE: Final = 3
#: English words that nearly every message has: they would make half of the table and tell nothing.
_EVERYWHERE: Final = frozenset((
    "am", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "do", "for", "from", "had",
    "has", "have", "he", "hello", "her", "him", "his", "how", "if", "in", "is", "it", "its", "me", "my", "no", "not",
    "of", "on", "or", "our", "she", "so", "that", "the", "their", "them", "there", "they", "this", "to", "us", "was",
    "we", "were", "what", "when", "which", "who", "will", "with", "would", "you", "your",
))  # fmt: skip
BATCH: Final = 100


def words_of(text: str) -> frozenset[str]:
    """The words of a text that tell something: two characters at least, Chinese in pairs of characters."""
    return words_of_name(text) - _EVERYWHERE


def words_of_name(text: str) -> frozenset[str]:
    """Every word: An and He are names, too."""
    return frozenset(_words(text))


def words_asked_for(text: str) -> frozenset[str]:
    """The words to look for; those that every message has only if there are no others."""
    return words_of(text) or words_of_name(text)


def _words(text: str) -> Iterator[str]:
    found = words.split(text)
    for word in found.words:
        if not words.is_han(word) and len(word) >= SHORTEST:
            yield _without_article(word)
    for (index, first), (_, second) in pairwise(enumerate(found.words)):
        if words.is_han(first) and words.is_han(second) and not found.gaps[index + 1]:
            yield first + second


def _without_article(word: str) -> str:
    """المفصل and مفصل are found by each other."""
    return word[len(_ARTICLE) :] if word.startswith(_ARTICLE) and len(word) >= len(_ARTICLE) + _AFTER_ARTICLE else word


def hashes(session: Session, found: Iterable[str]) -> list[str]:
    return [blind_index(session, "search-word", word)[:HASH_DIGITS] for word in sorted(found)]


def add_message(session: Session, message: Message) -> None:
    """Let the enquiry be found by this message, its translations and the patient's name. The caller holds its row."""
    _add(session, message.enquiry, _texts(message))


def _texts(message: Message) -> Iterator[str]:
    yield from (message.body or "", message.subject or "")
    yield from (translation.text or "" for translation in message.translations)


def _add(session: Session, enquiry: Enquiry, texts: Iterable[str]) -> None:
    found = set(words_of_name(enquiry.patient.name or ""))
    found.update(*map(words_of, texts))
    have = set(session.scalars(select(SearchWord.word).where(SearchWord.enquiry_id == enquiry.id)))
    rows = [{"word": word, "enquiry_id": enquiry.id} for word in hashes(session, found) if word not in have]
    if rows:
        session.execute(insert(SearchWord), rows)


def index_person(session: Session, patient: Patient) -> None:
    """Make the words of a patient's enquiries anew: they have another name."""
    for enquiry in session.scalars(select(Enquiry).where(Enquiry.patient_id == patient.id).with_for_update()):
        _index_anew(session, enquiry)


def forget(session: Session, patient_id: str) -> None:
    """No enquiry of this patient is found by its words any more."""
    theirs = select(Enquiry.id).where(Enquiry.patient_id == patient_id)
    session.execute(delete(SearchWord).where(SearchWord.enquiry_id.in_(theirs)))


def reindex(database: Database) -> Iterator[int]:
    """Make the words of every enquiry anew, oldest first; how many are done, after each batch."""
    done, after = 0, ""
    while True:
        with database.write() as session:
            batch = session.scalars(
                select(Enquiry).where(Enquiry.id > after).order_by(Enquiry.id).limit(BATCH).with_for_update()
            ).all()
            for enquiry in batch:
                _index_anew(session, enquiry)
        if not batch:
            return
        done, after = done + len(batch), batch[-1].id
        yield done


def _index_anew(session: Session, enquiry: Enquiry) -> None:
    session.flush()
    session.execute(delete(SearchWord).where(SearchWord.enquiry_id == enquiry.id))
    spoken = [message for message in enquiry.messages if message.approved_text is None]
    _add(session, enquiry, [text for message in spoken for text in _texts(message)])
