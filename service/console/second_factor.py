"""The second factor: codes of an authenticator app (RFC 6238), each good once, and recovery codes in their place."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.clock import now
from service.console import throttle
from service.console.sessions import Half
from service.console.staff import note_sign_in
from service.enquiries.desk_model import RecoveryCode
from service.enquiries.model import AuditEvent, Staff
from service.storage.session import Database
from service.storage.vault import blind_index
from translations.digits import to_ascii

STEP_SECONDS: Final = 30
#: A clock that is wrong by up to half a minute is accepted, and a code that was slow to type.
DRIFT: Final = (-1, 0, 1)
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20  # as long as the digest, RFC 4226 section 4
#: No letter or digit that looks like another; twelve of them hold 59 bits.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 3
_GROUP: Final = 4


def new_secret(session: Session, nonce: str) -> str:
    """The secret that a browser is shown: the same for the same nonce, and told by our own key only."""
    return base64.b32encode(bytes.fromhex(blind_index(session, "totp", nonce))[:_SECRET_BYTES]).decode()


def uri(secret: str, email: str, clinic: str) -> str:
    """What an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=clinic)


def picture(address: str) -> str:
    """The address as a QR code, itself an address that an image can have."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def matching_step(secret: str, code: str, moment: datetime, *, after: int) -> int | None:
    """The time step whose code this is, if it is near and later than the last one used."""
    current, typed = int(moment.timestamp()) // STEP_SECONDS, to_ascii(_compact(code)).encode()
    totp = pyotp.TOTP(secret)
    near = [step for step in (current + drift for drift in DRIFT) if step > after]
    return next((step for step in near if hmac.compare_digest(totp.generate_otp(step).encode(), typed)), None)


def sign_in(database: Database, half: Half, code: str) -> Staff | None:
    """The member, if this is a code of their app or a recovery code. Raises `throttle.TooManyAttempts`."""
    with database.write() as session:
        staff = held(session, half)
        if staff is None:
            return None
        attempt = throttle.begin_code(session, staff.id)
        if use_code(session, staff, code):
            way = ""
        elif _use_recovery_code(session, staff, code):
            way = "with a recovery code"
        else:
            session.add(AuditEvent(who=staff.email, what="wrong second factor"))
            return None
        throttle.succeed(session, attempt)
        note_sign_in(session, staff, way)
        return staff


def held(session: Session, half: Half) -> Staff | None:
    """The member who is signed in by half, unless that was ended since; the row is held, so no code counts twice."""
    staff = session.scalar(select(Staff).where(Staff.id == half.staff_id).with_for_update())
    return staff if staff is not None and staff.active and staff.session_epoch == half.session_epoch else None


def use_code(session: Session, staff: Staff, code: str) -> bool:
    """Whether this is a code of the member's app, which is then used up."""
    if staff.totp_confirmed_at is None or staff.totp_secret is None:
        return False
    step = matching_step(staff.totp_secret, code, now(), after=staff.totp_last_step)
    staff.totp_last_step = step or staff.totp_last_step
    return step is not None


def enrol(session: Session, staff: Staff, secret: str, code: str) -> Sequence[str] | None:
    """Take a new secret if the code shows that the app has it; the new recovery codes, in place of all others."""
    step = matching_step(secret, code, now(), after=0)
    if step is None:
        return None
    staff.totp_secret, staff.totp_last_step, staff.totp_confirmed_at = secret, step, now()
    session.add(AuditEvent(who=staff.email, what="second factor set up"))
    return renew_recovery_codes(session, staff)


def remove(session: Session, staff: Staff) -> None:
    """Take the second factor away: it is set up anew at the next sign-in."""
    staff.totp_secret, staff.totp_confirmed_at, staff.totp_last_step = None, None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))


def renew_recovery_codes(session: Session, staff: Staff) -> Sequence[str]:
    """Ten new codes, in place of those before; the only time that they can be read."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=staff.id, digest=_digest(session, staff, code)) for code in codes)
    return codes


def _use_recovery_code(session: Session, staff: Staff, code: str) -> bool:
    """The member's row is held meanwhile, so of two who bring the same code one comes late."""
    unused = select(RecoveryCode).where(RecoveryCode.staff_id == staff.id, RecoveryCode.used_at.is_(None))
    found = session.scalar(unused.where(RecoveryCode.digest == _digest(session, staff, code)))
    if found is None:
        return False
    found.used_at = now()
    return True


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _digest(session: Session, staff: Staff, code: str) -> str:
    """Keyed, so that a copy of the database is no help in finding the code."""
    return blind_index(session, "recovery-code", f"{staff.id}:{_compact(code)}")


def _compact(code: str) -> str:
    return "".join(character for character in code.casefold() if character.isalnum())
