"""What a task was about, when it is given up on: the message or file says so itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.enquiries.model import Attachment, Message


def mark_failed(session: Session, stage: str, subject: str) -> None:
    """Show in the console that this will not be done without a person."""
    if stage == "understand" and (message := session.get(Message, subject)):
        message.reading_state = "failed"
    if stage == "fetch-media" and (attachment := session.get(Attachment, subject)):
        attachment.state = "failed"
