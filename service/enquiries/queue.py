"""The coordinators' queue: urgency, then due time; pages by key, so that the thousandth costs what the first costs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from service.enquiries.model import URGENCY_RANK, Enquiry
from service.enquiries.views import VIEWS, Viewer
from service.errors import BadInput
from service.storage.vault import vault_of

PAGE_SIZE: Final = 50
#: Nothing is counted further than this: more is shown as "99+".
MOST_COUNTED: Final = 100
_NOBODY: Final = Viewer()


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show of a view; empty means everything. A `status` goes before the state that the view "all" shows."""

    view: str = "all"
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


def page(
    session: Session, filters: Filters, *, viewer: Viewer = _NOBODY, after: str = "", size: int = PAGE_SIZE
) -> Page:
    """The enquiries behind the key `after`, names and gists ready to be read."""
    query = _ordered(_filtered(filters, viewer))
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


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many enquiries each view shows, counted no further than `MOST_COUNTED`; one question to the database."""
    bounded = [select(literal(1)).where(view(viewer)).limit(MOST_COUNTED).subquery() for view in VIEWS.values()]
    row = session.execute(select(*(select(func.count()).select_from(few).scalar_subquery() for few in bounded))).one()
    return dict(zip(VIEWS, row, strict=True))


def emergencies(session: Session) -> list[str]:
    """The references of the emergencies that nobody has claimed, the longest due first, `MOST_COUNTED` at most."""
    unclaimed = Enquiry.status == "queued", Enquiry.urgency_rank == URGENCY_RANK["emergency"]
    query = select(Enquiry.reference).where(*unclaimed).order_by(Enquiry.due_at, Enquiry.id)
    return list(session.scalars(query.limit(MOST_COUNTED)))


def _filtered(filters: Filters, viewer: Viewer) -> Select[Enquiry]:
    query = select(Enquiry)
    if filters.status:
        query = query.where(Enquiry.status == filters.status)
    if filters.view != "all" or not filters.status:
        query = query.where(VIEWS[filters.view](viewer))
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
    shown = joinedload(Enquiry.patient), joinedload(Enquiry.assignee), joinedload(Enquiry.routed)
    return query.options(*shown).order_by(Enquiry.urgency_rank, Enquiry.due_at, Enquiry.id)


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
