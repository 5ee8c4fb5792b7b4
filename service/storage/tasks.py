"""The outbox: what must still be done, written with the thing itself, and leased by whoever does it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Index,
    Row,
    String,
    UniqueConstraint,
    and_,
    delete,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.clock import now
from service.errors import ServiceError
from service.storage.queues import QUEUES, Queue
from service.storage.tables import Base, new_id

Condition = ColumnElement[bool]

LEASE: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 6
#: What nobody waits for with bated breath.
ROUTINE: Final = 2
SUSPECT_ATTEMPTS: Final = 2
KEEP_DONE: Final = timedelta(days=3)
BACKOFF_SECONDS: Final = (2, 10, 30, 120, 600)


class LeaseLost(ServiceError):
    """The lease ran out and somebody else has the task; nothing of this attempt may be kept."""


class Task(Base):
    """One thing to do to one subject. `stage` names the work, `priority` 0 goes first."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("stage", "subject"),
        Index(
            "ix_tasks_due",
            "queue",
            "priority",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_tasks_state", "state", "queue", "lease_until"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    queue: Mapped[str] = mapped_column(String(12))
    stage: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    priority: Mapped[int] = mapped_column(default=2)
    due_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True, slots=True)
class Leased:
    """A task in hand."""

    id: str
    stage: str
    subject: str
    attempts: int
    owner: str


def add(
    session: Session, queue: Queue, stage: str, subject: str, *, priority: int = 2, due_at: datetime | None = None
) -> Task:
    """Write down what must be done, in the transaction that makes it necessary."""
    task = Task(queue=queue, stage=stage, subject=subject, priority=priority, due_at=due_at or now())
    session.add(task)
    return task


def again(
    session: Session, queue: Queue, stage: str, subject: str, *, priority: int = 2, due_at: datetime | None = None
) -> None:
    """Do something (once more) that may have been done, given up on, or be in hand at this moment.

    Whoever has it in hand loses the lease, and so cannot keep a result that is out of date.
    """
    result = session.execute(
        update(Task)
        .where(Task.stage == stage, Task.subject == subject)
        .values(
            state="waiting",
            priority=priority,
            due_at=due_at or now(),
            attempts=0,
            lease_owner=None,
            lease_until=None,
            last_error=None,
        )
        .execution_options(synchronize_session=False)
    )
    if not _changed(result):
        add(session, queue, stage, subject, priority=priority, due_at=due_at)


def cancel(session: Session, stage: str, subject: str) -> bool:
    """Drop something that nobody has begun; False if it is in hand or done."""
    result = session.execute(
        delete(Task)
        .where(Task.stage == stage, Task.subject == subject, Task.state == "waiting", Task.attempts == 0)
        .execution_options(synchronize_session=False)
    )
    return _changed(result) == 1


def claim(session: Session, queue: Queue, owner: str, limit: int, *, before: int | None = None) -> list[Leased]:
    """Lease up to `limit` due tasks, the most pressing first; those of dead workers are due again.

    `before` leaves out those of that priority and after it.
    """
    moment = now()
    pressing = true() if before is None else Task.priority < before
    rows = _due(session, queue, and_(_abandoned(moment), pressing), limit) or _due(
        session, queue, and_(_waiting(moment), pressing), limit
    )
    # What failed or died twice already goes alone, so that it cannot take others with it.
    rows = (
        rows[:1]
        if rows and rows[0].attempts >= SUSPECT_ATTEMPTS
        else [r for r in rows if r.attempts < SUSPECT_ATTEMPTS]
    )
    return [
        Leased(row.id, row.stage, row.subject, row.attempts + 1, owner)
        for row in rows
        if _take(session, row.id, owner, moment)
    ]


def _due(session: Session, queue: Queue, free: Condition, limit: int) -> Sequence[Row[str, str, str, int]]:
    """The first of the queue; rows that somebody else is claiming at this moment are passed over."""
    return session.execute(
        select(Task.id, Task.stage, Task.subject, Task.attempts)
        .where(Task.queue == queue, free)
        .order_by(Task.priority, Task.due_at, Task.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _waiting(moment: datetime) -> Condition:
    # The state is written out: only then can SQLite use the index of waiting tasks.
    return and_(Task.state == literal_column("'waiting'"), Task.due_at <= moment)


def _abandoned(moment: datetime) -> Condition:
    """Leased by somebody who has not been heard of since the lease ran out."""
    return and_(Task.state == "leased", Task.lease_until < moment, Task.attempts < MAX_ATTEMPTS)


def _free(moment: datetime) -> Condition:
    return or_(_waiting(moment), _abandoned(moment))


def _take(session: Session, task_id: str, owner: str, moment: datetime) -> bool:
    """The condition is part of the UPDATE: of two who try, one changes a row and the other none."""
    result = session.execute(
        update(Task)
        .where(Task.id == task_id, _free(moment))
        .values(state="leased", lease_owner=owner, lease_until=moment + LEASE, attempts=Task.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return _changed(result) == 1


def _changed(result: object) -> int:
    return int(getattr(result, "rowcount", 0))


def extend(session: Session, tasks: Sequence[Leased]) -> None:
    """The heartbeat: keep the leases that are still ours."""
    session.execute(
        update(Task)
        .where(Task.id.in_([task.id for task in tasks]), _ours(tasks[0].owner))
        .values(lease_until=now() + LEASE)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, task: Leased) -> None:
    """Mark done in the transaction that holds the result; raises `LeaseLost` if the lease is not ours any more."""
    _settle(session, task, state="done", last_error=None)


def fail(session: Session, task: Leased, reason: str, *, permanent: bool = False) -> bool:
    """Put back with a pause, or among the dead letters; `reason` must hold no patient's words. True if dead.

    The pauses differ by up to a quarter, so that what failed together does not come back together.
    """
    dead = permanent or task.attempts >= MAX_ATTEMPTS
    pause = BACKOFF_SECONDS[min(task.attempts, len(BACKOFF_SECONDS)) - 1] * random.uniform(1, 1.25)  # noqa: S311
    _settle(
        session,
        task,
        state="dead" if dead else "waiting",
        last_error=reason[:200],
        due_at=now() + timedelta(seconds=pause),
    )
    return dead


def postpone(session: Session, task: Leased, until: datetime) -> None:
    """Put back until a moment without counting an attempt: it is not due, or its time has not come."""
    _settle(session, task, state="waiting", due_at=until, attempts=task.attempts - 1)


def _ours(owner: str) -> Condition:
    return and_(Task.state == "leased", Task.lease_owner == owner)


def _settle(session: Session, task: Leased, **values: object) -> None:
    result = session.execute(
        update(Task)
        .where(Task.id == task.id, _ours(task.owner), Task.attempts == task.attempts)
        .values(lease_owner=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    if _changed(result) != 1:
        raise LeaseLost("the lease on this task was lost")


def bury(session: Session) -> list[Task]:
    """Make dead letters of tasks whose workers died with them, time after time."""
    lost = select(Task).where(Task.state == "leased", Task.lease_until < now(), Task.attempts >= MAX_ATTEMPTS)
    buried = list(session.scalars(lost.with_for_update(skip_locked=True)))
    for task in buried:
        task.state, task.last_error = "dead", "its worker died each time"
        task.lease_owner = task.lease_until = None
    return buried


def forget_done(session: Session) -> None:
    """Delete what was done days ago."""
    session.execute(delete(Task).where(Task.state == "done", Task.due_at < now() - KEEP_DONE))


def due_queues(session: Session) -> list[Queue]:
    """The queues in which something waits for a worker."""
    moment = now()
    return [queue for queue in QUEUES if any(_due_one(session, queue, free(moment)) for free in (_waiting, _abandoned))]


def _due_one(session: Session, queue: Queue, free: Condition) -> bool:
    return session.scalar(select(Task.id).where(Task.queue == queue, free).limit(1)) is not None


def dead_letters(session: Session, limit: int = 200) -> list[Task]:
    """What was given up on, newest first."""
    return list(session.scalars(select(Task).where(Task.state == "dead").order_by(Task.id.desc()).limit(limit)))


def forget(session: Session, task_id: str) -> bool:
    """Drop a dead letter for good; False if it is not one (any more)."""
    result = session.execute(
        delete(Task).where(Task.id == task_id, Task.state == "dead").execution_options(synchronize_session=False)
    )
    return _changed(result) == 1


def retry(session: Session, task_id: str) -> bool:
    """Give a dead letter new attempts; False if it is not one (any more)."""
    result = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state == "dead")
        .values(state="waiting", attempts=0, due_at=now(), last_error=None)
        .execution_options(synchronize_session=False)
    )
    return _changed(result) == 1
