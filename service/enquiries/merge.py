"""Two rows that are one person: shown together, each with its own rows and key, and parted again at will."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.enquiries import people
from service.enquiries.model import Patient, Staff
from service.errors import Conflict


def merge(session: Session, staff: Staff, patient_id: str, into_id: str) -> Patient:
    """Say that both are one person; the second is kept and returned. `Conflict` if they are one already.

    Whoever was merged into the first is merged into the kept one directly, so that no chain and no circle can be.
    """
    moving, kept = _roots(session, patient_id, into_id)
    if moving.id == kept.id:
        raise Conflict("these two are the same person already")
    session.execute(update(Patient).where(Patient.merged_into == moving.id).values(merged_into=kept.id))
    moving.merged_into = kept.id
    session.flush()
    for row in (moving, kept):
        session.expire(row, ["kept", "merged"])
    people.record(session, moving, "merged into another", who=staff.email)
    people.record(session, kept, "another merged into this one", who=staff.email)
    return kept


def part(session: Session, staff: Staff, patient_id: str) -> Patient:
    """Say that a row is a person of its own after all, with what came in under it; the one it was merged into is
    returned. What came into the other's enquiries stays there.
    """
    row = _held(session, patient_id)
    kept = row.kept
    if kept is None:
        raise Conflict("this person is not merged into another")
    row.merged_into = None
    session.flush()
    for each in (row, kept):
        session.expire(each, ["kept", "merged"])
    people.record(session, row, "parted from another", who=staff.email)
    people.record(session, kept, "another parted from this one", who=staff.email)
    return kept


def _roots(session: Session, patient_id: str, into_id: str) -> tuple[Patient, Patient]:
    """The kept rows of both, held; two people who merge at the same moment wait for each other."""
    first, second = (people.one(session, one).everybody[0].id for one in (patient_id, into_id))
    held = {wanted: _held(session, wanted) for wanted in sorted({first, second})}
    if any(row.merged_into is not None for row in held.values()):
        raise Conflict("somebody has just merged one of them; look again")
    return held[first], held[second]


def _held(session: Session, patient_id: str) -> Patient:
    people.one(session, patient_id)
    query = select(Patient).where(Patient.id == patient_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()
