"""What the reply panel shows: the draft, the ways to the patient, canned answers, and what can still be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from service.channels import sms_segments
from service.channels.sms_segments import Segments
from service.clock import now
from service.enquiries import canned_use, contacts, drafts, reach, reply
from service.enquiries.canned_use import Offer, Values
from service.enquiries.canned_variables import unfilled
from service.enquiries.model import Draft, Enquiry, Message, Staff
from service.enquiries.reach import Way
from service.patient_site import texts
from service.settings import Settings
from service.understanding import knowledge
from translations.languages import ENGLISH, LANGUAGES

Zone = Literal["home", "abroad", ""]

_LEFT_TO_RIGHT_MARK: Final = "\N{LEFT-TO-RIGHT MARK}"


@dataclass(frozen=True, slots=True)
class Undo:
    """An answer that waits to go, and for how many seconds it still does."""

    message: Message
    seconds: int


@dataclass(frozen=True, slots=True)
class ReplyView:
    """`language` is the patient's; `holding` are the flags that need a reason; `segments` of an SMS as it would go.

    `came_by` is the channel of the patient's newest message; `zone` says whether that SMS leaves the country of our
    number, empty where that cannot be told; `writers` are colleagues who are writing to this patient, too; `unfilled`
    are variables that still stand in the draft.
    """

    draft: Draft | None
    language: str
    ways: list[Way]
    came_by: str
    holding: list[str]
    segments: Segments | None
    zone: Zone
    undoable: list[Undo]
    may_ask: bool
    offers: list[Offer]
    writers: list[str]
    unfilled: list[str]

    @property
    def chosen(self) -> Way | None:
        """The way of the draft."""
        return next((way for way in self.ways if way.key == self.way), None)

    @property
    def way(self) -> str:
        """The chosen way, or the one that suggests itself."""
        if self.draft and self.draft.contact_point_id:
            return f"{self.draft.channel}:{self.draft.contact_point_id}"
        free = [way for way in self.ways if way.obstacle is None]
        return next((way.key for way in sorted(free, key=lambda way: way.channel != self.came_by)), "")


def build(session: Session, enquiry: Enquiry, staff_id: str, settings: Settings) -> ReplyView:
    """The panel for one member of staff."""
    staff = session.get_one(Staff, staff_id)
    draft = drafts.draft_of(session, enquiry, staff)
    language = drafts.language_of(enquiry)
    by_sms = draft if draft and draft.channel == "sms" else None
    return ReplyView(
        draft=draft,
        language=language,
        ways=reach.ways(enquiry.patient, now()),
        came_by=next((one.channel for one in reversed(enquiry.messages) if one.direction == "in"), ""),
        holding=reply.holding_flags(draft) if draft else [],
        segments=sms_segments.measure(sms_segments.economical(by_sms.text)) if by_sms and by_sms.text else None,
        zone=_zone(by_sms, settings.twilio_sms_from) if by_sms else "",
        undoable=_undoable(enquiry.messages, staff),
        may_ask=any(sid.partition(":")[0] == reply.ANSWER_WAITING for sid in settings.twilio_content_sids),
        offers=canned_use.offers(session, language, values(enquiry, staff, settings.clinic_name)),
        writers=drafts.others_writing(session, enquiry, staff_id),
        unfilled=unfilled(f"{draft.written or ''} {draft.text or ''}") if draft else [],
    )


def values(enquiry: Enquiry, staff: Staff, clinic: str) -> Values:
    """What the variables of a canned answer stand for in this enquiry.

    Between letters that run from right to left, marks keep the groups of the reference in their order.
    """

    def in_language(language: str) -> Mapping[str, str]:
        mark = _LEFT_TO_RIGHT_MARK if LANGUAGES[language].direction == "rtl" else ""
        return {
            "name": enquiry.patient.name or "",
            "reference": f"{mark}{enquiry.reference}{mark}",
            "clinic": clinic,
            "condition": _condition(enquiry.condition, language),
            "coordinator": staff.name,
        }

    return in_language


def _condition(code: str, language: str) -> str:
    """The condition as the patients' site names it in this language; empty where it does not."""
    known = knowledge.condition_codes().get(code)
    if known is None or language == ENGLISH:
        return known.label if known else ""
    page = texts.condition(code, language)
    return page.title if page is not None and page.language == language else ""


def _zone(draft: Draft, sender: str) -> Zone:
    """A price class without a price: whether the message crosses a border."""
    home = contacts.country_of(sender)
    there = contacts.country_of((draft.contact_point.value or "") if draft.contact_point else "")
    if home is None or there is None:
        return ""
    return "home" if home == there else "abroad"


def _undoable(messages: Sequence[Message], staff: Staff) -> list[Undo]:
    """The first part of each answer of this person that still waits to go."""
    moment = now()
    return [
        Undo(message, int((reply.UNDO - (moment - message.received_at)).total_seconds()) + 1)
        for message in messages
        if message.direction == "out"
        and message.sent_by == staff.id
        and message.status in ("queued", "held")
        and message.unique_key.endswith(":0")
        and moment - message.received_at < reply.UNDO
    ]
