"""Reads telephone numbers and e-mail addresses out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import phonenumbers

_PHONE: Final = re.compile(r"(?<![\w.,])[+＋]?\(?\d(?:(?:\.|[ \u00a0()\-–‑/]{1,3})?\d){6,19}(?![\w%])")
"""A point alone may part the figures; a point and a space end a sentence."""
_FIGURE: Final = re.compile(r"\d")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SHORTEST: Final = 8
_NATIONAL_DIGITS: Final = 9
_AT_MOST: Final = 20
"""Candidates looked at in one text: somebody who sends hundreds of numbers is not giving us theirs."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164, where it stands, and the country that it belongs to, if any."""

    e164: str
    country: str | None
    start: int
    end: int


def phones(text: str, countries: Sequence[str]) -> Iterator[Phone]:
    """Every telephone number; national ways of writing are read as of the first of these countries that has such one.

    Countries are ISO 3166-1 alpha-2 codes.
    """
    if not _FIGURE.search(text):
        return
    for match in islice(_PHONE.finditer(text), _AT_MOST):
        readings = (_phone(match, country) for country in (countries or (None,)))
        if (phone := next(filter(None, readings), None)) is not None:
            yield phone


def email(text: str) -> tuple[str, int, int] | None:
    """The first e-mail address and where it stands."""
    if "@" not in text:
        return None
    match = _EMAIL.search(text)
    return (match.group().rstrip("."), match.start(), match.end()) if match else None


def _phone(match: re.Match[str], country: str | None) -> Phone | None:
    written = match.group()
    if sum(char.isdigit() for char in written) < _SHORTEST:
        return None
    international = written.lstrip("(").startswith(("+", "＋", "00", "٠٠", "۰۰"))
    if not international and not country:
        return None
    try:
        number = phonenumbers.parse(_international(written), None if international else country)
    except phonenumbers.NumberParseException:
        return None
    if not _is_plausible(number, international, written.lstrip("(").startswith("0")):
        return None
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, region if len(region) == 2 and region.isalpha() else None, match.start(), match.end())


def _international(written: str) -> str:
    return "+" + written.lstrip("(")[2:] if written.lstrip("(")[:2] in ("00", "٠٠", "۰۰") else written


def _is_plausible(number: phonenumbers.PhoneNumber, international: bool, begins_with_zero: bool) -> bool:
    """A plus sign says that it is a telephone number; without one, only a valid number or a full one with its zero."""
    if international:
        return phonenumbers.is_possible_number(number)
    return phonenumbers.is_valid_number(number) or (
        begins_with_zero
        and phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        and len(str(number.national_number)) >= _NATIONAL_DIGITS
    )
