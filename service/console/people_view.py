"""What the results of a search and the page of a person show, put together so that the templates only lay it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import people, relate
from service.enquiries.desk_model import Appointment
from service.enquiries.model import AuditEvent, Consent, ContactPoint, Enquiry, Patient
from service.enquiries.relate import Related

_SHOWN_DIGITS: Final = 3
_HIDDEN: Final = "•••"


@dataclass(frozen=True, slots=True)
class PersonView:
    """The whole page; `shared` tells by contact point who else has it, `names` how people who are shown are called."""

    person: Patient
    rows: list[Patient]
    name: str | None
    points: list[ContactPoint]
    shared: Mapping[str, Sequence[Patient]]
    enquiries: list[Enquiry]
    appointments: Sequence[Appointment]
    references: Mapping[str, str]
    consents: Sequence[Consent]
    related: list[Related]
    maybe_same: list[Patient]
    history: Sequence[AuditEvent]

    def called(self, person: Patient) -> str | None:
        return people.name_of(person)


def build(session: Session, person: Patient) -> PersonView:
    rows = person.everybody
    enquiries = people.enquiries(session, person)
    return PersonView(
        person=rows[0],
        rows=rows,
        name=people.name_of(person),
        points=person.all_contact_points,
        shared=_shared(session, person),
        enquiries=enquiries,
        appointments=_appointments(session, person),
        references={enquiry.id: enquiry.reference for enquiry in enquiries},
        consents=_consents(session, person),
        related=relate.of_person(session, person),
        maybe_same=people.maybe_same(session, person),
        history=people.history(session, person),
    )


def _shared(session: Session, person: Patient) -> Mapping[str, Sequence[Patient]]:
    """By blind index, the others with the same number or address, each once."""
    found: dict[str, dict[str, Patient]] = defaultdict(dict)
    for point in people.sharing(session, person):
        kept = point.patient.everybody[0]
        found[point.blind_index][kept.id] = kept
    return {index: list(others.values()) for index, others in found.items()}


def _appointments(session: Session, person: Patient) -> Sequence[Appointment]:
    query = select(Appointment).where(Appointment.patient_id.in_(people.ids(person)))
    return session.scalars(query.order_by(Appointment.starts_at.desc()).limit(people.MOST_ENQUIRIES)).all()


def _consents(session: Session, person: Patient) -> Sequence[Consent]:
    query = select(Consent).where(Consent.patient_id.in_(people.ids(person)))
    return session.scalars(query.order_by(Consent.given_at.desc()).limit(people.MOST_ENQUIRIES)).all()


def masked(point: ContactPoint) -> str:
    """Enough of a number or address to tell it from another, in a list of many people."""
    value = point.value or ""
    name, at, domain = value.partition("@")
    if at:
        return f"{name[:1]}{_HIDDEN}@{domain}"
    return f"{_HIDDEN} {value[-_SHOWN_DIGITS:]}" if len(value) > _SHOWN_DIGITS else _HIDDEN
