"""What an administrator changes about a member of staff, and what everybody changes about themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.console import passwords, staff_links
from service.enquiries import contacts, states
from service.enquiries.desk_model import Calendar
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.errors import BadInput, Conflict, Forbidden, NotFound
from service.roles import ROLES
from service.understanding import knowledge
from translations.languages import LANGUAGES

MAX_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a member of staff besides their sign-in."""

    role: str
    name: str = ""
    languages: Sequence[str] = ()
    specialties: Sequence[str] = ()
    calendar_id: str | None = None
    active: bool = True


def specialties() -> list[str]:
    """The specialties that our conditions belong to; a condition of "Cardiology / cardiac surgery" has both."""
    parts = (part.strip() for known in knowledge.condition_codes().values() for part in known.specialty.split("/"))
    first_spelling: dict[str, str] = {}
    for part in sorted(filter(None, parts)):
        first_spelling.setdefault(part.casefold(), part[:1].upper() + part[1:])
    return sorted(first_spelling.values())


def invite(session: Session, email: str, profile: Profile, *, who: str) -> tuple[Staff, str]:
    """A new member and the token of the link by which they set their password."""
    address = contacts.email(email)
    if address is None:
        raise BadInput("this is not an e-mail address", field="email")
    _check(session, profile)
    if session.scalar(select(Staff.id).where(Staff.email == address)):
        raise BadInput("somebody with this address is a member of staff already", field="email")
    # A password that nobody knows: the same work is done for it as for every other.
    staff = Staff(email=address, role=profile.role, password_hash=passwords.hashed(passwords.make()))
    _fill(staff, profile)
    session.add(staff)
    session.flush()
    session.add(AuditEvent(who=who, what=f"staff added: {profile.role}", detail=address))
    return staff, staff_links.make(session, staff, who=who)


def change(session: Session, staff_id: str, profile: Profile, *, by: str) -> None:
    """Change a member of staff on an administrator's word; `by` is the administrator's id.

    An ended role or employment ends the sessions, too. Raises BadInput, Conflict, Forbidden or NotFound, and then
    nothing is changed.
    """
    admins = _active_admins(session)
    staff, admin = find(session, staff_id), session.get_one(Staff, by)
    _check(session, profile)
    if staff.id == admin.id and (profile.role != staff.role or not profile.active):
        raise Forbidden("nobody changes their own role, or sends themselves away: another administrator must do that")
    if admins == [staff.id] and (profile.role != "admin" or not profile.active):
        raise Conflict("this is the last active administrator")
    if (profile.role, profile.active) != (staff.role, staff.active):
        staff.session_epoch += 1
        _note_standing(session, staff, profile, who=admin.email)
    if staff.active and not profile.active:
        _hand_back(session, staff, who=admin.email)
    _fill(staff, profile)
    session.add(AuditEvent(who=admin.email, what="staff changed", detail=staff.email))


def change_self(session: Session, staff_id: str, name: str, languages: Sequence[str]) -> None:
    """The name and the languages, which everybody knows best of themselves."""
    staff = find(session, staff_id)
    _check_words(name, languages)
    staff.name, staff.languages = name.strip(), list(languages)
    session.add(AuditEvent(who=staff.email, what="own profile changed"))


def find(session: Session, staff_id: str) -> Staff:
    """The member, held until the transaction ends; `NotFound` if there is none."""
    staff = session.scalar(select(Staff).where(Staff.id == staff_id).with_for_update())
    if staff is None:
        raise NotFound("there is no such member of staff")
    return staff


def _active_admins(session: Session) -> list[str]:
    """Held, and in one order: of two administrators who remove each other the second is refused."""
    admins = select(Staff.id).where(Staff.role == "admin", Staff.active).order_by(Staff.id)
    return list(session.scalars(admins.with_for_update()))


def _check(session: Session, profile: Profile) -> None:
    if profile.role not in ROLES:
        raise BadInput("choose one of the roles", field="role")
    _check_words(profile.name, profile.languages)
    _check_known(profile.specialties, specialties(), "specialties")
    if profile.calendar_id and session.get(Calendar, profile.calendar_id) is None:
        raise BadInput("choose one of the calendars", field="calendar")


def _check_words(name: str, languages: Sequence[str]) -> None:
    if len(name.strip()) > MAX_NAME:
        raise BadInput(f"a name has at most {MAX_NAME} characters", field="name")
    _check_known(languages, LANGUAGES, "languages")


def _check_known(given: Sequence[str], known: Collection[str], field: str) -> None:
    if any(one not in known for one in given):
        raise BadInput(f"choose from the {field} that are listed", field=field)


def _fill(staff: Staff, profile: Profile) -> None:
    staff.role, staff.name, staff.active = profile.role, profile.name.strip(), profile.active
    staff.languages, staff.specialties = list(profile.languages), list(profile.specialties)
    staff.calendar_id = profile.calendar_id or None


def _note_standing(session: Session, staff: Staff, profile: Profile, *, who: str) -> None:
    if profile.active != staff.active:
        what = "staff let in again" if profile.active else "staff sent away"
        session.add(AuditEvent(who=who, what=what, detail=staff.email))
    if profile.role != staff.role:
        what = f"role changed: {staff.role} → {profile.role}"
        session.add(AuditEvent(who=who, what=what, detail=staff.email))


def _hand_back(session: Session, staff: Staff, *, who: str) -> None:
    """What somebody who leaves held goes back into the queue, and what waited for them waits for anybody."""
    held = select(Enquiry).where(Enquiry.assigned_to == staff.id, Enquiry.status == "claimed").with_for_update()
    for enquiry in session.scalars(held):
        states.move(session, enquiry, "release", who=who, detail=f"{staff.email} has left")
    waiting = update(Enquiry).where(Enquiry.routed_to == staff.id, Enquiry.status.in_(states.OPEN))
    session.execute(waiting.values(routed_to=None, routed_by=None).execution_options(synchronize_session=False))
