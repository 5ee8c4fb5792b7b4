"""Links by which a member of staff sets a new password: each good once, for half an hour, and for nobody else."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.clock import now
from service.console import passwords, second_factor
from service.enquiries.desk_model import StaffLink
from service.enquiries.model import AuditEvent, Staff
from service.errors import Conflict, NotFound

LASTS: Final = timedelta(minutes=30)
#: How a token begins that also takes the second factor away. Being part of the token, it cannot be added to one.
_WITH_SECOND_FACTOR: Final = "both-"


def make(session: Session, staff: Staff, *, who: str, second_factor_too: bool = False) -> str:
    """The token of a new link, in place of those before it; the only time that it can be read."""
    if not staff.active:
        raise Conflict(f"{staff.email} has left; let them work here again first")
    session.execute(delete(StaffLink).where(StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None)))
    token = (_WITH_SECOND_FACTOR if second_factor_too else "") + secrets.token_urlsafe(32)
    session.add(StaffLink(staff_id=staff.id, digest=_digest(token), created_by=who, expires_at=now() + LASTS))
    what = "link for password and second factor made" if second_factor_too else "link for password made"
    session.add(AuditEvent(who=who, what=what, detail=staff.email))
    return token


def member(session: Session, token: str) -> Staff:
    """Whose link this is; `NotFound` if it was used, has run out, or never was."""
    return _opened(session, token)[1]


def use(session: Session, token: str, password: str) -> Staff:
    """Set the password, which ends the member's sessions; `BadInput` for a password nobody should have."""
    link, staff = _opened(session, token)
    staff.password_hash = passwords.hashed(password)
    staff.session_epoch += 1
    if token.startswith(_WITH_SECOND_FACTOR):
        second_factor.remove(session, staff)
    link.used_at = now()
    session.add(AuditEvent(who=staff.email, what="password set by link"))
    return staff


def _opened(session: Session, token: str) -> tuple[StaffLink, Staff]:
    link = session.scalar(select(StaffLink).where(StaffLink.digest == _digest(token)).with_for_update())
    staff = session.get_one(Staff, link.staff_id) if link else None
    if link is None or staff is None or link.used_at is not None or link.expires_at < now() or not staff.active:
        raise NotFound("this link was used, has run out, or never was; ask an administrator for a new one")
    return link, staff


def _digest(token: str) -> str:
    """SHA-256: a random token of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
