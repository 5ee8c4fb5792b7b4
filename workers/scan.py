"""Having patients' files scanned, where a scanner is set up: a harmful one is never handed out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import states
from service.enquiries.model import Attachment, AttachmentContent
from service.settings import Settings
from service.storage import tasks
from service.storage.tasks import Leased, LeaseLost
from workers.clamd import ScannerDown, find_harm
from workers.leases import task_failed
from workers.runtime import Runtime

STAGE: Final = "scan"
QUEUE: Final = "housekeeping"
#: A scanner that is away is asked again after this, as long as it takes.
AGAIN_AFTER: Final = timedelta(minutes=1)

log = structlog.get_logger()


def ask_for(session: Session, settings: Settings, files: Iterable[Attachment]) -> bool:
    """Have those of the files scanned that have not been; False if there is nothing to do, or no scanner."""
    waiting = [file for file in files if file.state == "stored" and file.scanned_at is None]
    if not settings.clamav_url:
        return False
    for file in waiting:
        tasks.again(session, QUEUE, STAGE, file.id)
    return bool(waiting)


def scan(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Do the `scan` tasks of one batch, each on its own."""
    for task in leased:
        try:
            _scan_one(runtime, task)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except ScannerDown:
            log.warning("the scanner does not answer", task=task.id)
            _put_off(runtime, task)
        except Exception as error:
            log.warning("a file could not be scanned", attachment=task.subject, error=type(error).__name__)
            task_failed(runtime.database, task, error)


def _scan_one(runtime: Runtime, task: Leased) -> None:
    url = runtime.settings.clamav_url
    with runtime.database.read() as session:
        file = session.get(Attachment, task.subject)
        row = session.get(AttachmentContent, task.subject)
        content = row.content if row and file and file.state == "stored" else None
    harm = find_harm(url, content) if url and content is not None else None
    with runtime.database.write() as session:
        if url and content is not None:
            _note(session, session.get_one(Attachment, task.subject), harm)
        tasks.finish(session, task)


def _note(session: Session, file: Attachment, harm: str | None) -> None:
    file.scanned_at = now()
    if harm is not None:
        file.state = "infected"
        states.record(session, file.message.enquiry, "attachment infected", who="scanner", detail=harm)


def _put_off(runtime: Runtime, task: Leased) -> None:
    try:
        with runtime.database.write() as session:
            tasks.postpone(session, task, now() + AGAIN_AFTER)
    except LeaseLost:
        log.warning("somebody else has this task now", task=task.id)
