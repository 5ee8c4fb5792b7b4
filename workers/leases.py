"""Holding a lease while the work goes on, and giving it back when the work failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import structlog

from service.errors import ServiceError
from service.storage import tasks
from service.storage.session import Database
from service.storage.tasks import Leased, LeaseLost
from workers import subjects

HEARTBEAT_SECONDS: Final = 8

log = structlog.get_logger()


def give_back(database: Database, task: Leased, error: Exception) -> bool:
    """Put a task back after a failure; True if it is a dead letter now. With a lost lease somebody else has it."""
    permanent = isinstance(error, ServiceError) and error.permanent
    try:
        with database.write() as session:
            dead = tasks.fail(session, task, type(error).__name__, permanent=permanent)
    except LeaseLost:
        return False
    if dead:
        log.error("given up on a task", stage=task.stage, task=task.id, subject=task.subject)
    return dead


def task_failed(database: Database, task: Leased, error: Exception) -> None:
    """Put a task back after a failure; when it is given up on, what it was about says so."""
    if give_back(database, task, error):
        with database.write() as session:
            subjects.mark_failed(session, task.stage, task.subject)


@contextmanager
def heartbeat(database: Database, leased: Sequence[Leased]) -> Iterator[None]:
    """Extend the leases while the work goes on, from a thread of its own: native code does not yield."""
    stopped = threading.Event()

    def beat() -> None:
        while not stopped.wait(HEARTBEAT_SECONDS):
            try:
                with database.write() as session:
                    tasks.extend(session, leased)
            except Exception:
                log.exception("a heartbeat failed")

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
