"""What the reply panel shows: the draft, the ways to the patient, and the answers that can still be taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.channels import sms_segments
from service.channels.sms_segments import Segments
from service.clock import now
from service.enquiries import reach, reply
from service.enquiries.model import Draft, Enquiry, Message, Staff
from service.enquiries.reach import Way


@dataclass(frozen=True, slots=True)
class ReplyView:
    """`language` is the patient's; `holding` are the flags that need a reason; `segments` of an SMS as it would go."""

    draft: Draft | None
    language: str
    ways: list[Way]
    holding: list[str]
    segments: Segments | None
    undoable: list[Message]
    may_ask: bool

    @property
    def chosen(self) -> Way | None:
        """The way of the draft."""
        return next((way for way in self.ways if way.key == self.way), None)

    @property
    def way(self) -> str:
        """The chosen way, or the one that suggests itself."""
        if self.draft and self.draft.contact_point_id:
            return f"{self.draft.channel}:{self.draft.contact_point_id}"
        return next((way.key for way in self.ways if way.obstacle is None), "")


def build(session: Session, enquiry: Enquiry, staff_id: str, templates: Collection[str] = ()) -> ReplyView:
    """The panel for one member of staff; `templates` are the texts that WhatsApp has approved."""
    staff = session.get_one(Staff, staff_id)
    draft = reply.draft_of(session, enquiry, staff)
    text = draft.text if draft and draft.channel == "sms" else None
    return ReplyView(
        draft=draft,
        language=reply.language_of(enquiry),
        ways=reach.ways(enquiry.patient, now()),
        holding=reply.holding_flags(draft) if draft else [],
        segments=sms_segments.measure(sms_segments.economical(text)) if text else None,
        undoable=_undoable(enquiry.messages, staff),
        may_ask=any(sid.partition(":")[0] == reply.ANSWER_WAITING for sid in templates),
    )


def _undoable(messages: Sequence[Message], staff: Staff) -> list[Message]:
    """The first part of each answer of this person that still waits to go."""
    moment = now()
    return [
        message
        for message in messages
        if message.direction == "out"
        and message.sent_by == staff.id
        and message.status in ("queued", "held")
        and message.unique_key.endswith(":0")
        and moment - message.received_at < reply.UNDO
    ]
