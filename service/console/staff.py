"""Adding members of staff, and telling whether somebody is one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.clock import now
from service.console import passwords, throttle
from service.enquiries import contacts
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput, Conflict, NotFound
from service.roles import ROLES
from service.storage.session import Database
from translations.languages import LANGUAGES


def add(database: Database, email: str, role: str, languages: Sequence[str], password: str | None = None) -> str:
    """Add a member of staff; the password, made here unless one is given. `BadInput` or `Conflict` if it cannot be."""
    address = contacts.email(email)
    if address is None:
        raise BadInput("email: not an e-mail address", field="email")
    if role not in ROLES:
        raise BadInput(f"role: must be one of {', '.join(ROLES)}", field="role")
    unknown = [code for code in languages if code not in LANGUAGES]
    if unknown:
        raise BadInput(f"languages: {', '.join(unknown)} is not one of {' '.join(LANGUAGES)}", field="languages")
    password = passwords.make() if password is None else password
    password_hash = passwords.hashed(password)
    with database.write() as session:
        if _find(session, address):
            raise Conflict(f"{address} is a member of staff already")
        session.add(Staff(email=address, role=role, languages=list(languages), password_hash=password_hash))
        session.add(AuditEvent(who="operator", what=f"staff added: {role}"))
    return password


def check_password(database: Database, email: str, password: str, address: str) -> Staff | None:
    """The member with this e-mail address and password; `address` is where the attempt comes from.

    Raises `throttle.TooManyAttempts`. No transaction is open while the password is checked.
    """
    email = email.strip().lower()[:254]
    with database.write() as session:
        # Held until the attempt is counted, so that guesses made at the same time wait for each other.
        staff = session.scalar(select(Staff).where(Staff.email == email).with_for_update())
        attempt = throttle.begin(session, email, address)
        known_hash = staff.password_hash if staff and staff.active else None
    if not passwords.matches(known_hash, password) or staff is None:
        return None
    with database.write() as session:
        throttle.succeed(session, attempt)
        if passwords.is_outdated(staff.password_hash):
            session.get_one(Staff, staff.id).password_hash = passwords.hashed(password)
    return staff


def note_sign_in(session: Session, staff: Staff, way: str = "") -> None:
    """Write down that a member has signed in, and by what means if it was an unusual one."""
    staff.last_seen_at = now()
    session.add(AuditEvent(who=staff.email, what=f"signed in {way}".strip()))


def note_seen(database: Database, staff_id: str) -> None:
    """Write down that a member is there."""
    with database.write() as session:
        session.execute(update(Staff).where(Staff.id == staff_id).values(last_seen_at=now()))


def end_sessions(database: Database, staff_id: str, *, who: str, of: str | None = None) -> None:
    """Make every session of a member worthless, wherever its cookie may have been copied to.

    `of` is the member's address where somebody else does it.
    """
    with database.write() as session:
        session.execute(update(Staff).where(Staff.id == staff_id).values(session_epoch=Staff.session_epoch + 1))
        session.add(AuditEvent(who=who, what="sessions ended" if of else "signed out", detail=of))


def by_address(session: Session, email: str) -> Staff:
    """The member with this e-mail address; `NotFound` if there is none."""
    staff = _find(session, email.strip().lower())
    if staff is None:
        raise NotFound("there is no member of staff with this e-mail address")
    return staff


def _find(session: Session, email: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.email == email))
