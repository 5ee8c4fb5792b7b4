"""What the sender is told at once: that the message is safe, its reference, and in an emergency what to do now."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy.orm import object_session

from service.enquiries import approved_texts, circumstances, consent, text_reviews
from service.enquiries.model import Enquiry, Message
from service.enquiries.text_reviews import Verdict
from translations import languages
from translations.languages import ENGLISH

NOTICE: Final = "consent-notice"
SPOKEN_NOTICE: Final = "voice-privacy"
_STEP_EVENTS: Final = {
    "STOP": "opt-out-confirmed",
    "START": "opt-in-confirmed",
    "HELP": "help",
    "WITHDRAW": consent.CONFIRMATION,
}
SUPPORT_FLAGS: Final = frozenset({"suicide", "abuse"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored, and all that an answer needs; a message sent twice gets an equal receipt.

    `opens_at` is when the clinic opens, by its own clock, for a message that came while it is closed; `is_unread` that
    nobody could tell the sender's language; `is_untold` that the sender has not been told yet what is kept, and why.
    `verdicts` are the reviews of the texts in its language, for an emergency, where they decide what goes out.
    """

    enquiry_id: str
    message_id: str
    reference: str
    language: str
    urgency: str
    red_flags: tuple[str, ...]
    country: str | None
    repeated: bool
    is_untold: bool = False
    opens_at: datetime | None = None
    is_unread: bool = False
    verdicts: tuple[Verdict, ...] = ()

    @property
    def needs_notice(self) -> bool:
        """In an emergency nothing but the advice is said; the next answer tells the rest."""
        return self.is_untold and self.urgency != "emergency"


def receipt_for(message: Message, enquiry: Enquiry, country: str | None, *, repeated: bool) -> Receipt:
    """The receipt of a stored message; `country` is the one whose emergency number an answer would name."""
    session = object_session(message) if message.urgency == "emergency" else None
    return Receipt(
        enquiry_id=enquiry.id,
        message_id=message.id,
        reference=enquiry.reference,
        language=message.answer_language,
        urgency=message.urgency,
        red_flags=tuple(message.red_flags),
        country=country,
        repeated=repeated,
        is_untold=consent.is_untold(message),
        opens_at=circumstances.opens_at(message),
        is_unread=circumstances.is_unread(message),
        verdicts=text_reviews.verdicts(session, message.answer_language) if session else (),
    )


def written(receipt: Receipt, site: str) -> str:
    """The answer for SMS, WhatsApp and e-mail; the first one says what is kept, with the address of the privacy page
    at `site`. Emergency advice that no speaker of its language has reviewed goes out with the English beside it."""
    texts = [*(text for _, text in advice(receipt)), acknowledgement(receipt)]
    return "\n\n".join([*texts, notice(receipt, site)] if receipt.needs_notice else texts)


def notice(receipt: Receipt, site: str) -> str:
    """What is kept and why, in one sentence, and where the rest is written."""
    page = receipt.language if receipt.language in languages.SITE_LANGUAGES else ENGLISH
    text = approved_texts.find(NOTICE, receipt.language)
    return text.filled(privacy=f"{site.rstrip('/')}/{page}/privacy")


def of_step(step: str, receipt: Receipt) -> str:
    """The answer to a word that stops, restarts or asks about messages."""
    text = approved_texts.find(_STEP_EVENTS[step], receipt.language)
    return _filled(text, receipt, receipt.reference)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence for a voice; `event` names the recording that may be played in its place."""

    event: str
    language: str
    text: str


def spoken(receipt: Receipt) -> list[Spoken]:
    """The answer for a phone call, in order; for a language without a voice the English comes after each sentence."""
    texts = _emergency(receipt, approved_texts.VOICE, "voice-emergency") if receipt.urgency == "emergency" else []
    for event in [SPOKEN_NOTICE, "voice-received"] if receipt.needs_notice else ["voice-received"]:
        texts.append(approved_texts.find(event, receipt.language, approved_texts.VOICE))
        if not _has_voice(receipt.language):
            texts.append(approved_texts.find(event, ENGLISH, approved_texts.VOICE))
    reference = spelt(receipt.reference)
    return [Spoken(text.event, text.language, _filled(text, receipt, reference)) for text in texts]


def _has_voice(code: str) -> bool:
    language = languages.find(code)
    return language is not None and language.voice is not None


def acknowledgement(receipt: Receipt) -> str:
    """That the message is safe, and its reference; when the clinic opens; and what we need to know to answer."""
    text = approved_texts.find("acknowledgement", receipt.language)
    said = [text.filled(reference=receipt.reference)]
    if receipt.urgency != "emergency" and receipt.opens_at is not None:
        said += circumstances.closed_until(receipt.opens_at, receipt.language)
    if receipt.urgency != "emergency" and receipt.is_unread:
        said += circumstances.which_language(receipt.language)
    return " ".join(said)


def advice(receipt: Receipt) -> list[tuple[str, str]]:
    """The emergency advice alone, as pairs of language and text; empty where there is no emergency."""
    if receipt.urgency != "emergency":
        return []
    texts = _emergency(receipt, approved_texts.COMMON, "emergency-advice")
    return [(text.language, _filled(text, receipt, receipt.reference)) for text in texts]


def spelt(reference: str) -> str:
    """Digit by digit, with pauses, for a voice."""
    return ", ".join(" ".join(group) for group in reference.split("-"))


def emergency_number(country: str | None, language: str) -> str:
    """The country's number for an ambulance, or the words "the emergency number of your country"."""
    known = _numbers().get(country or "")
    return known or approved_texts.find("emergency-number-unknown", language).body


def _emergency(receipt: Receipt, channel: str, event: str) -> list[approved_texts.ApprovedText]:
    texts = []
    for name in _events(receipt, event):
        text = approved_texts.find(name, receipt.language, channel)
        texts.append(text)
        if text.language != ENGLISH and not text_reviews.is_reviewed(text, receipt.verdicts):
            texts.append(approved_texts.find(name, ENGLISH, channel))
    return texts


def _events(receipt: Receipt, advice_event: str) -> list[str]:
    """Somebody in despair needs other words than somebody bleeding."""
    flags = set(receipt.red_flags)
    if flags and flags <= SUPPORT_FLAGS | {"explicit"} and flags & SUPPORT_FLAGS:
        return ["emergency-support"]
    return [advice_event, "emergency-support"] if flags & SUPPORT_FLAGS else [advice_event]


def _filled(text: approved_texts.ApprovedText, receipt: Receipt, reference: str) -> str:
    number = emergency_number(receipt.country, text.language)
    return text.filled(reference=reference, emergency_number=number)


@cache
def _numbers() -> dict[str, str]:
    """Ambulance or general emergency numbers as published by each country."""
    with (Path(__file__).parent / "emergency_numbers.csv").open(encoding="utf-8", newline="") as file:
        return {row["country"]: row["number"] for row in csv.DictReader(file)}
