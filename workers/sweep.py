"""The sweeper: rings again for what is due, buries what keeps failing, and ends claims that ran out."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete

from service.clock import now
from service.enquiries import claim
from service.enquiries.model import FailedSignIn
from service.storage import tasks
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from workers import subjects

EVERY_SECONDS: Final = 10
KEEP_FAILED_SIGN_INS: Final = timedelta(days=1)

log = structlog.get_logger()


def run(database: Database, doorbell: Doorbell, stopped: threading.Event) -> None:
    """Sweep every ten seconds until told to stop; a fault in one round does not end the next."""
    while True:
        try:
            sweep(database, doorbell)
        except Exception:
            log.exception("a sweep failed")
        if stopped.wait(EVERY_SECONDS):
            return


def sweep(database: Database, doorbell: Doorbell) -> None:
    """One round."""
    with database.write() as session:
        buried = tasks.bury(session)
        for task in buried:
            subjects.mark_failed(session, task.stage, task.subject)
        tasks.forget_done(session)
        ended = claim.expire(session)
        session.execute(delete(FailedSignIn).where(FailedSignIn.at < now() - KEEP_FAILED_SIGN_INS))
    if buried or ended:
        log.warning("swept", dead_letters=len(buried), claims_ended=ended)
    with database.read() as session:
        due = tasks.due_queues(session)
    for queue in due:
        doorbell.ring(queue)
