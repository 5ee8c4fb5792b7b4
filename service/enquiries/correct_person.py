"""Correcting who a patient is: name, country and language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from service.enquiries import countries, search_words, states
from service.enquiries.editing import editable
from service.enquiries.inbound import clean_text
from service.enquiries.model import Patient, Staff
from service.errors import BadInput
from translations.languages import LANGUAGES

MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person; `country` ISO 3166-1 alpha-2. None for what nobody knows."""

    name: str | None
    country: str | None
    language: str | None


def person_of(name: str, country: str, language: str) -> Person:
    """A person as typed and chosen, "" for unknown; BadInput with the field "name", "country" or "language"."""
    cleaned = clean_text(name)
    if len(cleaned) > MAX_NAME or "\n" in cleaned:
        raise BadInput(f"one line of at most {MAX_NAME} characters", field="name")
    if country and country not in countries.names():
        raise BadInput("choose a country of the list", field="country")
    if language and language not in LANGUAGES:
        raise BadInput("choose a language of the list", field="language")
    return Person(cleaned or None, country or None, language or None)


def correct_person(session: Session, reference: str, staff: Staff, person: Person) -> None:
    """What a person typed stands over what a channel tells. Conflict, Forbidden or NotFound."""
    enquiry = editable(session, reference, staff)
    patient = enquiry.patient
    changed = _changes(patient, person)
    if not changed:
        return
    patient.name_typed = patient.name_typed or patient.name != person.name
    patient.name, patient.country, patient.language = person.name, person.country, person.language
    search_words.index_person(session, patient)
    states.record(session, enquiry, "person corrected", who=staff.email, detail="; ".join(changed))


def _changes(patient: Patient, person: Person) -> list[str]:
    """For the history: "country: KW → AE"."""
    pairs = [
        ("name", patient.name, person.name),
        ("country", patient.country, person.country),
        ("language", patient.language, person.language),
    ]
    return [f"{what}: {old or '–'} → {new or '–'}" for what, old, new in pairs if (old or None) != new]
