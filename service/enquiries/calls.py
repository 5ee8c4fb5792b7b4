"""Where a phone call stands: kept by its id in the database, so that any web process can answer the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import persons, search_words
from service.enquiries.door_model import Call
from service.enquiries.inbound import Contact, clean_text
from service.enquiries.model import Message
from service.storage.session import Database

#: The steps of a call in their order; from "voicemail" on nothing is asked any more.
STEPS: Final = ("language", "enquiry", "confirm", "name", "time", "voicemail", "done")
MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """A call at one moment. `attempt` counts how often the enquiry was asked for, from 1; `words` are the caller's
    as recognised last, `message_id` the message that holds them.
    """

    sid: str
    step: str
    attempt: int
    language: str | None
    message_id: str | None = None
    words: str = ""

    def is_past(self, step: str, attempt: int) -> bool:
        """Whether the call has gone on from there: the provider tells of the same step a second time."""
        return (STEPS.index(self.step), self.attempt) > (STEPS.index(step), attempt)


def begin(database: Database, sid: str, points: Sequence[Contact]) -> Standing:
    """A new call, with the language that this caller has been known by; or the one that is under way."""
    try:
        with database.write() as session:
            row = session.get(Call, sid)
            if row is None:
                row = Call(sid=sid, step="language", failures=1, language=_remembered(session, points))
                session.add(row)
                session.flush()
            return _standing(session, row)
    except IntegrityError:  # another process was told of the same call at the same moment
        with database.read() as session:
            return _standing(session, session.get_one(Call, sid))


def advance(
    database: Database,
    sid: str,
    step: str,
    *,
    language: str | None = None,
    attempt: int | None = None,
    message_id: str | None = None,
) -> Standing:
    """Go on to a step, and keep what is known by now."""
    begin(database, sid, ())
    with database.write() as session:
        row = session.get_one(Call, sid)
        row.step = step
        row.language = language or row.language
        row.failures = attempt or row.failures
        row.message_id = message_id or row.message_id
        return _standing(session, row)


def end(database: Database, sid: str, state: str) -> Standing:
    """The call is over; how, by the provider's word."""
    begin(database, sid, ())
    with database.write() as session:
        row = session.get_one(Call, sid)
        row.state, row.ended_at = state[:12], row.ended_at or now()
        return _standing(session, row)


def keep_name(database: Database, sid: str, name: str) -> None:
    """What the caller says their name is; a name that somebody typed stands."""
    name = clean_text(name)[:MAX_NAME]
    with database.write() as session:
        row = session.get(Call, sid)
        message = session.get(Message, row.message_id) if row and row.message_id else None
        if message is not None and name and not message.enquiry.patient.name_typed:
            message.enquiry.patient.name = name
            search_words.index_person(session, message.enquiry.patient)


def _remembered(session: Session, points: Sequence[Contact]) -> str | None:
    return next((one.language for one in persons.known(session, points, proven=True) if one.language), None)


def _standing(session: Session, row: Call) -> Standing:
    message = session.get(Message, row.message_id) if row.message_id else None
    words = (message.body or "") if message else ""
    return Standing(row.sid, row.step, row.failures, row.language, row.message_id, words)
