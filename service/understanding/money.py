"""Reads an amount of money that the writer names, as a whole number and an ISO 4217 currency."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from service.understanding.knowledge_files import FOLDER
from service.understanding.matcher import Matcher
from service.understanding.matches import Span
from service.understanding.matching import Scan
from service.understanding.numerals import parse_digits
from service.understanding.patterns import Entry
from service.understanding.terms import parse
from service.understanding.words import Words

_ANY_LANGUAGE: Final = "mul"
_PATH: Final = FOLDER / "currencies.toml"
_LARGEST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Money:
    amount: int
    currency: str
    span: Span


def find_money(words: Words) -> Money | None:
    """The first amount with a currency beside it: "15 000 €", "$20k", "3 lakh rupees"."""
    if not any(word[0].isdigit() for word in words.words):
        return None
    scan = Scan(_matcher(), words)
    multipliers = {match.start: (match.end, int(match.section)) for match in scan.find("multipliers")}
    currencies = {match.start: (match.end, match.section) for match in scan.find("currencies")}
    ends = {end: (start, code) for start, (end, code) in currencies.items()}
    if not currencies:
        return None
    for start in range(len(words)):
        if (number := _amount(words, start)) is None:
            continue
        end, value = number
        end, factor = multipliers.get(end, (end, 1))
        amount = int(value * factor)
        is_beside = end in currencies and "," not in words.gaps[end]  # "platelets 80000, INR 1.8"
        if 0 < amount <= _LARGEST and (is_beside or start in ends):
            money = _money(amount, start, end, currencies, ends)
            if amount >= _least().get(money.currency, 0):
                return money
    return None


def _money(
    amount: int, start: int, end: int, currencies: dict[int, tuple[int, str]], ends: dict[int, tuple[int, str]]
) -> Money:
    if end in currencies:
        last, code = currencies[end]
        return Money(amount, code, (start, last))
    first, code = ends[start]
    return Money(amount, code, (first, end))


def _amount(words: Words, start: int) -> tuple[int, float] | None:
    """A number in digits, its thousands perhaps parted by spaces, and the word after it."""
    if not words.words[start][0].isdigit():
        return None
    digits, end = words.written(start), start + 1
    while end < len(words) and words.gaps[end] == " " and len(words.words[end]) == 3 and words.words[end].isdigit():
        digits += words.words[end]
        end += 1
    value = parse_digits(digits)
    return None if value is None else (end, value)


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


@cache
def _least() -> dict[str, int]:
    return cast(dict[str, int], _table()["least"])


@cache
def _matcher() -> Matcher:
    return Matcher(_ANY_LANGUAGE, [*_entries("multipliers"), *_entries("currencies")])


def _entries(kind: str) -> Iterable[Entry]:
    for section, written in _table()[kind].items():
        for term in dict.fromkeys(written):
            yield Entry(kind, section, parse(term))
