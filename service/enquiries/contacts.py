"""Contact points in one spelling, so that the same person is found however the number was written."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from service.enquiries.model import ContactKind

#: Mexico's mobile numbers had a 1 after the country code until 2019; WhatsApp still writes it.
_MEXICO_WITH_1: Final = re.compile(r"^\s*\+521(\d{10})$")
#: RFC 5321 allows a path of 256 characters, its brackets included.
MAX_EMAIL: Final = 254
_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}\.[^@\s.\x00-\x1f]{2,63}")


def phone(text: str, country: str | None = None) -> str | None:
    """E.164 of a number written in any way, with `country` (ISO 3166-1) for national spellings; None if it is none."""
    text = _MEXICO_WITH_1.sub(r"+52\1", text)
    try:
        number = phonenumbers.parse(text, country.upper() if country else None)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def email(text: str) -> str | None:
    """The address in lower case, or None if it cannot be one."""
    address = text.strip().lower()
    fits = len(address) <= MAX_EMAIL and address.isprintable() and _EMAIL.fullmatch(address)
    return address if fits else None


def country_of(e164: str) -> str | None:
    """The country a phone number belongs to, ISO 3166-1 alpha-2; of several that share a code, the main one."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(number)
    region = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return str(region) if region and len(region) == 2 and region.isalpha() and region != "ZZ" else None


def index_kind(kind: ContactKind) -> str:
    """SMS, calls and WhatsApp prove the same thing about a phone number, so they share an index."""
    return "phone" if kind in ("phone", "whatsapp") else kind


def index_value(kind: ContactKind, value: str) -> str:
    """The spelling that is compared: some countries write one mobile number in two ways.

    Brazil's mobile numbers have an added ninth digit and Argentina's have a 9 after the country code (ITU-T E.129
    national numbering notices); providers deliver either.
    """
    if index_kind(kind) != "phone":
        return value
    if match := re.fullmatch(r"\+55(\d\d)9(\d{8})", value):
        return f"+55{match[1]}{match[2]}"
    if match := re.fullmatch(r"\+549(\d{10})", value):
        return f"+54{match[1]}"
    return value
