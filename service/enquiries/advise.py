"""Emergency advice that could not be given at the door: the danger was seen only later, in the translation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import acknowledge, reach, sending, states
from service.enquiries.model import Enquiry, Message
from service.enquiries.reach import Way
from service.enquiries.sending import Outgoing

EVENT = "emergency-advice"


def late(session: Session, enquiry: Enquiry, message: Message) -> list[Message]:
    """Send the advice by the way the patient came, or the best there is; nothing if nobody can be reached.

    The caller has found that this message became an emergency after its sender was answered.
    """
    way = _way(enquiry, message)
    if way is None:
        return []
    texts = acknowledge.advice(acknowledge.receipt_for(message, enquiry, enquiry.patient.country, repeated=False))
    out = Outgoing(
        channel=way.channel,
        point=way.point,
        text="\n\n".join(text for _, text in texts),
        language=message.answer_language,
        approved_text=EVENT,
        in_reply_to=message.id,
    )
    states.record(session, enquiry, "advice sent late", who="triage")
    return sending.put_out(session, enquiry, out)


def _way(enquiry: Enquiry, message: Message) -> Way | None:
    """The channel of the message first; a wish for no messages does not hold advice back that may save a life."""
    ways = [way for way in reach.ways(enquiry.patient, now()) if way.obstacle in (None, "opted-out")]
    return next((way for way in ways if way.channel == message.channel), next(iter(ways), None))
