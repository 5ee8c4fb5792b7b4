"""From the stored row to the message that a channel sends, and what forbids sending it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from service.channels.outbound import OutboundMessage
from service.enquiries import consent, reach
from service.enquiries.inbound import Contact
from service.enquiries.model import Message
from service.settings import Settings

#: What goes even to somebody who wishes for no messages.
EMERGENCY: Final = ("emergency-advice",)


def refusal(message: Message, moment: datetime) -> str | None:
    """Why this message must not go after all, as a code; None if it may. A wish may be younger than the message."""
    point = message.contact_point
    if point is None or message.enquiry.patient.erased_at is not None:
        return "no-contact"
    if message.enquiry.status == "withdrawn" and message.approved_text not in consent.STILL_GO:
        return "withdrawn"
    obstacle = reach.obstacle_of(point, moment)
    if message.approved_text and obstacle == "window-closed":
        return None  # an approved template may still go
    if message.approved_text in EMERGENCY and obstacle == "opted-out":
        return None  # silence could cost a life; the provider itself may still refuse
    return obstacle


def outbound(session: Session, message: Message, settings: Settings) -> OutboundMessage:
    """Everything that the channel needs, read while the session is open."""
    point = message.contact_point
    if point is None:
        raise ValueError("a message without a contact point cannot go")
    earlier = session.get(Message, message.in_reply_to) if message.in_reply_to else None
    return OutboundMessage(
        message_id=message.id,
        channel=message.channel,
        to=Contact(point.kind, point.value or ""),  # type: ignore[arg-type]
        text=message.body or "",
        language=message.language,
        reference=message.enquiry.reference,
        subject=(earlier.subject if earlier else None) or "",
        in_reply_to=(earlier.provider_id if earlier and earlier.channel == "email" else None) or "",
        references=tuple(
            one.provider_id for one in message.enquiry.messages if one.channel == "email" and one.provider_id
        ),
        is_automatic=message.approved_text is not None,
        content_sid=_content_sid(message, settings),
        variables=(message.enquiry.reference,),
    )


def went(session: Session, message: Message) -> None:
    """What a message that went leaves behind: an automatic answer is not repeated the same day."""
    if message.approved_text and message.contact_point is not None:
        message.contact_point.acknowledged_at = message.status_at


def _content_sid(message: Message, settings: Settings) -> str:
    """The template that WhatsApp has approved for this text, in this language or for all."""
    if message.channel != "whatsapp" or not message.approved_text:
        return ""
    event = message.approved_text.partition(" ")[0]
    sids = settings.twilio_content_sids
    return sids.get(f"{event}:{message.language}") or sids.get(event) or ""
