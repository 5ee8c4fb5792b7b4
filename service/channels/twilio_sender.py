"""Who sent a Twilio message or made a call: phone numbers, WhatsApp identities, and callers who hide theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.enquiries import contacts
from service.enquiries.inbound import Contact

WHATSAPP: Final = "whatsapp:"
# What Twilio puts for callers without a number: "anonymous" and "restricted" spelt on a keypad, and such.
ANONYMOUS: Final = frozenset(
    {"", "anonymous", "restricted", "unknown", "unavailable", "private", "+266696687", "+7378742833", "+2562533"}
)


def without_nulls(form: Mapping[str, str]) -> dict[str, str]:
    """The form without the null bytes that no database text can hold."""
    return {name: value.replace("\x00", "") for name, value in form.items()}


def phone(address: str) -> Contact | None:
    """The sender's number as a contact, or None for a hidden number, a short code or a name."""
    if address.strip().lower() in ANONYMOUS:
        return None
    number = contacts.phone(address)
    return Contact("phone", number) if number else None


def whatsapp(address: str, external_id: str) -> tuple[Contact, ...]:
    """A WhatsApp sender's number and identity, one or both: an identity stays when the number is hidden."""
    found: list[Contact] = []
    sender = address.removeprefix(WHATSAPP)
    number = contacts.phone(sender)
    if number:
        found.append(Contact("whatsapp", number))
    identity = external_id.removeprefix(WHATSAPP) or ("" if number else sender)
    if identity:
        found.append(Contact("whatsapp-id", identity))
    return tuple(found)


def country(points: tuple[Contact, ...]) -> str | None:
    """The country of the first phone number among them."""
    numbers = (point.value for point in points if point.kind in ("phone", "whatsapp"))
    return next((contacts.country_of(number) for number in numbers), None)
