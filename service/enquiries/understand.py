"""From readings to the enquiry: at the door from the original alone, later with the translation beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy.orm import object_session

from service.enquiries import corrected, deadlines
from service.enquiries.model import URGENCY_RANK, Enquiry, Message
from service.understanding.reading import Reading
from translations.languages import ENGLISH, UNDETERMINED

MAX_GIST: Final = 200
#: What reading a message neither finds nor settles.
ENDED_BY_A_PERSON: Final = ("erasure", "sender")
#: Where a reading keeps what the sender picked from lists in a form.
CHOSEN: Final = "chosen"
EARLIER: Final = " · earlier: "


class Reads(Protocol):
    """The part of `understanding.reader.Reader` that enquiries need."""

    def read(
        self,
        text: str,
        *,
        language: str,
        candidates: Sequence[str] = (),
        translation: str | None = None,
        country: str | None = None,
    ) -> Reading: ...


def take_in(enquiry: Enquiry, message: Message, reading: Reading) -> None:
    """Take a message's reading into the message and its enquiry.

    Urgency and red flags only ever grow here; condition, intent, facts and language follow the latest message that
    says something about them, in whichever order the messages are read. What a coordinator corrected stays corrected.
    """
    chosen = {name: value for name, value in (message.reading or {}).items() if name == CHOSEN}
    message.reading = asdict(reading) | chosen
    is_news = corrected.is_news(enquiry, message, reading)
    message.red_flags = sorted({*message.red_flags, *(flag.code for flag in reading.red_flags)})
    message.urgency = _more_urgent(message.urgency, reading.urgency)
    if is_news:
        raise_urgency(enquiry, message.urgency, message.received_at)
    enquiry.red_flags = sorted({*(enquiry.red_flags or []), *message.red_flags})
    readings = _readings(enquiry.messages)
    for told in readings:
        if told["conditions"]:
            enquiry.condition, enquiry.conditions = told["conditions"][0]["code"], told["conditions"]
        intent = told.get(CHOSEN, {}).get("intent", told["intent"])
        enquiry.intent = intent if intent != "other" else enquiry.intent
    enquiry.facts = {name: value for told in readings for name, value in _facts(told).items()}
    enquiry.language = _latest_language(enquiry.messages)
    enquiry.gist = gist_of(enquiry.messages)
    corrected.hold(enquiry)


def _readings(messages: Sequence[Message]) -> list[Mapping[str, Any]]:
    """What was read in the patient's messages, the oldest first, without those that are not read yet."""
    readings = [one.reading for one in messages if one.direction == "in" and one.reading]
    return [reading for reading in readings if "gist" in reading]


def _facts(reading: Mapping[str, Any]) -> dict[str, Any]:
    """What the sender picked from lists goes before what was read."""
    return {**reading["facts"], **reading.get(CHOSEN, {}).get("facts", {})}


def _latest_language(messages: Sequence[Message]) -> str:
    """The patient's; that in which a coordinator wrote down what was said tells nothing of it."""
    inbound = [one for one in messages if one.direction == "in"]
    spoken = [one.answer_language if one.logged_by else one.language for one in inbound]
    told = [language for language in spoken if language != UNDETERMINED]
    return told[-1] if told else UNDETERMINED


def begin_anew(enquiry: Enquiry, moment: datetime, *, keep_urgency: bool) -> None:
    """Wait for an answer from this moment on; an enquiry that had ended is as urgent as its new messages are."""
    if not keep_urgency:
        enquiry.urgency, enquiry.urgency_rank, enquiry.red_flags = "routine", URGENCY_RANK["routine"], []
    enquiry.due_at = deadlines.answer_due(object_session(enquiry), enquiry.urgency, moment)
    enquiry.escalated_at = None


def gist_of(messages: Sequence[Message]) -> str:
    """One line for the enquiry: the newest message that says something first, then what was said before it."""
    readings = _readings(messages)[::-1]
    telling = [reading["gist"] for reading in readings if _says_something(reading)]
    lines = list(dict.fromkeys(telling or [reading["gist"] for reading in readings][:1]))
    return _cut(EARLIER.join(lines[:3]))


def _says_something(reading: Mapping[str, Any]) -> bool:
    """Whether a message tells what the enquiry is about ("thank you" does not)."""
    return bool(reading["conditions"] or reading["red_flags"] or reading["intent"] != "other")


def _cut(line: str) -> str:
    return line if len(line) <= MAX_GIST else line[: MAX_GIST - 1].rstrip() + "…"


def raise_urgency(enquiry: Enquiry, urgency: str, since: datetime) -> None:
    """Raise, never lower; the answer is due by what the message asks for, and who must be told is told anew."""
    before, enquiry.urgency = enquiry.urgency, _more_urgent(enquiry.urgency, urgency)
    if enquiry.urgency != before:
        enquiry.escalated_at = None
    enquiry.urgency_rank = URGENCY_RANK[enquiry.urgency]
    due = deadlines.answer_due(object_session(enquiry), enquiry.urgency, since)
    enquiry.due_at = min(enquiry.due_at, due) if enquiry.due_at else due


def _more_urgent(first: str | None, second: str) -> str:
    return min(first or second, second, key=URGENCY_RANK.__getitem__)


def _failed_last(messages: Sequence[Message]) -> bool:
    """Whether the last answer that a person sent did not reach the patient."""
    answers = [message for message in messages if message.direction == "out" and message.sent_by]
    return bool(answers) and answers[-1].status in ("failed", "undelivered")


def take_stock(enquiry: Enquiry) -> None:
    """Write down what a person must supply, and whether the enquiry can be read in English."""
    inbound = [message for message in enquiry.messages if message.direction == "in"]
    needs: list[str] = []
    if any(message.needs_listening for message in inbound):
        needs.append("listening")
    written = [message for message in inbound if message.body]
    if any(message.language == UNDETERMINED and not message.translations for message in written):
        needs.append("language")
    foreign = [message for message in written if message.language not in (ENGLISH, UNDETERMINED)]
    if any(not message.translations for message in foreign):
        needs.append("translation")
    if _failed_last(enquiry.messages):
        needs.append("delivery")
    needs += [need for need in enquiry.needs or () if need in ENDED_BY_A_PERSON]
    enquiry.needs = needs
    enquiry.translated = bool(foreign) and "translation" not in needs
