"""Slows guessing at passwords and codes down: so many failures in a quarter of an hour, and no more."""

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
# Whoever guesses at codes has the password already, so the person is protected whatever the place. Three codes in a
# million are right at any moment: a day and night of guessing finds one in 0.14 % of cases, and fills the audit log.
CODE: Final = "code-person"
CODE_LIMITS: Final[Mapping[str, int]] = {CODE: 5}


class TooManyAttempts(ServiceError):
    """Too many failed sign-ins; waiting helps."""

    status = 429


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that counts as failed until it has succeeded; `forgiven` is what a success forgets."""

    rows: tuple[str, ...]
    forgiven: str


def begin(session: Session, email: str, address: str) -> Attempt:
    """Count an attempt before its password is looked at: guesses made at the same time cannot slip by together."""
    values = {PAIR: f"{email} {address}", "sign-in-person": email, "sign-in-address": address}
    return _count(session, values, LIMITS, forgiven=PAIR)


def begin_code(session: Session, staff_id: str) -> Attempt:
    """Count an attempt at a second factor before it is looked at."""
    return _count(session, {CODE: staff_id}, CODE_LIMITS, forgiven=CODE)


def succeed(session: Session, attempt: Attempt) -> None:
    """The attempt was no failure, and the earlier ones of its kind were slips of the finger."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.id.in_(attempt.rows)))
    session.execute(delete(FailedSignIn).where(FailedSignIn.blind_index == attempt.forgiven))


def _count(session: Session, values: Mapping[str, str], limits: Mapping[str, int], *, forgiven: str) -> Attempt:
    session.execute(delete(FailedSignIn).where(FailedSignIn.at < now() - WINDOW))
    keys = {kind: blind_index(session, kind, value) for kind, value in values.items()}
    if any(_failures(session, key) >= limits[kind] for kind, key in keys.items()):
        raise TooManyAttempts("too many failed sign-ins; wait a quarter of an hour and try again")
    rows = [FailedSignIn(id=new_id(), at=now(), blind_index=key) for key in keys.values()]
    session.add_all(rows)
    return Attempt(tuple(row.id for row in rows), keys[forgiven])


def _failures(session: Session, key: str) -> int:
    return session.scalar(select(func.count()).where(FailedSignIn.blind_index == key)) or 0
