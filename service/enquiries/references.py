"""The number by which patients and coordinators name an enquiry: digits only, to be spoken in any language."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

DIGITS: Final = 9


def new_reference() -> str:
    """Nine digits in threes, "482-719-358"; the last one checks the others."""
    body = f"{secrets.randbelow(9 * 10 ** (DIGITS - 2)) + 10 ** (DIGITS - 2)}"
    return written(body + check_digit(body))


def check_digit(body: str) -> str:
    """Luhn's, which catches one wrong digit and most swapped neighbours (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(body)):
        doubled = int(char) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def written(digits: str) -> str:
    return "-".join(digits[start : start + 3] for start in range(0, DIGITS, 3))


def parse(text: str) -> str | None:
    """The reference in a text that holds nothing else, in the digits of any script; None if there is none."""
    digits = "".join(str(unicodedata.digit(char)) for char in text if unicodedata.digit(char, None) is not None)
    letters = any(char.isalpha() for char in text)
    if letters or len(digits) != DIGITS or check_digit(digits[:-1]) != digits[-1]:
        return None
    return written(digits)
