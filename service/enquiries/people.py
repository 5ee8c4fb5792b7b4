"""A person as the console knows them: all rows that are the same one, and those who may be or belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.enquiries import references
from service.enquiries.model import AuditEvent, ContactPoint, Enquiry, Patient
from service.errors import BadInput, NotFound
from service.storage.tables import is_id
from service.storage.vault import vault_of

MOST_ENQUIRIES: Final = 50
MOST_OTHERS: Final = 20


def one(session: Session, patient_id: str) -> Patient:
    """The row with this id; `NotFound` if there is none, or nothing of it any more."""
    rows = select(Patient).where(Patient.id == patient_id).options(selectinload(Patient.contact_points))
    found = session.scalar(rows) if is_id(patient_id) else None
    if found is None or found.erased_at is not None:
        raise NotFound("there is no such person")
    return found


def behind(session: Session, reference: str) -> Patient:
    """The person of the enquiry with this reference, however it is spelt."""
    parsed = references.parse(reference)
    query = select(Patient).join(Enquiry, Enquiry.patient_id == Patient.id).where(Enquiry.reference == (parsed or ""))
    found = session.scalar(query.where(Patient.erased_at.is_(None)))
    if found is None:
        raise BadInput("there is no enquiry with this reference", field="reference")
    return found


def ids(patient: Patient) -> list[str]:
    return [row.id for row in patient.everybody]


def name_of(patient: Patient) -> str | None:
    """The name that one of the person's rows has, the kept one's first."""
    return next((row.name for row in patient.everybody if row.name), None)


def enquiries(session: Session, patient: Patient) -> list[Enquiry]:
    """The person's enquiries, newest first."""
    query = select(Enquiry).where(Enquiry.patient_id.in_(ids(patient))).order_by(Enquiry.received_at.desc())
    found = list(session.scalars(query.limit(MOST_ENQUIRIES)))
    vault_of(session).load(session, [enquiry.patient_id for enquiry in found])
    return found


def sharing(session: Session, patient: Patient) -> list[ContactPoint]:
    """The contact points that other people have in common with this one."""
    indexes = {point.blind_index for point in patient.all_contact_points}
    query = select(ContactPoint).join(Patient).options(joinedload(ContactPoint.patient))
    same = query.where(ContactPoint.blind_index.in_(indexes), ContactPoint.patient_id.not_in(ids(patient)))
    return list(session.scalars(same.where(Patient.erased_at.is_(None)).limit(MOST_OTHERS)))


def maybe_same(session: Session, patient: Patient) -> list[Patient]:
    """Others who may be this person: they share a contact, or an enquiry was marked so when it came. Kept rows only."""
    mine = ids(patient)
    marked = select(Enquiry.patient_id, Enquiry.maybe_patient_id).where(
        or_(
            and_(Enquiry.patient_id.in_(mine), Enquiry.maybe_patient_id.is_not(None)),
            Enquiry.maybe_patient_id.in_(mine),
        )
    )
    pairs = session.execute(marked.limit(MOST_OTHERS)).all()
    wanted = {other for pair in pairs for other in pair} | {point.patient_id for point in sharing(session, patient)}
    rows = session.scalars(select(Patient).where(Patient.id.in_(wanted), Patient.erased_at.is_(None))).all()
    others = {(row.kept or row).id: row.kept or row for row in rows}
    return [other for other in others.values() if other.id not in mine]


def history(session: Session, patient: Patient) -> Sequence[AuditEvent]:
    """What was done with the person as such, newest first; an enquiry has a history of its own."""
    query = select(AuditEvent).where(AuditEvent.patient_id.in_(ids(patient)), AuditEvent.enquiry_id.is_(None))
    return session.scalars(query.order_by(AuditEvent.id.desc()).limit(MOST_ENQUIRIES)).all()


def record(session: Session, patient: Patient, what: str, *, who: str, detail: str | None = None) -> None:
    """Add a line to the person's history."""
    session.add(AuditEvent(who=who, what=what, patient_id=patient.id, detail=detail))
