"""What happened to the enquiries of a span of days: how many, how fast answered, how well read; no patient is named."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, Row, func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import deadlines, states
from service.enquiries.hours import Hours
from service.enquiries.model import (
    URGENCY_RANK,
    AuditEvent,
    Enquiry,
    LabelledExample,
    Message,
    Patient,
    Staff,
    Translation,
)

#: Shares of the answers by which one is told how long "most" wait.
PERCENTILES: Final = (50, 90, 95)
#: How long an open enquiry has waited, up to so many hours.
AGES: Final[tuple[tuple[str, float], ...]] = (
    ("1 h", 1), ("4 h", 4), ("1 day", 24), ("3 days", 72), ("1 week", 168), ("older", math.inf),
)  # fmt: skip
KINDS: Final = ("condition", "urgency", "intent", "language")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included, in a zone; only what fits the filters, where they are set."""

    first: date
    last: date
    zone: ZoneInfo
    language: str = ""
    channel: str = ""
    condition: str = ""
    country: str = ""

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, self.zone).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone).astimezone(UTC)

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Answering:
    """How the enquiries of one urgency were answered for the first time; `waits` are seconds for each percentile."""

    urgency: str
    received: int
    answered: int
    in_time: int
    waits: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many of the enquiries that a coordinator ended or answered needed no correction of one kind."""

    kind: str
    seen: int
    corrected: int

    @property
    def share_right(self) -> float | None:
        return 1 - self.corrected / self.seen if self.seen else None


@dataclass(frozen=True, slots=True)
class Load:
    """What one member of staff has in hand, and did in the span."""

    email: str
    claimed: int
    routed: int
    answers: int
    ended: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Enquiries received in the span, by day and by what they are."""

    by_day: Mapping[date, int]
    by_language: Mapping[str, int]
    by_channel: Mapping[str, int]
    by_condition: Mapping[str, int]
    by_country: Mapping[str, int]
    answering: Sequence[Answering]

    @property
    def total(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a coordinator at this moment, by age, and how much of it is overdue."""

    by_age: Mapping[str, int]
    overdue: int


def volume(session: Session, span: Span) -> Volume:
    """Spam is left out: it is counted nowhere else."""
    rows, hours = session.execute(_received(span)).all(), deadlines.clinic_hours(session)
    days = Counter(row.received_at.astimezone(span.zone).date() for row in rows)
    return Volume(
        by_day={day: days[day] for day in span.days},
        by_language=_counted(row.language for row in rows),
        by_channel=_counted(row.channel for row in rows),
        by_condition=_counted(row.condition for row in rows),
        by_country=_counted(row.country or "" for row in rows),
        answering=[_answering(urgency, rows, hours) for urgency in URGENCY_RANK],
    )


def backlog(session: Session, span: Span) -> Backlog:
    """As it is now, whatever the days of the span; its filters count."""
    moment = now()
    query = select(Enquiry.received_at, Enquiry.due_at).where(Enquiry.status.in_(states.IN_QUEUE), *_filters(span))
    rows = session.execute(query.join(Patient, Enquiry.patient_id == Patient.id)).all()
    ages = Counter(_age((moment - row.received_at) / timedelta(hours=1)) for row in rows)
    return Backlog({name: ages[name] for name, _ in AGES}, sum(row.due_at < moment for row in rows))


def translation_flags(session: Session, span: Span) -> tuple[int, dict[str, int]]:
    """How many messages from patients a machine translated, and how often each reason for doubt was given."""
    query = (
        select(Translation.flags)
        .join(Message, Translation.message_id == Message.id)
        .join(Enquiry, Message.enquiry_id == Enquiry.id)
        .join(Patient, Enquiry.patient_id == Patient.id)
        .where(Translation.version == 1, Message.direction == "in", *_within(Message.received_at, span))
        .where(*_filters(span))
    )
    flags = session.scalars(query).all()
    return len(flags), _counted(flag for of_one in flags for flag in of_one)


def accuracy(session: Session, span: Span) -> list[Accuracy]:
    """Judged by enquiries that somebody answered or ended: of one that nobody has looked at, nobody knows."""
    judged = (
        select(Enquiry.id)
        .join(Patient, Enquiry.patient_id == Patient.id)
        .where(*_within(Enquiry.received_at, span), *_filters(span), Enquiry.status != "spam")
        .where((Enquiry.first_answered_at.is_not(None)) | (Enquiry.closed_at.is_not(None)))
    )
    seen = session.scalar(select(func.count()).select_from(judged.subquery())) or 0
    corrections = (
        select(LabelledExample.kind, func.count(LabelledExample.enquiry_id.distinct()))
        .where(LabelledExample.enquiry_id.in_(judged))
        .group_by(LabelledExample.kind)
    )
    wrong: dict[str, int] = {kind: count for kind, count in session.execute(corrections)}
    return [Accuracy(kind, seen, wrong.get(kind, 0)) for kind in KINDS]


def staff_load(session: Session, span: Span) -> list[Load]:
    """Everybody who is active or did something in the span."""
    claimed = _by_staff(session, Enquiry.assigned_to, Enquiry.status == "claimed")
    routed = _by_staff(session, Enquiry.routed_to, Enquiry.status == "queued")
    answers = _by_staff(session, Message.sent_by, Message.direction == "out", *_within(Message.received_at, span))
    moves = ("close", "book", "withdraw", "spam")
    ended = _by_staff(session, AuditEvent.who, AuditEvent.what.in_(moves), *_within(AuditEvent.at, span))
    staff = session.execute(select(Staff.id, Staff.email, Staff.active).order_by(Staff.email))
    loads = [
        (one.active, Load(one.email, claimed[one.id], routed[one.id], answers[one.id], ended[one.email]))
        for one in staff
    ]
    return [load for active, load in loads if active or load.answers or load.ended]


def percentile(values: Sequence[float], share: int) -> float | None:
    """The least value that at least `share` in a hundred do not exceed (nearest rank); None of none."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share / 100 * len(values)) - 1)]


def _received(span: Span) -> Executable:
    return (
        select(
            Enquiry.received_at, Enquiry.first_answered_at, Enquiry.urgency,
            Enquiry.language, Enquiry.channel, Enquiry.condition, Patient.country,
        )
        .join(Patient, Enquiry.patient_id == Patient.id)
        .where(*_within(Enquiry.received_at, span), *_filters(span), Enquiry.status != "spam")
    )  # fmt: skip


def _within(column: Any, span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= span.begins, column < span.ends


def _filters(span: Span) -> list[ColumnElement[bool]]:
    wanted = (
        (Enquiry.language, span.language),
        (Enquiry.channel, span.channel),
        (Enquiry.condition, span.condition),
        (Patient.country, span.country),
    )
    return [column == value for column, value in wanted if value]


def _answering(urgency: str, rows: Iterable[Row[Any]], hours: Hours | None) -> Answering:
    """In time by the deadline that the first message set: the one in the row is that of the newest."""
    of_urgency = [row for row in rows if row.urgency == urgency]
    answered = [row for row in of_urgency if row.first_answered_at is not None]
    waits = [(row.first_answered_at - row.received_at).total_seconds() for row in answered]
    return Answering(
        urgency,
        len(of_urgency),
        len(answered),
        sum(row.first_answered_at <= deadlines.due_at(hours, urgency, row.received_at) for row in answered),
        tuple(percentile(waits, share) for share in PERCENTILES),
    )


def _age(hours: float) -> str:
    return next(name for name, most in AGES if hours < most)


def _counted(values: Iterable[str]) -> dict[str, int]:
    """The most frequent first."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _by_staff(session: Session, column: Any, *conditions: ColumnElement[bool]) -> Counter[str]:
    query = select(column, func.count()).where(column.is_not(None), *conditions).group_by(column)
    return Counter({who: count for who, count in session.execute(query)})
