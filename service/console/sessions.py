"""Who is signed in, and until when: 12 hours at most, 30 minutes without a sign of life.

Whoever has given the password but no second factor yet is signed in by half, for five minutes, and sees nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import session as cookie
from flask_login import LoginManager, current_user, login_user

from service.clock import now
from service.console.staff import note_seen
from service.enquiries.model import Staff
from service.errors import Forbidden
from service.parts import parts

LASTS: Final = timedelta(hours=12)
IDLE_AFTER: Final = timedelta(minutes=30)
_TOUCH_EVERY_SECONDS: Final = 60
_SIGNED_IN_AT: Final = "signed_in_at"
_SEEN_AT: Final = "seen_at"
HALF_LASTS: Final = timedelta(minutes=5)
_HALF: Final = "half"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff in a session, as Flask-Login wants a user to be."""

    id: str
    email: str
    role: str
    languages: tuple[str, ...]
    session_epoch: int
    on_duty: bool = True
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return f"{self.id}.{self.session_epoch}"

    @property
    def may_act(self) -> bool:
        return self.role != "auditor"


@dataclass(frozen=True, slots=True)
class Half:
    """A member who has given the password; `nonce` belongs to this browser and this attempt."""

    staff_id: str
    session_epoch: int
    nonce: str


def login_manager() -> LoginManager:
    manager = LoginManager()
    manager.user_loader(_load)
    return manager


def member() -> Member | None:
    """Whoever is signed in, if anybody is."""
    return current_user if current_user.is_authenticated else None


def signed_in() -> Member:
    """Whoever is signed in; the blueprint lets nobody else come so far."""
    found = member()
    if found is None:
        raise Forbidden("sign in first")
    return found


def begin(staff: Staff) -> None:
    """Open a session that takes nothing over from the one before it."""
    cookie.clear()
    cookie[_SIGNED_IN_AT] = cookie[_SEEN_AT] = _seconds()
    login_user(_as_member(staff))


def begin_half(staff: Staff) -> None:
    """Remember for five minutes that the password was right."""
    cookie.clear()
    cookie[_HALF] = [staff.id, staff.session_epoch, secrets.token_hex(16), _seconds()]


def half() -> Half | None:
    """Whoever has given the password and not yet the second factor."""
    staff_id, epoch, nonce, since = cookie.get(_HALF) or ("", 0, "", 0)
    return Half(staff_id, epoch, nonce) if _seconds() - since < HALF_LASTS.total_seconds() else None


def end() -> None:
    cookie.clear()


def touch(member: Member) -> None:
    """Note a sign of life, now and then, so that nothing is written with every page."""
    moment = _seconds()
    if moment - cookie.get(_SEEN_AT, 0) >= _TOUCH_EVERY_SECONDS:
        cookie[_SEEN_AT] = moment
        note_seen(parts().database, member.id)


def _load(session_id: str) -> Member | None:
    """The member of a session, unless it is too old or all sessions of the member were ended since."""
    staff_id, _, epoch = session_id.partition(".")
    if not _is_alive():
        return None
    with parts().database.read() as session:
        staff = session.get(Staff, staff_id)
        if staff is None or not staff.active or str(staff.session_epoch) != epoch:
            return None
        return _as_member(staff)


def _is_alive() -> bool:
    moment = _seconds()
    age, idle = moment - cookie.get(_SIGNED_IN_AT, 0), moment - cookie.get(_SEEN_AT, 0)
    return bool(age < LASTS.total_seconds() and idle < IDLE_AFTER.total_seconds())


def _as_member(staff: Staff) -> Member:
    return Member(staff.id, staff.email, staff.role, tuple(staff.languages), staff.session_epoch, staff.on_duty)


def _seconds() -> int:
    return int(now().timestamp())
