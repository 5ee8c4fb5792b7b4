"""Facts as a coordinator types them: each kind has its form, and what does not fit it is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from babel import Locale

from service.enquiries import contacts, countries
from service.enquiries.inbound import clean_text
from service.errors import BadInput
from service.understanding.knowledge_files import LAB_TESTS
from service.understanding.numerals import parse_digits

LAB: Final = "labs."
WHO: Final = (
    "self", "mother", "father", "husband", "wife", "son", "daughter", "baby", "child", "brother", "sister",
    "grandmother", "grandfather", "aunt", "uncle", "friend", "relative", "patient",
)  # fmt: skip
SEXES: Final = ("female", "male")
UNITS: Final = ("years", "months", "weeks", "days")
MAX_WORDS: Final = 80
MAX_LISTED: Final = 20
_OLDEST: Final = 120
_LARGEST_BUDGET: Final = 10**12

_LASTING: Final = re.compile(r"(\d{1,3}(?:\.5)?)\s*(years|months|weeks|days)")
_MONEY: Final = re.compile(r"(\d[\d,  ]{0,18})\s*([A-Z]{3})")
_WHEN: Final = re.compile(r"(20\d\d)-(\d\d)(?:-(\d\d))?")
_RESULT: Final = re.compile(r"(\d[\d.,]{0,11})\s*(\S.{0,19})?")


def parse(key: str, typed: str) -> Any:
    """The value of a fact, JSON-ready as a reading tells it; BadInput with the field "value" or "key"."""
    text = clean_text(typed)
    if key.startswith(LAB) and key.removeprefix(LAB) in LAB_TESTS:
        return _result(text)
    if key not in _PARSERS:
        raise BadInput("there is no such fact", field="key")
    return _PARSERS[key](text)


def as_typed(key: str, value: Any) -> str:
    """A stored value as it would be typed."""
    match value:
        case {"value": number, "unit": unit}:
            return f"{_plain(number)} {unit or ''}".strip()
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency or ''}".strip()
        case {"month": month, **more}:
            return "-".join(f"{part:02d}" for part in (more.get("year"), month, more.get("day")) if part)
        case list():
            return ", ".join(str(one) for one in value)
        case _:
            return _plain(value)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _one_of(*choices: str) -> Callable[[str], str]:
    def choose(text: str) -> str:
        if text not in choices:
            raise BadInput(f"one of: {', '.join(choices)}", field="value")
        return text

    return choose


def _between(least: float, most: float, *, whole: bool = False) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = parse_digits(text)
        if value is None or not least <= value <= most or (whole and not value.is_integer()):
            raise BadInput(f"a number from {least:g} to {most:g}", field="value")
        return int(value) if value.is_integer() else value

    return number


def _words(text: str) -> str:
    if not text or len(text) > MAX_WORDS or "\n" in text:
        raise BadInput(f"one line of at most {MAX_WORDS} characters", field="value")
    return text


def _list(text: str) -> list[str]:
    parts = [part for part in (piece.strip() for piece in text.split(",")) if part]
    if not parts or len(parts) > MAX_LISTED:
        raise BadInput(f"names with commas between them, at most {MAX_LISTED}", field="value")
    return [_words(part) for part in parts]


def _country(text: str) -> str:
    """An ISO code, or a country's English name."""
    code = _countries().get(text.casefold())
    if code is None:
        raise BadInput("a country by its English name or its two letters", field="value")
    return code


@cache
def _countries() -> Mapping[str, str]:
    by_name = {name.casefold(): code for code, name in countries.names().items()}
    return by_name | {code.casefold(): code for code in by_name.values()}


def _phone(text: str) -> str:
    number = contacts.phone(text)
    if number is None:
        raise BadInput("a number with its country, as +44 7700 900123", field="value")
    return number


def _email(text: str) -> str:
    address = contacts.email(text)
    if address is None:
        raise BadInput("an e-mail address", field="value")
    return address


def _lasting(text: str) -> dict[str, Any]:
    match = _LASTING.fullmatch(text)
    value = float(match[1]) if match else 0.0
    if match is None or value == 0:
        raise BadInput("as 10 years, 1.5 years, 2 weeks or 5 days", field="value")
    return {"value": int(value) if value.is_integer() else value, "unit": match[2]}


def _budget(text: str) -> dict[str, Any]:
    match = _MONEY.fullmatch(text)
    amount = int(re.sub(r"\D", "", match[1])) if match else 0
    if match is None or match[2] not in Locale("en").currencies or not 0 < amount <= _LARGEST_BUDGET:
        raise BadInput("a whole amount and its currency, as 20000 USD", field="value")
    return {"amount": amount, "currency": match[2]}


def _travel(text: str) -> dict[str, int]:
    match = _WHEN.fullmatch(text)
    try:
        when = date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        when = None
    if match is None or when is None:
        raise BadInput("as 2027-03 or 2027-03-15", field="value")
    return {"year": when.year, "month": when.month} | ({"day": when.day} if match[3] else {})


def _result(text: str) -> dict[str, Any]:
    match = _RESULT.fullmatch(text)
    value = parse_digits(match[1]) if match else None
    if match is None or value is None:
        raise BadInput("a number and its unit, as 188 U/L", field="value")
    return {"value": int(value) if value.is_integer() else value, "unit": match[2]}


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "who": _one_of(*WHO),
    "age": _between(0, _OLDEST, whole=True),
    "sex": _one_of(*SEXES),
    "country": _country,
    "city": _words,
    "phone": _phone,
    "email": _email,
    "duration": _lasting,
    "weight_kg": _between(0.3, 500),
    "height_cm": _between(20, 270),
    "medicines": _list,
    "allergies": _list,
    "travel": _travel,
    "budget": _budget,
}
#: Every fact that may be set, laboratory values as "labs.alt".
KEYS: Final = (*_PARSERS, *(f"{LAB}{test}" for test in LAB_TESTS))
