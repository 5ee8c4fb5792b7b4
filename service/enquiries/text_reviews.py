"""Who answers for an approved text: what its file says, unless a speaker has approved it here or taken that back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.enquiries import approved_texts
from service.enquiries.approved_texts import ApprovedText
from service.enquiries.desk_model import TextReview
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput, Conflict, NotFound

MAX_REVIEWER: Final = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last word about one text; it counts for that version alone."""

    event: str
    language: str
    channel: str
    version: str
    approved: bool
    reviewer: str
    at: datetime

    def is_of(self, text: ApprovedText) -> bool:
        mine = (self.event, self.language, self.channel, self.version)
        return mine == (text.event, text.language, text.channel, text.version)


def verdicts(session: Session, language: str = "") -> tuple[Verdict, ...]:
    """The last word about each text, of one language if so asked."""
    query = select(TextReview).order_by(TextReview.id)
    if language:
        query = query.where(TextReview.language == language)
    rows = {(row.event, row.language, row.channel): row for row in session.scalars(query)}
    return tuple(
        Verdict(row.event, row.language, row.channel, str(row.version), row.approved, row.reviewer, row.at)
        for row in rows.values()
    )


def of_text(text: ApprovedText, among: Iterable[Verdict]) -> Verdict | None:
    """The last word about this version, if anybody has had one."""
    return next((verdict for verdict in among if verdict.is_of(text)), None)


def is_reviewed(text: ApprovedText, among: Iterable[Verdict]) -> bool:
    """Whether a speaker answers for this version."""
    verdict = of_text(text, among)
    return text.reviewed if verdict is None else verdict.approved


def approve(session: Session, staff: Staff, key: tuple[str, str, str], *, version: str, reviewer: str) -> None:
    """A speaker of the language answers for this version; `key` is its event, language and channel."""
    name = clean_text(reviewer)
    if not name or len(name) > MAX_REVIEWER:
        raise BadInput(f"reviewer: say who has reviewed it, in at most {MAX_REVIEWER} characters", field="reviewer")
    _add(session, staff, _current(key, version), reviewer=name, approved=True)


def take_back(session: Session, staff: Staff, key: tuple[str, str, str], *, version: str) -> None:
    """Nobody answers for this version any more."""
    _add(session, staff, _current(key, version), reviewer=staff.email[:MAX_REVIEWER], approved=False)


def _current(key: tuple[str, str, str], version: str) -> ApprovedText:
    found = next(
        (text for text in approved_texts.all_texts() if (text.event, text.language, text.channel) == key), None
    )
    if found is None:
        raise NotFound("there is no such text")
    if found.version != version:
        raise Conflict("this text has another version now; read it again")
    return found


def _add(session: Session, staff: Staff, text: ApprovedText, *, reviewer: str, approved: bool) -> None:
    row = TextReview(
        event=text.event,
        language=text.language,
        channel=text.channel,
        version=int(text.version),
        approved=approved,
        reviewer=reviewer,
        recorded_by=staff.id,
    )
    session.add(row)
    what = "approved text reviewed" if approved else "approved text review taken back"
    session.add(AuditEvent(who=staff.email, what=what, detail=f"{text.event}, {text.language}, version {text.version}"))
