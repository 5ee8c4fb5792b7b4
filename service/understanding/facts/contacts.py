"""Reads telephone numbers and e-mail addresses out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import phonenumbers

_PHONE: Final = re.compile(r"(?<![\d.,_A-Za-zÀ-ԯḀ-ỿ])[+＋]?\(?\d(?:(?:\.|[ \u00a0()\-–‑/]{1,3})?\d){6,19}(?![\w%])")
"""A point alone may part the figures; a point and a space end a sentence. Letters without case may stand right before
them: 电话0912…"""
_FIGURE: Final = re.compile(r"\d")
_EMAIL: Final = re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
"""Letters of other scripts may stand right beside it: 邮箱li@…"""
_NORTH_AMERICAN: Final = re.compile(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
"""So nothing but telephone numbers is written."""
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
        if (phone := read_phone(match.group(), match.span(), countries)) is not None:
            yield phone


def read_phone(
    written: str, span: tuple[int, int], countries: Sequence[str], *, is_called_out: bool = False
) -> Phone | None:
    """A telephone number by its figures, as of the first of these countries that has such one; None if it is none.

    So many figures that are called out one by one are hardly anything else: no range of numbers must know them.
    """
    readings = (_phone(written, span, country, is_called_out) for country in (countries or (None,)))
    return next(filter(None, readings), None)


def email(text: str) -> tuple[str, int, int] | None:
    """The first e-mail address and where it stands."""
    if "@" not in text:
        return None
    match = _EMAIL.search(text)
    return (match.group().rstrip("."), match.start(), match.end()) if match else None


def _phone(written: str, span: tuple[int, int], country: str | None, is_called_out: bool) -> Phone | None:
    if sum(char.isdigit() for char in written) < _SHORTEST:
        return None
    international = written.lstrip("(").startswith(("+", "＋", "00", "٠٠", "۰۰"))
    if not international and not country:
        return None
    try:
        number = phonenumbers.parse(_international(written), None if international else country)
    except phonenumbers.NumberParseException:
        return None
    is_dialled = country is not None and (
        written.lstrip("(").startswith(_trunk_prefix(country))
        or (number.country_code == 1 and _NORTH_AMERICAN.fullmatch(written) is not None)
    )
    if not _is_plausible(number, international, is_dialled or is_called_out):
        return None
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, region if len(region) == 2 and region.isalpha() else None, *span)


def _international(written: str) -> str:
    return "+" + written.lstrip("(")[2:] if written.lstrip("(")[:2] in ("00", "٠٠", "۰۰") else written


def _trunk_prefix(country: str) -> str:
    """What is dialled before a number within a country: 0 in most, 8 in Russia; 0 where there is none."""
    return phonenumbers.ndd_prefix_for_region(country, True) or "0"


def _is_plausible(number: phonenumbers.PhoneNumber, international: bool, is_likely: bool) -> bool:
    """A plus sign says that it is a telephone number; without one, only a valid number or a full one that is likely."""
    if international:
        return phonenumbers.is_possible_number(number)
    return phonenumbers.is_valid_number(number) or (
        is_likely
        and phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        and len(str(number.national_number)) >= _NATIONAL_DIGITS
    )
