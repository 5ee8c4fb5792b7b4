"""What a task was about, when it is given up on: the message or file says so itself."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import language_packages
from service.enquiries import delivery
from service.enquiries.alert import GIVEN_UP, SEND_STAGE
from service.enquiries.desk_model import Alert, PackageJob
from service.enquiries.model import Attachment, Draft, Message


def mark_failed(session: Session, stage: str, subject: str) -> None:
    """Show in the console that this will not be done without a person."""
    if stage == "understand" and (message := session.get(Message, subject)):
        message.reading_state = "failed"
    if stage == "preview" and (draft := session.scalar(select(Draft).where(Draft.preview_id == subject))):
        draft.state = "failed"
    if stage == "send" and (outgoing := delivery.held(session, subject)):
        delivery.fail(session, outgoing, "given-up", "none")
    if stage == SEND_STAGE and (alert := session.get(Alert, subject)):
        alert.state, alert.error_code = "failed", GIVEN_UP
    if stage == language_packages.STAGE and (job := session.get(PackageJob, subject)):
        language_packages.end(job, "the worker died each time it tried")
    if stage == "fetch-media" and (attachment := session.get(Attachment, subject)):
        attachment.state = "failed"
