"""The coordinators' queue: urgency, then due time; pages by key, so that the thousandth costs what the first costs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Boolean, Select, and_, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload

from service.enquiries.model import Enquiry
from service.errors import BadInput
from service.storage.vault import vault_of

PAGE_SIZE: Final = 50
#: What waits for a coordinator, written out as in the index: with bound values SQLite would not use it.
IN_QUEUE: Final = literal_column("enquiries.status IN ('queued', 'claimed')", Boolean)


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; empty means everything. `status` empty means what waits for a coordinator."""

    language: str = ""
    condition: str = ""
    channel: str = ""
    status: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in queue order; `after` is the key of the next one, empty at the end."""

    enquiries: list[Enquiry]
    after: str


def page(session: Session, filters: Filters, *, after: str = "", size: int = PAGE_SIZE) -> Page:
    """The enquiries behind the key `after`, names and gists ready to be read."""
    query = _ordered(_filtered(filters))
    if after:
        query = query.where(_behind(*_parse_key(after)))
    rows = list(session.scalars(query.limit(size + 1)))
    shown = rows[:size]
    vault_of(session).load(session, [enquiry.patient_id for enquiry in shown])
    return Page(shown, _key(shown[-1]) if len(rows) > size else "")


def everything(session: Session, filters: Filters) -> Iterator[Enquiry]:
    """The whole queue, page by page."""
    after = ""
    while True:
        found = page(session, filters, after=after, size=500)
        yield from found.enquiries
        after = found.after
        if not after:
            return


def _filtered(filters: Filters) -> Select[Enquiry]:
    query = select(Enquiry).where(Enquiry.status == filters.status if filters.status else IN_QUEUE)
    for column, wanted in (
        (Enquiry.language, filters.language),
        (Enquiry.condition, filters.condition),
        (Enquiry.channel, filters.channel),
        (Enquiry.urgency, filters.urgency),
    ):
        if wanted:
            query = query.where(column == wanted)
    return query


def _ordered(query: Select[Enquiry]) -> Select[Enquiry]:
    return query.options(joinedload(Enquiry.patient), joinedload(Enquiry.assignee)).order_by(
        Enquiry.urgency_rank, Enquiry.due_at, Enquiry.id
    )


def _behind(rank: int, due_at: datetime, enquiry_id: str):  # type: ignore[no-untyped-def]
    same_rank = Enquiry.urgency_rank == rank
    return or_(
        Enquiry.urgency_rank > rank,
        and_(same_rank, Enquiry.due_at > due_at),
        and_(same_rank, Enquiry.due_at == due_at, Enquiry.id > enquiry_id),
    )


def _key(enquiry: Enquiry) -> str:
    plain = f"{enquiry.urgency_rank}|{enquiry.due_at.isoformat()}|{enquiry.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _parse_key(key: str) -> tuple[int, datetime, str]:
    try:
        plain = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
        rank, due_at, enquiry_id = plain.split("|")
        moment = datetime.fromisoformat(due_at)
        if not re.fullmatch("[0-2]", rank) or not re.fullmatch("[0-9a-f]{32}", enquiry_id):
            raise ValueError("not a rank and an id")
        if moment.utcoffset() != timedelta(0):
            raise ValueError("not UTC")
        return int(rank), moment, enquiry_id
    except (ValueError, binascii.Error) as error:
        raise BadInput("after: not a page key", field="after") from error
