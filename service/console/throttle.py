"""Slows guessing at passwords down: so many failed sign-ins in a quarter of an hour, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.model import FailedSignIn
from service.errors import ServiceError
from service.storage.tables import new_id
from service.storage.vault import blind_index

WINDOW: Final = timedelta(minutes=15)
# One person at one place is stopped early; a person is stopped late, because a stranger could otherwise lock anybody
# out; a place in between, because a whole office may share an address.
PAIR: Final = "sign-in-pair"
LIMITS: Final[Mapping[str, int]] = {PAIR: 5, "sign-in-person": 25, "sign-in-address": 50}


class TooManyAttempts(ServiceError):
    """Too many failed sign-ins; waiting helps."""

    status = 429


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that counts as failed until it has succeeded."""

    rows: tuple[str, ...]
    pair: str


def begin(session: Session, email: str, address: str) -> Attempt:
    """Count an attempt before its password is looked at: guesses made at the same time cannot slip by together."""
    since = now() - WINDOW
    session.execute(delete(FailedSignIn).where(FailedSignIn.at < since))
    keys = _keys(session, email, address)
    for kind, key in keys.items():
        if _failures(session, key) >= LIMITS[kind]:
            raise TooManyAttempts("too many failed sign-ins; wait a quarter of an hour and try again")
    rows = [FailedSignIn(id=new_id(), blind_index=key) for key in keys.values()]
    session.add_all(rows)
    return Attempt(tuple(row.id for row in rows), keys[PAIR])


def succeed(session: Session, attempt: Attempt) -> None:
    """The attempt was no failure, and the earlier ones at this place were slips of the finger."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.id.in_(attempt.rows)))
    session.execute(delete(FailedSignIn).where(FailedSignIn.blind_index == attempt.pair))


def _keys(session: Session, email: str, address: str) -> dict[str, str]:
    values = {PAIR: f"{email} {address}", "sign-in-person": email, "sign-in-address": address}
    return {kind: blind_index(session, kind, value) for kind, value in values.items()}


def _failures(session: Session, key: str) -> int:
    return session.scalar(select(func.count()).where(FailedSignIn.blind_index == key)) or 0
