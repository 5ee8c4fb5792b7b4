"""What an acknowledgement says besides: that the clinic is closed, and that we need to know the sender's language."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from babel.dates import format_date
from sqlalchemy.orm import object_session

from service.enquiries import approved_texts, deadlines, hours
from service.enquiries.model import Message
from translations import languages

#: Fewer letters are no language: "ok", a name, a typing error.
LETTERS: Final = 12
#: Where the language is known from the page, the caller or the partner.
_TOLD: Final = ("web", "api", "voice")


def opens_at(message: Message) -> datetime | None:
    """When the clinic opens, by its own clock, for a message that came while it is closed by its calendar."""
    clinic = deadlines.clinic_hours(object_session(message))
    if clinic is None:
        return None
    opens = hours.next_open(clinic, message.received_at)
    return opens.astimezone(clinic.zone) if opens > message.received_at else None


def is_unread(message: Message) -> bool:
    """Whether somebody wrote in no language that we know, and had not written in one before."""
    if message.channel in _TOLD or sum(char.isalpha() for char in message.body or "") < LETTERS:
        return False
    before = [one for one in message.enquiry.messages if one.direction == "in" and one.id <= message.id]
    return all(one.language == languages.UNDETERMINED for one in (message, *before))


def closed_until(opens: datetime, language: str) -> list[str]:
    """In the languages that have the words; elsewhere the acknowledgement is enough."""
    if language not in languages.SITE_LANGUAGES:
        return []
    opening = f"{format_date(opens, 'full', locale=language)}, {opens:%H:%M}"
    return [approved_texts.find("received-out-of-hours", language).filled(opening=opening)]


def which_language(supposed: str) -> list[str]:
    """In the language that we suppose, and in English."""
    texts = (approved_texts.find("we-need-your-language", code).body for code in (supposed, "en"))
    return list(dict.fromkeys(texts))
