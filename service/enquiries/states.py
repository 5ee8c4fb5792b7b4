"""The states of an enquiry and the moves between them; `move` is the only writer of a state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.model import AuditEvent, Enquiry, Status
from service.errors import Conflict
from service.storage.vault import vault_of

Move = Literal[
    "claim", "release", "lease-expired", "take-over", "reply", "patient-wrote", "snooze", "wake", "book", "close",
    "reopen", "withdraw", "spam", "take-back", "delivery-failed",
]  # fmt: skip

CLAIM_LEASE: Final = timedelta(minutes=15)
OPEN: Final[tuple[Status, ...]] = ("queued", "claimed", "replied", "snoozed")
ENDED: Final[tuple[Status, ...]] = ("booked", "closed", "withdrawn", "spam")
IN_QUEUE: Final[tuple[Status, ...]] = ("queued", "claimed")

_ENDINGS: Final[dict[Move, Status]] = {"book": "booked", "close": "closed", "withdraw": "withdrawn", "spam": "spam"}

MOVES: Final[dict[tuple[str, Move], Status]] = {
    ("queued", "claim"): "claimed",
    ("claimed", "claim"): "claimed",
    ("claimed", "release"): "queued",
    ("claimed", "lease-expired"): "queued",
    ("claimed", "take-over"): "claimed",
    ("claimed", "reply"): "replied",
    ("replied", "claim"): "claimed",
    ("replied", "take-back"): "claimed",
    ("replied", "delivery-failed"): "queued",
    ("snoozed", "claim"): "claimed",
    ("queued", "patient-wrote"): "queued",
    ("claimed", "patient-wrote"): "claimed",
    ("replied", "patient-wrote"): "queued",
    ("snoozed", "patient-wrote"): "queued",
    ("closed", "patient-wrote"): "queued",
    ("booked", "patient-wrote"): "queued",
    ("queued", "snooze"): "snoozed",
    ("claimed", "snooze"): "snoozed",
    ("replied", "snooze"): "snoozed",
    ("snoozed", "snooze"): "snoozed",
    ("snoozed", "wake"): "queued",
    ("closed", "reopen"): "queued",
    ("booked", "reopen"): "queued",
    ("withdrawn", "reopen"): "queued",
    ("spam", "reopen"): "queued",
    **{(status, move): ending for status in OPEN for move, ending in _ENDINGS.items()},
}


class NotAllowed(Conflict):
    """The state does not allow the step."""

    def __init__(self, status: str, step: str) -> None:
        super().__init__(f"this enquiry is {status} now, so that it cannot take the step {step!r}")


def move(session: Session, enquiry: Enquiry, step: Move, *, who: str, detail: str | None = None) -> None:
    """Make one move and record it; `Conflict` if the state does not allow it.

    The caller holds the row: it is read for update, or the transaction holds the database's write lock.
    """
    target = MOVES.get((enquiry.status, step))
    if target is None:
        raise NotAllowed(enquiry.status, step)
    enquiry.status = target
    if target != "claimed":
        enquiry.claimed_until = None
        enquiry.assigned_to = enquiry.assigned_to if target == "replied" else None
    if target != "snoozed":
        enquiry.snoozed_until = None
    enquiry.closed_at = now() if target in ENDED else None
    record(session, enquiry, step, who=who, detail=detail)


def record(session: Session, enquiry: Enquiry, what: str, *, who: str, detail: str | None = None) -> None:
    """Add a line to the enquiry's history; without the detail for an erased patient, for whom nothing can be sealed."""
    if detail is not None and vault_of(session).key(session, enquiry.patient_id) is None:
        detail = None
    session.add(AuditEvent(who=who, what=what, enquiry_id=enquiry.id, patient_id=enquiry.patient_id, detail=detail))


def lease_ended(enquiry: Enquiry, moment: datetime) -> bool:
    return enquiry.status == "claimed" and (enquiry.claimed_until is None or enquiry.claimed_until < moment)
