"""What the sender is told at once: that the message is safe, its reference, and in an emergency what to do now."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from service.enquiries import approved_texts

ENGLISH: Final = "en"
SUPPORT_FLAGS: Final = frozenset({"suicide", "abuse"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored, and all that an answer needs; a message sent twice gets an equal receipt."""

    enquiry_id: str
    message_id: str
    reference: str
    language: str
    urgency: str
    red_flags: tuple[str, ...]
    country: str | None
    repeated: bool


def written(receipt: Receipt) -> str:
    """The answer for SMS, WhatsApp, page and e-mail. Emergency advice that no speaker of its language has reviewed
    goes out with the English beside it."""
    return "\n\n".join([*(text for _, text in advice(receipt)), acknowledgement(receipt)])


def spoken(receipt: Receipt) -> list[tuple[str, str]]:
    """The answer for a phone call: pairs of language and sentence, in order."""
    parts: list[tuple[str, str]] = []
    if receipt.urgency == "emergency":
        parts += _emergency(receipt, approved_texts.VOICE, "voice-emergency")
    received = approved_texts.find("voice-received", receipt.language, approved_texts.VOICE)
    return [*parts, (received.language, received.filled(reference=spelt(receipt.reference)))]


def acknowledgement(receipt: Receipt) -> str:
    """That the message is safe, and its reference."""
    text = approved_texts.find("acknowledgement", receipt.language)
    return text.filled(reference=receipt.reference)


def advice(receipt: Receipt) -> list[tuple[str, str]]:
    """The emergency advice alone, as pairs of language and text; empty where there is no emergency."""
    return _emergency(receipt, approved_texts.COMMON, "emergency-advice") if receipt.urgency == "emergency" else []


def spelt(reference: str) -> str:
    """Digit by digit, with pauses, for a voice."""
    return ", ".join(" ".join(group) for group in reference.split("-"))


def emergency_number(country: str | None, language: str) -> str:
    """The country's number for an ambulance, or the words "the emergency number of your country"."""
    known = _numbers().get(country or "")
    return known or approved_texts.find("emergency-number-unknown", language).body


def _emergency(receipt: Receipt, channel: str, event: str) -> list[tuple[str, str]]:
    texts = []
    for name in _events(receipt, event):
        text = approved_texts.find(name, receipt.language, channel)
        texts.append(text)
        if not text.reviewed and text.language != ENGLISH:
            texts.append(approved_texts.find(name, ENGLISH, channel))
    return [(text.language, _filled(text, receipt)) for text in texts]


def _events(receipt: Receipt, advice_event: str) -> list[str]:
    """Somebody in despair needs other words than somebody bleeding."""
    flags = set(receipt.red_flags)
    if flags and flags <= SUPPORT_FLAGS | {"explicit"} and flags & SUPPORT_FLAGS:
        return ["emergency-support"]
    return [advice_event, "emergency-support"] if flags & SUPPORT_FLAGS else [advice_event]


def _filled(text: approved_texts.ApprovedText, receipt: Receipt) -> str:
    return text.filled(reference=receipt.reference, emergency_number=emergency_number(receipt.country, text.language))


@cache
def _numbers() -> dict[str, str]:
    """Ambulance or general emergency numbers as published by each country."""
    with (Path(__file__).parent / "emergency_numbers.csv").open(encoding="utf-8", newline="") as file:
        return {row["country"]: row["number"] for row in csv.DictReader(file)}
