"""A word that stops or restarts messages to a contact point, kept as a record of what the person wished."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from service.enquiries import contacts
from service.enquiries.inbound import Contact
from service.enquiries.model import AuditEvent, ContactPoint
from service.storage.session import Database
from service.storage.vault import blind_index


def note(database: Database, points: Sequence[Contact], step: str) -> None:
    """Mark every contact point with this number: "STOP" opts out, "START" back in; "HELP" changes nothing."""
    if step not in ("STOP", "START"):
        return
    with database.write() as session:
        for point in points:
            value = contacts.index_value(point.kind, point.value)
            index = blind_index(session, contacts.index_kind(point.kind), value)
            for row in session.scalars(select(ContactPoint).where(ContactPoint.blind_index == index)):
                row.opted_out = step == "STOP"
                what = "opted out" if row.opted_out else "opted in"
                session.add(AuditEvent(who=row.kind, what=what, patient_id=row.patient_id))
