"""An enquiry for somebody who knows its reference and the contact that sent it: all that a browser can prove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import contacts, references
from service.enquiries.model import ContactKind, ContactPoint, Enquiry
from service.storage.vault import blind_index

MAX_FIELD: Final = 300


def given(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the two fields."""
    return {name: form.get(name, "").strip()[:MAX_FIELD] for name in ("reference", "contact")}


def find(session: Session, reference: str, contact: str) -> Enquiry | None:
    """Both must fit; which of them did not is not told."""
    digits = references.parse(reference)
    if digits is None:
        return None
    found = session.scalar(select(Enquiry).where(Enquiry.reference == digits))
    if found is None:
        return None
    kind: ContactKind = "email" if "@" in contact else "phone"
    country = found.patient.country
    value = contacts.email(contact) if kind == "email" else contacts.phone(contact, country)
    if value is None:
        return None
    index = blind_index(session, contacts.index_kind(kind), contacts.index_value(kind, value))
    match = select(ContactPoint.id).where(
        ContactPoint.patient_id.in_([row.id for row in found.patient.everybody]), ContactPoint.blind_index == index
    )
    return found if session.scalar(match) else None
