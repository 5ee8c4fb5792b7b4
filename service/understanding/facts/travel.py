"""Reads when somebody wants to come: days and months that are named in a sentence about an appointment or a journey."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from service.understanding import cldr
from service.understanding.page import Page
from service.understanding.text.words import split

_WISHES: Final = ("intent.appointment", "intent.travel", "wish.visa")
_NUMBERS: Final = re.compile(r"(?<![\d./-])(\d{1,2})[./-](\d{1,2})[./-](20\d\d)(?![\d./-])")
_FIRST_YEAR: Final = 2020
_LAST_YEAR: Final = 2100

When = tuple[dict[str, int], tuple[int, int]]
"""Year, month and day as far as they were said, and from which character to which."""


def find_travel(page: Page) -> When | None:
    """The first date in a sentence that speaks of coming; a month alone is enough. Nothing is filled in."""
    sentences = {
        page.words.sentence_start[match.start]
        for leaf in page.likely_leaves
        for section in _WISHES
        for match in leaf.facts.get(section, ())
    }
    if not sentences:
        return None
    return next(iter(_written_out(page, sentences)), None) or next(iter(_in_numbers(page)), None)


def _written_out(page: Page, sentences: set[int]) -> Iterator[When]:
    words, months = page.words, _months(page.leaves[0].language)
    for index, word in enumerate(words.words):
        month = months.get(word)
        if month is None or words.sentence_start[index] not in sentences:
            continue
        when: dict[str, int] = {"month": month}
        first, last = index, index + 1
        for place in (index - 2, index - 1, index + 1, index + 2):
            if 0 <= place < len(words) and (number := _number(words.words[place])) is not None:
                name = "year" if _FIRST_YEAR <= number <= _LAST_YEAR else "day" if 1 <= number <= 31 else ""
                if name and name not in when:
                    when[name] = number
                    first, last = min(first, place), max(last, place + 1)
        yield when, words.source_span(first, last)


def _in_numbers(page: Page) -> Iterator[When]:
    """15.03.2027 and 15/03/2027: the day first, as almost everywhere; what cannot be told apart keeps its day out."""
    for match in _NUMBERS.finditer(page.words.levelled.text):
        first, second, year = (int(match[number]) for number in (1, 2, 3))
        span = page.words.levelled.span(match.start(), match.end())
        if first > 12 >= second >= 1:
            yield {"year": year, "month": second, "day": first}, span
        elif second > 12 >= first >= 1 and second <= 31:
            yield {"year": year, "month": first, "day": second}, span
        else:
            yield {"year": year}, span


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() and len(word) <= 4 else None


@cache
def _months(language: str) -> Mapping[str, int]:
    """Names of months, in one word, as they stand in a date and alone; English ones are known everywhere."""
    names: dict[str, int] = {}
    for code in ("en", language.removesuffix("-Latn")):
        for name, number in cldr.names(code)["months"].items():
            spelt = split(name).words
            if len(spelt) == 1 and len(spelt[0]) >= 3:
                names[spelt[0]] = number
    if language == "en":
        names.pop("may")  # "I may come"
    return names
