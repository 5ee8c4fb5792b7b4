"""Who is looking at which enquiry: a row for each, renewed now and then, worth nothing soon after."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.desk_model import Presence
from service.enquiries.model import Staff

#: No more than one write for a person in this time.
RENEWED_EVERY: Final = timedelta(seconds=20)
FORGOTTEN_AFTER: Final = timedelta(seconds=45)
_KEPT: Final = timedelta(minutes=10)


def is_known(session: Session, enquiry_id: str, staff_id: str) -> bool:
    """Whether it was written down a moment ago, so that it need not be again."""
    row = session.get(Presence, (staff_id, enquiry_id))
    return row is not None and row.seen_at > now() - RENEWED_EVERY


def look(session: Session, enquiry_id: str, staff_id: str) -> None:
    """Write down that this person has the enquiry open now."""
    row = (Presence.staff_id == staff_id) & (Presence.enquiry_id == enquiry_id)
    renewed = session.connection().execute(update(Presence).where(row).values(seen_at=now()))
    if renewed.rowcount:
        return
    with suppress(IntegrityError), session.begin_nested():  # another window of the same person was faster
        session.add(Presence(staff_id=staff_id, enquiry_id=enquiry_id, seen_at=now()))


def watchers(session: Session, enquiry_ids: Collection[str], *, besides: str) -> dict[str, list[Staff]]:
    """Who else has each of the enquiries open, by name."""
    query = (
        select(Presence.enquiry_id, Staff)
        .join(Staff, Staff.id == Presence.staff_id)
        .where(Presence.enquiry_id.in_(enquiry_ids), Presence.seen_at > now() - FORGOTTEN_AFTER)
        .where(Presence.staff_id != besides)
        .order_by(Staff.email)
    )
    found: dict[str, list[Staff]] = {}
    for enquiry_id, staff in session.execute(query):
        found.setdefault(enquiry_id, []).append(staff)
    return found


def forget(session: Session) -> None:
    """Remove what has long meant nothing."""
    session.execute(delete(Presence).where(Presence.seen_at < now() - _KEPT))
