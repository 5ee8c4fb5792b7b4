"""Erasing a patient: without the data key, nothing that was sealed with it can ever be read again."""

from __future__ import annotations

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import search_words, states
from service.enquiries.desk_model import Relation
from service.enquiries.model import AttachmentContent, AuditEvent, ContactPoint, Enquiry, Patient
from service.errors import NotFound
from service.storage.tables import DataKey
from service.storage.vault import vault_of


def erase(session: Session, patient_id: str, *, who: str) -> None:
    """Erase for good, with every row that is the same person; codes, times and the fact of the erasure stay, as figures
    without a person.
    """
    patient = session.get(Patient, patient_id)
    if patient is None:
        raise NotFound("there is no such patient")
    for row in patient.everybody:
        _erase_row(session, row, who=who)


def _erase_row(session: Session, patient: Patient, *, who: str) -> None:
    patient_id = patient.id
    session.execute(delete(ContactPoint).where(ContactPoint.patient_id == patient_id))
    session.execute(delete(AttachmentContent).where(AttachmentContent.patient_id == patient_id))
    session.execute(delete(Relation).where(or_(Relation.patient_id == patient_id, Relation.other_id == patient_id)))
    search_words.forget(session, patient_id)
    for enquiry in session.scalars(select(Enquiry).where(Enquiry.patient_id == patient_id).with_for_update()):
        if enquiry.status in states.OPEN:
            states.move(session, enquiry, "withdraw", who=who)
        enquiry.needs = []
    session.flush()
    session.execute(delete(DataKey).where(DataKey.owner == patient_id))
    vault_of(session).forget(patient_id)
    patient.erased_at = now()
    session.add(AuditEvent(who=who, what="patient erased", patient_id=patient_id))
