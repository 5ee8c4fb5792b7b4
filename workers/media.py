"""Fetching the pictures, documents and recordings that providers keep for us."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import structlog
from sqlalchemy.orm import Session

from service.channels import media_types
from service.channels.http import FetchError, Provider, fetch
from service.enquiries.model import Attachment, AttachmentContent
from service.settings import Settings
from service.storage import tasks
from service.storage.tasks import Leased, LeaseLost
from workers import scan
from workers.leases import task_failed
from workers.runtime import Runtime

MAX_BYTES: Final = 25 * 1024 * 1024
#: The provider's file may appear some seconds after its webhook.
PAUSES: Final = (0.0, 1.0, 3.0)

log = structlog.get_logger()


def fetch_media(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Do the `fetch-media` tasks of one batch; a file that cannot be had never costs its message."""
    for task in leased:
        try:
            _fetch_one(runtime, task)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.warning("a file could not be fetched", attachment=task.subject, error=type(error).__name__)
            task_failed(runtime.database, task, error)


def _fetch_one(runtime: Runtime, task: Leased) -> None:
    with runtime.database.read() as session:
        attachment = session.get(Attachment, task.subject)
        url = attachment.source_url if attachment else None
    content = _with_patience(url, _provider(runtime.settings)) if url else None
    with runtime.database.write() as session:
        attachment = session.get(Attachment, task.subject)
        if attachment is not None and content is not None:
            _keep(session, attachment, content)
            scan.ask_for(session, runtime.settings, [attachment])
        tasks.finish(session, task)


def _keep(session: Session, attachment: Attachment, content: bytes) -> None:
    """Seal the bytes; what they are is told by themselves, not by who sent them."""
    attachment.media_type = media_types.sniff(content) or "application/octet-stream"
    attachment.size, attachment.state = len(content), "stored"
    row = session.get(AttachmentContent, attachment.id)
    if row is None:
        row = AttachmentContent(attachment_id=attachment.id, patient_id=attachment.patient_id)
        session.add(row)
    row.content = content


def _with_patience(url: str, provider: Provider) -> bytes:
    last: FetchError | None = None
    for pause in PAUSES:
        time.sleep(pause)
        try:
            return fetch(url, provider, limit=MAX_BYTES)
        except FetchError as error:
            if error.permanent:
                raise
            last = error
    raise last or FetchError("not tried")


def _provider(settings: Settings) -> Provider:
    tokens = settings.twilio_auth_tokens
    return Provider(settings.twilio_api_url, settings.twilio_account_sid, tokens[0] if tokens else "")
