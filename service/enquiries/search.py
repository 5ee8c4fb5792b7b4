"""Finding enquiries by reference, contact, name, words, condition and dates, without opening what is sealed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

import phonenumbers
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from service.enquiries import contacts, page_key, persons, references, search_words
from service.enquiries.desk_model import SearchWord
from service.enquiries.inbound import Contact
from service.enquiries.model import ContactPoint, Enquiry
from service.errors import BadInput
from service.storage.tables import ID
from service.storage.vault import vault_of

Kind = Literal["reference", "contact", "words", "filters"]

PAGE_SIZE: Final = 25
MAX_TEXT: Final = 200
MAX_WORDS: Final = 12
#: A word that fewer enquiries have is looked up first; among others one looks through the newest enquiries.
RARE: Final = 2000
_PHONE: Final = re.compile(r"[+\d\s()./\-]{6,32}")
_FROM: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; the days, in UTC, are those on which an enquiry came, the last one included."""

    text: str = ""
    condition: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.condition or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of enquiries, newest first, how they were found, and the key of the next page."""

    enquiries: list[Enquiry]
    kind: Kind
    after: str


def find(session: Session, wanted: Wanted, *, after: str = "") -> Found:
    """The enquiries behind the key `after`. A text that is no reference and nobody's contact is taken as words."""
    base = _filtered(wanted)
    query, kind = _by_text(session, base, wanted.text) if wanted.text else (base, "filters")
    if after:
        query = query.where(_behind(*_parse_key(after)))
    rows = list(session.scalars(query.limit(PAGE_SIZE + 1)))
    shown = rows[:PAGE_SIZE]
    vault_of(session).load(session, [enquiry.patient_id for enquiry in shown])
    return Found(shown, kind, _key(shown[-1]) if len(rows) > PAGE_SIZE else "")


def _filtered(wanted: Wanted) -> Select[Enquiry]:
    query = select(Enquiry).options(joinedload(Enquiry.patient)).order_by(Enquiry.received_at.desc(), Enquiry.id.desc())
    if wanted.condition:
        query = query.where(Enquiry.condition == wanted.condition)
    if wanted.since:
        query = query.where(Enquiry.received_at >= _midnight(wanted.since))
    if wanted.until:
        query = query.where(Enquiry.received_at <= datetime.combine(wanted.until, time.max, UTC))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _by_text(session: Session, query: Select[Enquiry], text: str) -> tuple[Select[Enquiry], Kind]:
    reference = references.parse(text)
    if reference and session.scalar(select(Enquiry.id).where(Enquiry.reference == reference)):
        return query.where(Enquiry.reference == reference), "reference"
    patients = _with_contact(session, text)
    if patients:
        return query.where(Enquiry.patient_id.in_(patients)), "contact"
    return _with_words(session, query, text), "words"


def _with_contact(session: Session, text: str) -> list[str]:
    """The patients who can be reached there, with all the rows that are the same person."""
    indexes = {persons.index_of(session, contact) for contact in _contacts(text)}
    if not indexes:
        return []
    points = select(ContactPoint).where(ContactPoint.blind_index.in_(indexes)).options(joinedload(ContactPoint.patient))
    return sorted({row.id for point in session.scalars(points.limit(RARE)) for row in point.patient.everybody})


def _contacts(text: str) -> list[Contact]:
    """What the text may be as a contact; a phone number without its country is tried in every country."""
    if address := contacts.email(text):
        return [Contact("email", address)]
    if not _PHONE.fullmatch(text):
        return []
    spelt = re.sub(r"^\s*00", "+", text)
    countries: Sequence[str | None] = [None] if "+" in spelt else sorted(phonenumbers.SUPPORTED_REGIONS)
    numbers = {contacts.phone(spelt, country) for country in countries}
    return [Contact("phone", number) for number in numbers if number]


def _with_words(session: Session, query: Select[Enquiry], text: str) -> Select[Enquiry]:
    asked = search_words.hashes(session, search_words.words_asked_for(text))[:MAX_WORDS]
    if not asked:
        raise BadInput(f"write at least {search_words.SHORTEST} characters of a word", field="q")
    having = {word: _enquiries_with(session, word) for word in asked}
    rarest = min(asked, key=lambda word: len(having[word]))
    if len(having[rarest]) <= RARE:
        query = query.where(Enquiry.id.in_(having[rarest]))
        asked.remove(rarest)
    for word in asked:
        query = query.where(exists().where(SearchWord.word == word, SearchWord.enquiry_id == Enquiry.id))
    return query


def _enquiries_with(session: Session, word: str) -> Sequence[str]:
    return session.scalars(select(SearchWord.enquiry_id).where(SearchWord.word == word).limit(RARE + 1)).all()


def _behind(received_at: datetime, enquiry_id: str) -> ColumnElement[bool]:
    return or_(Enquiry.received_at < received_at, and_(Enquiry.received_at == received_at, Enquiry.id < enquiry_id))


def _key(enquiry: Enquiry) -> str:
    return page_key.written((enquiry.received_at - _FROM) // timedelta(microseconds=1), enquiry.id)


def _parse_key(key: str) -> tuple[datetime, str]:
    micros, enquiry_id = page_key.read(key, "[0-9]{1,16}", ID)
    try:
        return _FROM + timedelta(microseconds=int(micros)), enquiry_id
    except OverflowError as error:
        raise page_key.broken() from error
