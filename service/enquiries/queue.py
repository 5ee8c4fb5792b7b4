"""The coordinators' queue: urgency, then due time; pages by key, so that the thousandth costs what the first costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session, joinedload

from service.enquiries import page_key
from service.enquiries.model import URGENCY_RANK, Enquiry
from service.enquiries.views import VIEWS, Viewer
from service.storage.tables import ID, UtcDateTime
from service.storage.vault import vault_of

Rows = TypeVar("Rows", bound=Select[Any])

PAGE_SIZE: Final = 50
#: Nothing is counted further than this: more is shown as "99+".
MOST_COUNTED: Final = 100
_NOBODY: Final = Viewer()
_ORDER: Final = (Enquiry.urgency_rank, Enquiry.due_at, Enquiry.id)
# Without statistics SQLite would rather read and sort all that waits than go along the index that has the order.
_ORDERED_BY: Final = {
    "all": "ix_enquiries_queue",
    "urgent": "ix_enquiries_queue",
    "overdue": "ix_enquiries_queue",
    "needs-translation": "ix_enquiries_queue_needs",
}
_COUNTED_BY: Final = {"needs-translation": "ix_enquiries_queue_needs", "spam": "ix_enquiries_spam"}


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
    bounded = [
        _along(select(literal(1)).select_from(Enquiry), _COUNTED_BY.get(name))
        .where(view(viewer))
        .limit(MOST_COUNTED)
        .subquery()
        for name, view in VIEWS.items()
    ]
    row = session.execute(select(*(select(func.count()).select_from(few).scalar_subquery() for few in bounded))).one()
    return dict(zip(VIEWS, row, strict=True))


def emergencies(session: Session) -> list[str]:
    """The references of the emergencies that nobody has claimed, the longest due first, `MOST_COUNTED` at most."""
    unclaimed = Enquiry.status == "queued", Enquiry.urgency_rank == URGENCY_RANK["emergency"]
    query = select(Enquiry.reference).where(*unclaimed).order_by(Enquiry.due_at, Enquiry.id)
    return list(session.scalars(query.limit(MOST_COUNTED)))


def _filtered(filters: Filters, viewer: Viewer) -> Select[Enquiry]:
    query = _along(select(Enquiry), _index_for(filters))
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


def _index_for(filters: Filters) -> str | None:
    if filters.status or filters.view not in _ORDERED_BY:
        return None
    if filters.language:
        return "ix_enquiries_queue_language"
    return "ix_enquiries_queue_condition" if filters.condition else _ORDERED_BY[filters.view]


def _along(query: Rows, index: str | None) -> Rows:
    return query.with_hint(Enquiry, f"INDEXED BY {index}", "sqlite") if index else query


def _ordered(query: Select[Enquiry]) -> Select[Enquiry]:
    shown = joinedload(Enquiry.patient), joinedload(Enquiry.assignee), joinedload(Enquiry.routed)
    return query.options(*shown).order_by(*_ORDER)


def _behind(rank: int, due_at: datetime, enquiry_id: str) -> ColumnElement[bool]:
    """Compared as one value, so that the index is entered there and not read up to there."""
    return tuple_(*_ORDER) > tuple_(literal(rank), literal(due_at, UtcDateTime), literal(enquiry_id))


def _key(enquiry: Enquiry) -> str:
    return page_key.written(enquiry.urgency_rank, enquiry.due_at.isoformat(), enquiry.id)


def _parse_key(key: str) -> tuple[int, datetime, str]:
    rank, due_at, enquiry_id = page_key.read(key, "[0-2]", ".+", ID)
    try:
        moment = datetime.fromisoformat(due_at)
    except ValueError as error:
        raise page_key.broken() from error
    if moment.utcoffset() != timedelta(0):
        raise page_key.broken()
    return int(rank), moment, enquiry_id
