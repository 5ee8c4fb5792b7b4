"""Fetching mail from the clinic's mailbox, as a task that the sweeper asks for every minute."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from service.enquiries import mailbox
from service.enquiries.mail import MailRoom
from service.enquiries.receive import Receiver
from service.storage import tasks
from service.storage.tasks import Leased
from workers.leases import give_back
from workers.runtime import Runtime

STAGE = "fetch-mail"
SUBJECT = "mailbox"

log = structlog.get_logger()


def fetch_mail(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Fetch what is new; a mailbox that is away is tried again the next minute."""
    for task in leased:
        try:
            if runtime.settings.imap_url:
                mailbox.fetch(runtime.settings.imap_url, _room(runtime).take)
            with runtime.database.write() as session:
                tasks.finish(session, task)
        except Exception as error:
            log.warning("mail could not be fetched", error=type(error).__name__)
            give_back(runtime.database, task, error)


def _room(runtime: Runtime) -> MailRoom:
    ring = runtime.doorbell.ring
    return MailRoom(runtime.database, Receiver(runtime.database, runtime.reader, ring), runtime.settings, ring)
