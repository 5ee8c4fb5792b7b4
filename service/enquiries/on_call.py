"""Where emergencies are told besides the console: numbers and addresses, and trying whether they work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import contacts
from service.enquiries.alert import TEST_STAGE
from service.enquiries.desk_model import OnCall
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput, Conflict, NotFound
from service.storage import tasks
from service.storage.tables import is_id
from service.storage.tasks import Task

MOST: Final = 50
_TEST_PRIORITY: Final = -1


def every(session: Session) -> list[OnCall]:
    """Those told at once first, in the order in which they were added."""
    return list(session.scalars(select(OnCall).order_by(OnCall.escalation, OnCall.id)))


def add(session: Session, staff: Staff, address: str, *, escalation: bool) -> OnCall:
    """A telephone number with its country code, or an e-mail address. BadInput or Conflict if it cannot be added."""
    kind, value = _kind_and_value(address)
    known = every(session)
    if any(entry.address == value and entry.escalation == escalation for entry in known):
        raise BadInput("this number or address is on the list already", field="address")
    if len(known) >= MOST:
        raise Conflict(f"there are {MOST} numbers and addresses already; remove one of them")
    entry = OnCall(kind=kind, escalation=escalation)
    entry.address = value
    session.add(entry)
    session.add(AuditEvent(who=staff.email, what=f"on-call {kind} added"))
    session.flush()
    return entry


def remove(session: Session, staff: Staff, entry_id: str) -> None:
    entry = _one(session, entry_id)
    session.delete(entry)
    session.add(AuditEvent(who=staff.email, what=f"on-call {entry.kind} removed"))


def test(session: Session, staff: Staff, entry_id: str) -> None:
    """Have a test sent; the caller rings for `send`. One at a time: `Conflict` while the last one is on its way."""
    entry = _one(session, entry_id)
    if (task := tests_of(session, [entry]).get(entry.id)) is not None and task.state in ("waiting", "leased"):
        raise Conflict("a test is on its way to this number or address already")
    tasks.again(session, "send", TEST_STAGE, entry.id, priority=_TEST_PRIORITY)
    session.add(AuditEvent(who=staff.email, what=f"on-call {entry.kind} tested"))


def tests_of(session: Session, entries: Sequence[OnCall]) -> Mapping[str, Task]:
    """The last test of each entry that was tested in the last days, by the entry's id."""
    query = select(Task).where(Task.stage == TEST_STAGE, Task.subject.in_([entry.id for entry in entries]))
    return {task.subject: task for task in session.scalars(query)}


def _one(session: Session, entry_id: str) -> OnCall:
    entry = session.get(OnCall, entry_id) if is_id(entry_id) else None
    if entry is None:
        raise NotFound("this number or address is not on the list (any more)")
    return entry


def _kind_and_value(text: str) -> tuple[str, str]:
    text = text.strip()
    if "@" in text and (address := contacts.email(text)) is not None:
        return "email", address
    if text.startswith("+") and (number := contacts.phone(text[:40])) is not None:
        return "phone", number
    raise BadInput(
        "give a telephone number with its country code, such as +44 7700 900123, or an e-mail address", field="address"
    )
