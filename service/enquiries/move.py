"""Moving an enquiry to another person who writes from the same phone or address: a daughter after her mother.

What is stored is sealed with its patient's own key, so every sealed value is opened and sealed anew, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import remembered, search_words, states
from service.enquiries.correct_person import Person
from service.enquiries.desk_model import Appointment, Note
from service.enquiries.editing import editable
from service.enquiries.model import (
    Attachment,
    AttachmentContent,
    AuditEvent,
    Consent,
    ContactPoint,
    Draft,
    Enquiry,
    LabelledExample,
    Message,
    Patient,
    Staff,
    Translation,
)
from service.storage.secret import Secret
from service.storage.tables import new_id
from service.storage.vault import vault_of

_OF_ENQUIRY: Final = (Consent, Draft, LabelledExample, AuditEvent, Note, Appointment)
_OF_POINT: Final = (
    "kind",
    "blind_index",
    "proven",
    "opted_out",
    "last_inbound_at",
    "acknowledged_at",
    "bad_since",
    "bad_reason",
)


def move_to_new_person(session: Session, reference: str, staff: Staff, person: Person, reason: str = "") -> Patient:
    """Give the enquiry to a person of its own, who is reached as the one before. Conflict, Forbidden or NotFound."""
    enquiry = editable(session, reference, staff)
    before = enquiry.patient
    after = _add(session, person)
    points = _copies(session, before, after)
    session.flush()
    for row in list(_rows(session, enquiry)):
        _reseal(row, after.id)
    drafts = session.scalars(select(Draft).where(Draft.enquiry_id == enquiry.id))
    for one in (*enquiry.messages, *drafts):
        point = points.get(one.contact_point_id or "")
        one.contact_point_id = point.id if point else None
    session.flush()
    session.refresh(enquiry, ["patient"])
    search_words.index_person(session, after)
    states.record(session, enquiry, "moved to another person", who=staff.email, detail=reason.strip() or None)
    return after


def _add(session: Session, person: Person) -> Patient:
    after = Patient(id=new_id(), language=person.language, country=person.country, name_typed=person.name is not None)
    vault_of(session).create(session, after.id)
    session.add(after)
    session.flush()
    after.name = person.name
    return after


def _copies(session: Session, before: Patient, after: Patient) -> dict[str, ContactPoint]:
    """The copy of each contact point; what rows of one person have in common is copied once."""
    copies: dict[tuple[str, str], ContactPoint] = {}
    for point in before.all_contact_points:
        key = (point.kind, point.blind_index)
        copies[key] = copies.get(key) or _copied(session, point, after)
    return {point.id: copies[point.kind, point.blind_index] for point in before.all_contact_points}


def _copied(session: Session, point: ContactPoint, after: Patient) -> ContactPoint:
    copy = ContactPoint(id=new_id(), patient_id=after.id, **{name: getattr(point, name) for name in _OF_POINT})
    copy.value = point.value
    session.add(copy)
    return copy


def _rows(session: Session, enquiry: Enquiry) -> Iterator[Any]:
    """Everything of the enquiry that is sealed or names its patient."""
    yield enquiry
    yield from enquiry.messages
    for kind in _OF_ENQUIRY:
        yield from session.scalars(select(kind).where(kind.enquiry_id == enquiry.id).with_for_update())
    messages = select(Message.id).where(Message.enquiry_id == enquiry.id)
    yield from session.scalars(select(Translation).where(Translation.message_id.in_(messages)))
    yield from remembered.of_messages(session, enquiry.patient_id, enquiry.messages)
    attachments = select(Attachment.id).where(Attachment.message_id.in_(messages))
    yield from session.scalars(select(AttachmentContent).where(AttachmentContent.attachment_id.in_(attachments)))
    yield from session.scalars(select(Attachment).where(Attachment.message_id.in_(messages)))


def _reseal(row: Any, patient_id: str) -> None:
    secrets = [name for name, value in vars(type(row)).items() if isinstance(value, Secret)]
    plain = {name: getattr(row, name) for name in secrets}
    row.patient_id = patient_id
    for name, value in plain.items():
        setattr(row, name, value)
