"""Finds the amounts of money that a text names, in digits and in words, each with its currency."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, cast

from service.understanding import knowledge_files
from service.understanding.knowledge import joining_words
from service.understanding.numerals import HAN_DIGITS, HAN_UNITS, Spelt, is_either, parse_digits
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import Span
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.words import Words, is_han

_ANY_LANGUAGE: Final = "mul"
_VIETNAMESE: Final = "vi"
_LARGEST: Final = 10**12
_LEAST_BARE: Final = 1000
_YEARS: Final = range(1900, 2101)
_LEAST_BEHIND_A_CODE: Final = 100
"""Codes of currencies are words, too, unless they are written in capitals: "rub 5 times"."""
_MOST_GROUPS: Final = 4
_MOST_PIECES: Final = 4
_MOST_MULTIPLIERS: Final = 2
_LONGEST_CODE: Final = 3
_APOSTROPHES: Final = "'’‘ʼ`´′"
_GAPS_BEHIND: Final = frozenset(("", "(", "'", ",'", ".'"))
_GAPS_BEFORE: Final = frozenset(("", "(", "'", ":"))
_HAN_UNITS: Final = HAN_UNITS | {"亿": 10**8}
_HAN_MYRIAD: Final = 10**4
_LONGEST_HAN: Final = 12


@dataclass(frozen=True, slots=True)
class Shared:
    """The name of several currencies: which one it is by country, and where no country tells it.

    With `multiplies` it is the word for a large number that only some countries use: whoever has five lakh has rupees.
    """

    by_country: Mapping[str, str]
    otherwise: str | None
    languages: frozenset[str]
    is_weight: bool
    multiplies: bool


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, from which word to which. `currency` is ISO 4217, or one of `shared_names`; "" where none is named.

    `implied` is what the word for a large number tells of a currency that is not named, as a name of `shared_names`.
    """

    amount: int
    currency: str
    span: Span
    implied: str = ""


def find_amounts(words: Words, spelt: Sequence[Spelt], languages: Collection[str]) -> list[Money]:
    """Every amount with a currency beside it ("15 000 €", "$20k", "3 lakh rupees"), and large numbers that have none.

    `spelt` are the numbers that each language of the text sees in it, likeliest first. Without any currency, named or
    implied: nothing.
    """
    scan = Scan(_matcher(_VIETNAMESE if _VIETNAMESE in languages else _ANY_LANGUAGE), words)
    shared = shared_names()
    currencies = [
        (match.start, match.end, match.section)
        for match in scan.find("currencies")
        if (name := shared.get(match.section)) is None or not (name.languages and name.languages.isdisjoint(languages))
    ]
    currencies.sort(key=lambda found: found[2] not in shared or not shared[found[2]].languages)
    return list(_Amounts(scan, spelt, languages, currencies).find()) if currencies or scan.find("implied") else []


def multiplied(words: Words, place: int) -> tuple[int, int]:
    """By how much the word at a place multiplies the number before it, and the place behind it: 1.5 "lakh"."""
    end, times = _numbered(Scan(_matcher(_ANY_LANGUAGE), words), "multipliers").get(place, (place, 1))
    return times, end


class _Amounts:
    """The numbers and currencies of one text, by place."""

    def __init__(
        self, scan: Scan, spelt: Sequence[Spelt], languages: Collection[str], currencies: Iterable[tuple[int, int, str]]
    ) -> None:
        self._words = scan.words
        self._multipliers = _numbered(scan, "multipliers")
        self._leading = _numbered(scan, "leading")
        own = {start: (end, float(value)) for start, (end, value) in _numbered(scan, "numbers").items()}
        self._spelt = _longest([*spelt, own])
        self._joints = frozenset[str]().union(*(joining_words(language).both for language in languages))
        self._of = {match.start for match in scan.find("of")}
        self._vague = {match.end for match in scan.find("vague")}
        self._implied = {match.end: match.section for match in scan.find("implied")}
        self._behind: dict[int, tuple[int, str]] = {}
        self._before: dict[int, tuple[int, str]] = {}
        for start, end, code in currencies:
            if start not in self._behind or end > self._behind[start][0]:
                self._behind[start] = (end, code)
            if end not in self._before or start < self._before[end][0]:
                self._before[end] = (start, code)

    def find(self) -> Iterator[Money]:
        taken = 0
        for start in range(len(self._words)):
            if start < taken or (number := self._number(start)) is None:
                continue
            end, value = number
            money = None if start in self._vague else self._with_currency(start, end, round(value), taken)
            if money is None and self._is_large(start, end, value):
                money = Money(round(value), "", (start, end), self._implied.get(end, ""))
            taken = end
            if money is not None:
                taken = money.span[1]
                yield money

    def _with_currency(self, start: int, end: int, amount: int, taken: int) -> Money | None:
        behind, before = self._currency_behind(end), self._currency_before(start, amount, taken)
        if before and behind and self._words.gaps[start] == "" and self._words.gaps[end] != "":
            behind = None  # "€5000 €6000"
        if behind is not None:
            money = Money(amount, behind[1], (start, behind[0]))
        elif before is not None:
            money = Money(amount, before[1], (before[0], end))
        else:
            return None
        least = _least().get(money.currency, _least()["other"])
        return _worth(money) if least <= amount <= _LARGEST and self._is_meant(money, (start, end)) else None

    def _is_meant(self, money: Money, number: Span) -> bool:
        """Whether a code that is also a word, or an illness, is a currency here: CAD 20000, not CAD 2019."""
        first, end = (money.span[0], number[0]) if money.span[0] < number[0] else (number[1], money.span[1])
        if end != first + 1 or self._words.words[first] not in _capitals():
            return True
        start, stop = self._words.source_span(first, end)
        is_written_large = self._words.levelled.source[start:stop].isupper()
        return is_written_large and money.amount >= _LEAST_BEHIND_A_CODE and money.amount not in _YEARS

    def _currency_behind(self, end: int) -> tuple[int, str] | None:
        """Directly behind the number, or after "of": "two millions of francs". An abbreviation's point is no end."""
        place = end
        if end in self._of and self._touches(end):
            place = end + 1
        return self._behind.get(place) if self._touches(place) else None

    def _touches(self, place: int) -> bool:
        gap = self._words.gaps[place]
        return "\n" not in gap and (gap.strip() in _GAPS_BEHIND or (gap.strip() == "." and self._is_short(place - 1)))

    def _is_short(self, place: int) -> bool:
        """Whether a word is an abbreviated multiplier, as in "7 тыс. долларов"."""
        return place in self._multipliers and not self._words.words[place][0].isdigit()

    def _currency_before(self, start: int, amount: int, taken: int) -> tuple[int, str] | None:
        found = self._before.get(start)
        if found is None or found[0] < taken:
            return None
        words, gap = self._words, self._words.gaps[start]
        word = words.words[start - 1]
        if found[0] == start - 1 and is_han(word):  # 二单元302
            return None
        is_code = word.isascii() and word.isalpha() and len(word) <= _LONGEST_CODE
        if "\n" in gap or not (gap.strip() in _GAPS_BEFORE or (gap.strip() == "." and is_code)):
            return None
        if is_code and amount < _LEAST_BEHIND_A_CODE:
            first, end = words.source_span(start - 1, start)
            return found if words.levelled.source[first:end].isupper() else None
        return found

    def _is_large(self, start: int, end: int, value: float) -> bool:
        """Whether a number that has no currency may well be a price."""
        return _LEAST_BARE <= value <= _LARGEST and not (end == start + 1 and value in _YEARS)

    def _number(self, start: int) -> tuple[int, float] | None:
        """The number that begins at a word, and the word after it: "2 million 500 thousand"."""
        total, smallest, place, end = 0.0, float("inf"), start, start
        for _ in range(_MOST_PIECES):
            piece = self._piece(place)
            if piece is None or piece[1] * piece[2] >= smallest:
                break
            end, value, factor = piece
            if place > start and factor == 1 and self._is_short_for_tenths(place, value):  # 2万5
                value *= smallest / 10
            total += value * factor
            smallest, place = factor, end
            if factor == 1:
                break
            if end < len(self._words) and self._words.words[end] in self._joints:
                place = end + 1
        return (end, total) if end > start else None

    def _is_short_for_tenths(self, place: int, value: float) -> bool:
        return value < 10 and is_han(self._words.words[place - 1])

    def _piece(self, start: int) -> tuple[int, float, int] | None:
        """A number below its multipliers, and these: "250 thousand", "сто двадцать тысяч", in Swahili "elfu tano"."""
        if start >= len(self._words):
            return None
        if (leading := self._leading.get(start)) is not None:
            plain = self._plain(leading[0])
            return None if plain is None else (plain[0], plain[1], leading[1])
        plain = self._plain(start)
        if plain is None:
            return None
        end, value = plain
        factor = 1
        for _ in range(_MOST_MULTIPLIERS):
            place = end + 1 if end in self._of and end + 1 in self._multipliers else end  # Romanian: 20 de mii
            if place not in self._multipliers or self._words.gaps[place].strip(" '"):
                break
            end, times = self._multipliers[place]
            factor *= times
        return end, value, factor

    def _plain(self, start: int) -> tuple[int, float] | None:
        if start >= len(self._words):
            return None
        word = self._words.words[start]
        if word[0].isdigit():
            return self._digits(start)
        if word in HAN_DIGITS or word in _HAN_UNITS:
            is_second = start > 0 and self._words.words[start - 1] in HAN_DIGITS
            return None if is_second else _han(self._words.words, start)
        return self._in_words(start)

    def _digits(self, start: int) -> tuple[int, float] | None:
        """A number in digits, its thousands perhaps parted by spaces or apostrophes."""
        words = self._words
        digits, end = words.written(start), start + 1
        if len(digits) <= 3:
            while end < len(words) and end - start < _MOST_GROUPS and self._is_group(end):
                digits += words.words[end]
                end += 1
        value = parse_digits(digits)
        return None if value is None else (end, value)

    def _is_group(self, place: int) -> bool:
        words = self._words
        if len(words.words[place]) != 3 or not words.words[place].isdigit():
            return False
        gap = words.gaps[place]
        if gap == "'":  # a hyphen is levelled to an apostrophe, and parts two numbers
            start, _ = words.source_span(place, place + 1)
            return words.levelled.source[start - 1] in _APOSTROPHES
        return gap == " "

    def _in_words(self, start: int) -> tuple[int, float] | None:
        """A spelt number; its language puts tens and ones together, here they get their hundreds."""
        found = self._spelt.get(start)
        if found is None:
            return None
        end, value = found
        for _ in range(_MOST_PIECES):
            following = end + 1 if end < len(self._words) and self._words.words[end] in self._joints else end
            if following in self._multipliers or (after := self._spelt.get(following)) is None:
                break
            if after[1] == 100 and following == end and 1 < value < 10:
                end, value = after[0], value * 100
            elif 1 <= after[1] < value and value % 10 ** len(str(int(after[1]))) == 0:
                end, value = after[0], value + after[1]
            else:
                break
        return end, value


def _han(chars: Sequence[str], start: int) -> tuple[int, float] | None:
    """A number in Chinese characters: 两千五百, 三十万, 一亿二千万; 两万五 leaves out its last unit."""
    end, total, section, digit, unit = start, 0, 0, -1, 0
    while end < len(chars) and end - start < _LONGEST_HAN and (chars[end] in HAN_DIGITS or chars[end] in _HAN_UNITS):
        char = chars[end]
        if (value := HAN_DIGITS.get(char)) is not None:
            if digit > 0 and not is_either(chars[end - 1 : end + 1]):  # 五六万: fifty thousand or sixty
                return None
            digit = value
            unit = unit if value else 0
        else:
            unit = _HAN_UNITS[char]
            if unit < _HAN_MYRIAD:
                section += (digit if digit > 0 else 1) * unit
            else:
                section += max(digit, 0)
                total, section = (total + section * unit, 0) if section else (total * unit, 0)
            digit = -1
        end += 1
    if digit > 0:
        section += digit * unit // 10 if unit > 10 else digit
    return (end, float(total + section)) if total + section else None


def _longest(tables: Iterable[Spelt]) -> Spelt:
    """The longest number that begins at each word; of equally long ones the first."""
    longest: Spelt = {}
    for table in tables:
        for start, found in table.items():
            if start not in longest or found[0] > longest[start][0]:
                longest[start] = found
    return longest


def _numbered(scan: Scan, kind: str) -> dict[int, tuple[int, int]]:
    """By place, the longest term of a kind whose sections are numbers: where it ends, and the number."""
    matches = sorted(scan.find(kind), key=lambda match: match.end)
    return {match.start: (match.end, int(match.section)) for match in matches}


@cache
def shared_names() -> Mapping[str, Shared]:
    """The names of several currencies, as `peso`."""
    return {
        name: Shared(
            {key: code for key, code in row.items() if len(key) == 2 and key.isupper()},
            row.get("otherwise"),
            frozenset(row.get("languages", ())),
            row.get("weight", False),
            row.get("multiplies", False),
        )
        for name, row in _table()["shared"].items()
    }


@cache
def _table() -> dict[str, dict[str, Any]]:
    return knowledge_files.table("currencies.toml")


@cache
def _least() -> dict[str, int]:
    return cast(dict[str, int], _table()["least"])


def _worth(money: Money) -> Money:
    """An amount in a currency that has a code: ten rials are a toman."""
    worth = _table()["worth"].get(money.currency)
    return money if worth is None else replace(money, amount=money.amount * worth["times"], currency=worth["currency"])


@cache
def _capitals() -> frozenset[str]:
    return frozenset(_table()["capitals"]["codes"])


@cache
def _matcher(language: str) -> Matcher:
    """For all languages, or for the one in which an accent makes another word: đô is a dollar, đó is not."""
    return Matcher(language, list(_entries(language)))


def _entries(language: str) -> Iterator[Entry]:
    table = _table()
    names = {name: row["words"] for name, row in table["shared"].items() if not row.get("multiplies")}
    implied = {name: row["words"] for name, row in table["shared"].items() if row.get("multiplies")}
    kinds = {kind: table[kind] for kind in ("multipliers", "leading", "numbers")}
    kinds |= {
        "currencies": table["currencies"] | names,
        "implied": implied,
        "of": table["beside"],
        "vague": table["beside"],
    }
    for kind, sections in kinds.items():
        for section, written in sections.items():
            if kind not in ("of", "vague") or section == kind:
                for term in dict.fromkeys(written):
                    yield Entry(kind, section, parse(term, language))
