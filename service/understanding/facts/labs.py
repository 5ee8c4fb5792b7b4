"""Reads laboratory values: the test, the number that follows it, and the unit as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from service.understanding.knowledge_files import LAB_TESTS, MEASURES
from service.understanding.money import multiplied
from service.understanding.numerals import parse_digits
from service.understanding.page import Leaf, Page
from service.understanding.terms.matches import Match, words_of
from service.understanding.text.normalise import JOINT
from service.understanding.text.words import Words

_WORDS_BETWEEN: Final = 4
_UNIT_WINDOW: Final = 24
_UNIT: Final = re.compile(
    r"\s{0,2}((?:[x×]?\s?10\^?[0-9⁹³¹²]{1,3}\s?/\s?|[^\W\d_]{1,9}\s?/\s?)[^\W\d_]{1,7}"
    r"|/\s?(?:[µμu]?l|mm[³3]|cmm)\b|%|٪)",
    re.IGNORECASE,
)

_SECTIONS: Final = (
    *((f"lab.{test}", test) for test in LAB_TESTS),
    *((f"measured.{measure}", measure) for measure in MEASURES),
)
_NAMES: Final = frozenset(section for section, _ in _SECTIONS)
_COUNTS_TIME: Final = ("duration.", "age.")
_COUNTED: Final = "platelets"
"""Of all values these are told in thousands: "70 thousand", "1.5 lakh"."""
_GROUP: Final = 3
_PATIENT_TOO: Final = "pt"
"""A prothrombin time; but "Pt: Lee, 59" is a patient, and pT1 a tumour: its number must stand right behind it."""
_LEAST_SECONDS: Final = 8
_NAMES_WITH_FIGURES: Final = ("ca",)
"""Behind such an abbreviation a figure is a part of another test's name, or its value: CA 19-9, Ca 2.4."""

Lab = dict[str, Any]


def find_labs(page: Page) -> dict[str, Lab]:
    """Values by test or measure; the first one counts. Each lab: value, unit, evidence (test and number), span.

    `words` are the words from the name of the test to the value.
    """
    found: dict[str, Lab] = {}
    for leaf in page.likely_leaves:
        for test, lab in _labs(page, leaf):
            found.setdefault(test, lab)
    return found


def _labs(page: Page, leaf: Leaf) -> Iterator[tuple[str, Lab]]:
    if _NAMES.isdisjoint(leaf.facts):
        return
    names = [(test, match) for section, test in _SECTIONS for match in leaf.facts.get(section, ())]
    others = {match.start: test for test, match in names}
    times = (matches for section, matches in leaf.facts.items() if section.startswith(_COUNTS_TIME))
    counted = words_of(chain.from_iterable(times))
    for test, match in names:
        place = _value_place(page, test, match, others)
        if place in counted:
            continue
        if place is None:
            continue
        last = _behind_groups(page.words, place) if test == _COUNTED else place + 1
        digits = page.words.written(place) + "".join(page.words.words[place + 1 : last])
        if (value := parse_digits(digits)) is not None:
            unit, unit_end = _unit(page, last - 1)
            if unit is None and test == _COUNTED:
                factor, last = multiplied(page.words, last)
                value, unit_end = round(value * factor, 1), page.words.source_span(last - 1, last)[1]
            yield (
                test,
                {
                    "value": int(value) if value.is_integer() else value,
                    "unit": unit,
                    "evidence": page.quote((match.start, last)),
                    "words": (match.start, last),
                    "span": (page.words.source_span(match.start, match.end)[0], unit_end),
                },
            )


def _behind_groups(words: Words, place: int) -> int:
    """The place behind a number whose thousands a space parts: 62 000."""
    end = place + 1
    if len(words.words[place]) <= _GROUP:
        while (
            end < len(words)
            and words.gaps[end] == " "
            and len(words.words[end]) == _GROUP
            and words.words[end].isdigit()
        ):
            end += 1
    return end


def _value_place(page: Page, test: str, match: Match, others: dict[int, str]) -> int | None:
    """The number after the name of a test, unless another test stands between, or it is money: INR 200000."""
    words = page.words
    money = {word for amount in page.amounts if amount.currency for word in range(*amount.span)}
    limit = min(match.end + _WORDS_BETWEEN + 1, words.sentence_end[match.end - 1])
    for place in range(match.end, limit):
        if others.get(place, test) != test:
            return None
        if words.words[place][0].isdigit():
            if place > match.end and _belongs_to_a_name(words, place):
                return None
            return None if place in money or (test == _PATIENT_TOO and not _is_time(words, match.end, place)) else place
    return None


def _belongs_to_a_name(words: Words, place: int) -> bool:
    """Whether a number goes on with a name, as in CA 19-9, B27, L4."""
    before = words.words[place - 1]
    return before in _NAMES_WITH_FIGURES or (words.gaps[place] in ("", JOINT) and before.isalpha())


def _is_time(words: Words, behind: int, place: int) -> bool:
    """Whether a number may be a prothrombin time, in seconds or in percent of the normal one."""
    value = parse_digits(words.written(place)) or 0
    return place - behind <= 1 and "," not in words.gaps[place] and value >= _LEAST_SECONDS


def _unit(page: Page, place: int) -> tuple[str | None, int]:
    _, end = page.words.source_span(place, place + 1)
    match = _UNIT.match(page.text, end, end + _UNIT_WINDOW)
    return (match.group(1), match.end()) if match else (None, end)


def as_facts(labs: dict[str, Lab], tests: Iterable[str] = LAB_TESTS) -> dict[str, dict[str, Any]]:
    """The labs as the contract shows them."""
    return {test: {"value": labs[test]["value"], "unit": labs[test]["unit"]} for test in tests if test in labs}
