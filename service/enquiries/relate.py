"""How people belong together: a mother who writes for her son, a carer who calls for a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.enquiries import people
from service.enquiries.desk_model import RELATIONS, Relation
from service.enquiries.model import Patient, Staff
from service.errors import BadInput, Conflict, NotFound
from service.storage.tables import is_id

#: What one is to the other, seen from the other side.
_OTHER_WAY: Final[Mapping[str, str]] = {"mother": "child", "father": "child", "child": "parent", "carer": "cared-for"}


@dataclass(frozen=True, slots=True)
class Related:
    """Somebody who is the `kind` of the person that was asked about."""

    relation_id: str
    kind: str
    person: Patient


def of_person(session: Session, patient: Patient) -> list[Related]:
    """Everybody who belongs to the person, whichever of the two it was written down for."""
    mine = set(people.ids(patient))
    query = select(Relation).where(or_(Relation.patient_id.in_(mine), Relation.other_id.in_(mine)))
    return [
        related
        for row in session.scalars(query.order_by(Relation.id))
        if (related := _seen_from(session, row, mine)).person.erased_at is None
    ]


def _seen_from(session: Session, row: Relation, mine: set[str]) -> Related:
    if row.patient_id in mine:
        return Related(row.id, row.kind, _kept(session, row.other_id))
    return Related(row.id, _OTHER_WAY.get(row.kind, row.kind), _kept(session, row.patient_id))


def _kept(session: Session, patient_id: str) -> Patient:
    return session.get_one(Patient, patient_id).everybody[0]


def add(session: Session, staff: Staff, patient_id: str, reference: str, kind: str) -> None:
    """The person of the enquiry `reference` is the `kind` of this one."""
    patient = people.one(session, patient_id)
    if kind not in RELATIONS:
        raise BadInput("kind: not a way to belong together", field="kind")
    other = people.behind(session, reference)
    if other.id in people.ids(patient):
        raise BadInput("that is an enquiry of the same person", field="reference")
    if any(related.person.id == other.everybody[0].id for related in of_person(session, patient)):
        raise Conflict("how these two belong together is written down already")
    session.add(Relation(patient_id=patient.id, other_id=other.id, kind=kind, recorded_by=staff.id))
    try:
        session.flush()
    except IntegrityError as error:  # at the same moment by somebody else
        raise Conflict("how these two belong together is written down already") from error
    # No name: each history outlives the other person's erasure.
    for one in (patient, other):
        people.record(session, one, "relation added", who=staff.email)


def remove(session: Session, staff: Staff, patient_id: str, relation_id: str) -> None:
    patient = people.one(session, patient_id)
    row = session.scalar(select(Relation).where(Relation.id == relation_id)) if is_id(relation_id) else None
    if row is None or not {row.patient_id, row.other_id} & set(people.ids(patient)):
        raise NotFound("there is no such relation")
    for one_id in (row.patient_id, row.other_id):
        people.record(session, session.get_one(Patient, one_id), "relation removed", who=staff.email)
    session.delete(row)
