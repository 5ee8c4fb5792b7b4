"""Looking through what happened and who did it: newest first, page after page, however long the log is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from service.enquiries.model import AuditEvent, Enquiry
from service.storage.session import Database
from service.storage.vault import SYSTEM, vault_of

SHOWN: Final = 100
_EXPORTED_AT_ONCE: Final = 1000
#: Of so many of the latest lines the kinds are gathered that the page suggests.
_LOOKED_AT: Final = 2000
_RANDOM_DIGITS: Final = 20  # of an id, after twelve of milliseconds


@dataclass(frozen=True, slots=True)
class Filters:
    """Which lines are wanted: each of these that is given must hold; the days are in UTC and both belong to it."""

    who: str = ""
    what: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None


Line = Row[AuditEvent, str | None]
Made = TypeVar("Made")


def page(session: Session, filters: Filters, *, before: str = "", limit: int = SHOWN) -> Sequence[Line]:
    """The newest lines that are older than the line `before`, each with the reference of its enquiry."""
    query = _wanted(filters)
    if before:
        query = query.where(AuditEvent.id < before)
    lines = session.execute(query.order_by(AuditEvent.id.desc()).limit(limit)).all()
    vault_of(session).load(session, {line[0].patient_id or SYSTEM for line in lines})
    return lines


def everything(database: Database, filters: Filters, make: Callable[[Line], Made]) -> Iterator[Made]:
    """What `make` makes of each line, newest first; no transaction is open while the receiver is slow."""
    before = ""
    while True:
        with database.read() as session:
            lines = page(session, filters, before=before, limit=_EXPORTED_AT_ONCE)
            made = [make(line) for line in lines]
        yield from made
        if len(lines) < _EXPORTED_AT_ONCE:
            return
        before = lines[-1][0].id


def kinds(session: Session) -> list[str]:
    """What has happened lately, each kind once."""
    latest = select(AuditEvent.what).order_by(AuditEvent.id.desc()).limit(_LOOKED_AT).subquery()
    return list(session.scalars(select(latest.c.what).distinct().order_by(latest.c.what)))


def _wanted(filters: Filters) -> Select[AuditEvent, str | None]:
    """Each condition, or the order, has an index of its own."""
    query = select(AuditEvent, Enquiry.reference).outerjoin(Enquiry, AuditEvent.enquiry_id == Enquiry.id)
    if filters.who:
        query = query.where(AuditEvent.who == filters.who)
    if filters.what:
        query = query.where(AuditEvent.what == filters.what)
    if filters.reference:
        enquiry = select(Enquiry.id).where(Enquiry.reference == filters.reference).scalar_subquery()
        query = query.where(AuditEvent.enquiry_id == enquiry)
    if filters.since:
        query = query.where(AuditEvent.id >= _first_id(filters.since))
    if filters.until:
        query = query.where(AuditEvent.id < _first_id(filters.until + timedelta(days=1)))
    return query


def _first_id(day: date) -> str:
    """No line of the day has a smaller id, for ids begin with their milliseconds; so days need no index."""
    milliseconds = int(datetime.combine(day, time(), UTC).timestamp() * 1000)
    return f"{max(milliseconds, 0):012x}" + "0" * _RANDOM_DIGITS
