"""Several patients on one phone or address: whose message it is, and when only a person can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.enquiries import claim, states
from service.enquiries.model import ContactPoint, Enquiry, Message, Patient, Staff

#: What must be done by a person, in the enquiry's needs.
NEED: Final = "sender"


def writer(session: Session, patients: Sequence[Patient]) -> Patient:
    """Of patients who share a contact the one with an open enquiry, the latest spoken with first; else the newest."""
    if len(patients) == 1:
        return patients[0]
    by_id = {patient.id: patient for patient in patients}
    return next((by_id[found] for found in _open(session, list(by_id))), patients[0])


def note_doubt(session: Session, enquiry: Enquiry) -> None:
    """Say that the sender is in doubt, if others with an open enquiry write from the same contact."""
    same = [row.id for row in enquiry.patient.everybody]
    indexes = [point.blind_index for point in enquiry.patient.all_contact_points if point.proven]
    sharing = select(ContactPoint.patient_id).where(
        ContactPoint.blind_index.in_(indexes), ContactPoint.proven, ContactPoint.patient_id.not_in(same)
    )
    others = session.scalars(sharing.distinct()).all()
    if others and _open(session, others) and enquiry.add_need(NEED):
        states.record(session, enquiry, "sender in doubt", who="routing")


def settle(session: Session, reference: str, staff: Staff) -> Enquiry:
    """A person has found out who wrote, and that it belongs here."""
    enquiry = claim.for_update(session, reference)
    if enquiry.end_need(NEED):
        states.record(session, enquiry, "sender known", who=staff.email)
    return enquiry


def _open(session: Session, patient_ids: Sequence[str]) -> Sequence[str]:
    """Those with an open enquiry; who wrote or was written to last comes first."""
    latest = (
        select(Enquiry.patient_id)
        .join(Message, Message.enquiry_id == Enquiry.id)
        .where(Enquiry.patient_id.in_(patient_ids), Enquiry.status.in_(states.OPEN))
        .group_by(Enquiry.patient_id)
        .order_by(func.max(Message.id).desc())
    )
    return session.scalars(latest).all()
