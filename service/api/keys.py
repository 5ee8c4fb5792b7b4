"""The keys of the API: made, shown once, kept as digests, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.door_model import ApiKey
from service.enquiries.model import AuditEvent
from service.errors import BadInput, NotFound
from service.storage.session import Database

WRITE: Final = "enquiries:write"
READ: Final = "enquiries:read"
SCOPES: Final = (WRITE, READ)
MAX_NAME: Final = 80
_PREFIX: Final = "dgm_"
_SHOWN: Final = 10
#: The time of the last use is for people: to the minute is enough, and spares a write for every request.
_TOUCH_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key a request carries. `id` is part of the keys of its messages and holds no colon."""

    id: str
    name: str
    scopes: frozenset[str]


def add(session: Session, name: str, scopes: Collection[str], *, who: str) -> str:
    """Make a key; the only time that it can be read. `BadInput` for a name or scope that cannot be."""
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise BadInput(f"name: must have 1 to {MAX_NAME} characters", field="name")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise BadInput(f"scopes: {', '.join(unknown) or 'none given'}; there are {', '.join(SCOPES)}", field="scopes")
    key = _PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(name=name.strip(), prefix=key[:_SHOWN], digest=digest(key), scopes=sorted(set(scopes)), created_by=who)
    session.add(row)
    session.add(AuditEvent(who=who, what=f"API key made: {row.prefix}"))
    return key


def everything(session: Session) -> Sequence[ApiKey]:
    """All keys, the revoked ones too, oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def revoke(session: Session, prefix: str, *, who: str) -> None:
    """End a key for good; `NotFound` if there is none (any more) with this prefix."""
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None)).with_for_update())
    if row is None:
        raise NotFound(f"there is no living API key that begins with {prefix}")
    row.revoked_at = now()
    session.add(AuditEvent(who=who, what=f"API key revoked: {prefix}"))


def caller(database: Database, key: str, first_keys: Collection[str]) -> Caller | None:
    """Whose key this is, or None. Those of the settings may do everything, before there is any other."""
    if any(secrets.compare_digest(key.encode(), first.encode()) for first in first_keys):
        return Caller(f"settings-{digest(key)[:16]}", "settings", frozenset(SCOPES))
    with database.read() as session:
        row = session.scalar(select(ApiKey).where(ApiKey.digest == digest(key), ApiKey.revoked_at.is_(None)))
        if row is None:
            return None
        found = Caller(row.id, row.name, frozenset(row.scopes))
        is_stale = row.last_used_at is None or now() - row.last_used_at > _TOUCH_EVERY
    if is_stale:
        with database.write() as session:
            session.get_one(ApiKey, found.id).last_used_at = now()
    return found


def digest(key: str) -> str:
    """SHA-256: a random key of 256 bits needs no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
