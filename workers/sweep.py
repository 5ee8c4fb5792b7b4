"""The sweeper: rings again for what is due, buries what keeps failing, ends claims and snoozes in time, and sees
that nobody waits unseen."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import language_packages
from service.clock import now
from service.enquiries import claim, escalate, presence, route, snooze
from service.enquiries.model import FailedSignIn
from service.storage import tasks
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from workers import mailbox, subjects

EVERY_SECONDS: Final = 10
FETCH_MAIL_EVERY: Final = timedelta(minutes=1)
LOOK_AT_PACKAGES_EVERY: Final = timedelta(minutes=10)
KEEP_FAILED_SIGN_INS: Final = timedelta(days=1)

log = structlog.get_logger()


def run(database: Database, doorbell: Doorbell, stopped: threading.Event, *, has_mailbox: bool = False) -> None:
    """Sweep every ten seconds until told to stop; a fault in one round does not end the next."""
    while True:
        try:
            look_at_packages(database)
            sweep(database, doorbell, has_mailbox=has_mailbox)
        except Exception:
            log.exception("a sweep failed")
        if stopped.wait(EVERY_SECONDS):
            return


def look_at_packages(database: Database) -> None:
    """Have a worker look now and then: packages may also have come by command."""
    with database.write() as session:
        _ask_again(session, language_packages.LOOK, language_packages.HERE, LOOK_AT_PACKAGES_EVERY)


def _ask_again(session: Session, stage: str, subject: str, every: timedelta) -> None:
    """One task that is done again and again; what went wrong the last time is no reason to give up."""
    task = session.scalar(select(Task).where(Task.stage == stage, Task.subject == subject))
    if task is None or (task.state != "leased" and now() - task.due_at >= every):
        tasks.again(session, "housekeeping", stage, subject)


def sweep(database: Database, doorbell: Doorbell, *, has_mailbox: bool = False) -> None:
    """One round. With a mailbox, its new mail is asked for every minute."""
    with database.write() as session:
        buried = tasks.bury(session)
        for task in buried:
            subjects.mark_failed(session, task.stage, task.subject)
        tasks.forget_done(session)
        ended = claim.expire(session)
        woken = snooze.wake(session)
        presence.forget(session)
        if has_mailbox:
            _ask_again(session, mailbox.STAGE, mailbox.SUBJECT, FETCH_MAIL_EVERY)
        session.execute(delete(FailedSignIn).where(FailedSignIn.at < now() - KEEP_FAILED_SIGN_INS))
    if buried or ended or woken:
        log.warning("swept", dead_letters=len(buried), claims_ended=ended, snoozes_ended=woken)
    _escalate(database)
    _route(database)
    with database.read() as session:
        due = tasks.due_queues(session)
    for queue in due:
        doorbell.ring(queue)


def _escalate(database: Database) -> None:
    """Nothing is locked unless there is something to do."""
    with database.read() as session:
        if not escalate.is_needed(session):
            return
    with database.write() as session:
        emergencies, overdue = escalate.escalate(session), escalate.tell_overdue(session)
    log.warning("somebody waits too long", emergencies=emergencies, overdue=overdue)


def _route(database: Database) -> None:
    with database.read() as session:
        if not route.is_needed(session):
            return
    with database.write() as session:
        log.info("routed", enquiries=route.sweep(session))
