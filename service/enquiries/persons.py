"""Who is who: the person behind a message, by the contact points that the channel has proved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.enquiries import contacts, reach, shared
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import ContactPoint, Patient
from service.storage.tables import new_id
from service.storage.vault import blind_index, vault_of

#: Where somebody types their own name for us; elsewhere it is a profile's or a header's.
TYPED: Final = ("web", "api")


def hold(session: Session, points: Sequence[Contact]) -> None:
    """Let two messages of one sender that come at the same moment wait for each other, until the commit.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for number in sorted({int(index_of(session, point)[:15], 16) for point in points}):
        session.execute(select(func.pg_advisory_xact_lock(number)))


def known(session: Session, points: Sequence[Contact], *, proven: bool) -> list[Patient]:
    """Patients with one of these contact points, the newest contact first; only by proven ones, if so asked."""
    found: dict[str, Patient] = {}
    for point in points:
        query = (
            select(Patient)
            .join(ContactPoint)
            .where(ContactPoint.blind_index == index_of(session, point), Patient.erased_at.is_(None))
            .order_by(ContactPoint.id.desc())
        )
        if proven:
            query = query.where(ContactPoint.proven)
        found.update((patient.id, patient) for patient in session.scalars(query) if patient.id not in found)
    return list(found.values())


def known_language(session: Session, inbound: InboundMessage) -> str | None:
    """The language in which a proven sender wrote before."""
    if not inbound.proven:
        return None
    return next((one.language for one in known(session, inbound.contacts, proven=True) if one.language), None)


def find_or_add(session: Session, inbound: InboundMessage) -> Patient:
    """The proven sender, if known; otherwise a new patient. Anybody can type somebody else's number.

    Of several patients on one phone it is the one whose enquiry is open.
    """
    found = known(session, inbound.contacts, proven=True) if inbound.proven else []
    patient = shared.writer(session, found) if found else _add(session, inbound)
    keep_contacts(session, patient, inbound)
    return patient


def keep_contacts(session: Session, patient: Patient, inbound: InboundMessage) -> None:
    """Add the contact points that the patient does not have yet; a proof is kept."""
    _take_name(patient, inbound)
    have = {(point.kind, point.blind_index): point for point in patient.contact_points}
    for contact in inbound.contacts:
        index = index_of(session, contact)
        point = have.get((contact.kind, index))
        if point is None:
            point = ContactPoint(patient_id=patient.id, kind=contact.kind, blind_index=index, proven=False)
            point.value = contact.value
            patient.contact_points.append(point)
        point.proven = point.proven or inbound.proven
        if inbound.proven:
            reach.heard_from([point], inbound.received_at)


def _take_name(patient: Patient, inbound: InboundMessage) -> None:
    """A name that a person typed stands; a profile's name fills a gap and nothing more."""
    typed = inbound.channel in TYPED
    if inbound.name and (patient.name is None or (typed and not patient.name_typed)):
        patient.name, patient.name_typed = inbound.name, typed


def index_of(session: Session, point: Contact) -> str:
    return blind_index(session, contacts.index_kind(point.kind), contacts.index_value(point.kind, point.value))


def _add(session: Session, inbound: InboundMessage) -> Patient:
    patient = Patient(id=new_id(), country=inbound.country, name_typed=False)
    vault_of(session).create(session, patient.id)
    session.add(patient)
    session.flush()
    return patient
