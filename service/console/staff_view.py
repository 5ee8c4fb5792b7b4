"""What the pages of the staff show: everybody with what they have in hand, and the choices of the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.console import labels
from service.console.staff_changes import specialties
from service.enquiries.desk_model import Calendar
from service.enquiries.model import Enquiry, Staff
from service.roles import ROLES
from translations.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Row:
    """A member of staff with the enquiries they hold, and those that wait for them."""

    staff: Staff
    held: int
    waiting: int

    @property
    def languages(self) -> str:
        return ", ".join(labels.language(code) for code in self.staff.languages)

    @property
    def state(self) -> str:
        """A code of `labels.STAFF_STATES`."""
        if not self.staff.active:
            return "left"
        if self.staff.last_seen_at is None:
            return "invited"
        return "working" if self.staff.on_duty else "off-duty"


def rows(session: Session) -> list[Row]:
    """Everybody, those who work here first."""
    staff = session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.email)).all()
    ids = [one.id for one in staff if one.active]
    held = _counts(session, Enquiry.assigned_to, "claimed", ids)
    waiting = _counts(session, Enquiry.routed_to, "queued", ids)
    return [Row(one, held.get(one.id, 0), waiting.get(one.id, 0)) for one in staff]


def choices(session: Session) -> dict[str, Any]:
    """What the form offers."""
    return {
        "roles": [(role, labels.of(labels.ROLES, role), labels.of(labels.ROLE_ADVICE, role)) for role in ROLES],
        "languages": [(code, language.english) for code, language in LANGUAGES.items()],
        "specialties": specialties(),
        "calendars": session.execute(select(Calendar.id, Calendar.name).order_by(Calendar.name)).all(),
    }


def _counts(session: Session, column: Any, status: str, ids: Sequence[str]) -> dict[str, int]:
    """How many enquiries of a state have each of these people in a column; the indexes on both answer it."""
    counted = select(column, func.count()).where(column.in_(ids), Enquiry.status == status).group_by(column)
    return {staff_id: number for staff_id, number in session.execute(counted)}
