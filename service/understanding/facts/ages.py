"""Finds how old the patient is: by words for an age, or by a number that stands bare beside a person or their sex."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, Final

from service.understanding import concepts, knowledge_files
from service.understanding.facts.amounts import Cues
from service.understanding.page import Leaf, Page
from service.understanding.persons import PEOPLE, is_of_patient, third_persons
from service.understanding.terms.matches import Match, Span
from service.understanding.text.normalise import JOINT
from service.understanding.text.words import Words, levelled_phrases

UNITS: Final = ("years", "months", "weeks", "days")
AGES: Final = tuple(f"age.{unit}" for unit in UNITS)
DURATIONS: Final = tuple(f"duration.{unit}" for unit in UNITS)
SEXES: Final = (("sex.male", "male"), ("sex.female", "female"))
_OLDEST: Final = 115
_HALF: Final = 0.5
_LONGEST_COURSE: Final = 30
"""More years than that, told alone, are an age."""
LONGEST_ILLNESS: Final = 45
"""More years than that are an age where they may be one, whatever else says so: "unchiul meu, de 59 de ani"."""
_UNITS_IN_A_YEAR: Final = {"years": 1, "months": 12, "weeks": 52, "days": 365}
_APPOSED: Final = 4
"""A person's age follows within so many words, if it stands alone."""
_ADULT: Final = 18
_MONTHS: Final = 36
"""Of so many months, and no more, is an age told in months: "my son, 18m"."""
_BESIDE: Final = re.compile(r"[ ,./'-]{0,2}")
"""What may part a sex from an age: 48f, M/62, "f, 37"."""
_PAUSE: Final = re.compile(r" ?[,;()\n]+ ?|\.[ \n]+")
"""Between what somebody tells of themselves in a row."""
_BESIDE_WORDS: Final = 3
_MASCULINE_OR_MONTHS: Final = "m"
_COUNTED: Final = ("minute", "hour", "day", "week", "month", "year", "pregnancy-week", "degree", "percent", "times")
"""What a number counts that is no age, by the ideas of the word behind it."""


def find_age(page: Page, leaf: Leaf, who: str | None) -> Iterator[tuple[str, Any, Span]]:
    """The first age that is nobody else's ("I am 41 and write for my father, 74"), as facts; the best come first."""
    if not leaf.scan.numbers:
        yield from _in_words(page, leaf)
        return
    lasting = number_places(leaf, DURATIONS)
    for place, (match, unit) in sorted(_ages(leaf).items()):
        count = leaf.scan.numbers[place][1]
        years = count / _UNITS_IN_A_YEAR[unit]
        is_height = unit == "years" and count % 1 not in (0, _HALF)  # are 1,90 și 78 kg
        is_told = lasting.get(place, 0) <= length(match) or (unit == "years" and count > LONGEST_ILLNESS)
        is_age = is_told and 0 <= years <= _OLDEST and not is_height
        if is_age and is_of_patient(page, leaf, place, who):
            span = page.words.source_span(match.start, match.end)
            yield "age", int(years), span
            if unit != "years":
                yield "age_detail", {"value": int(count), "unit": unit}, span
            return
    yield from _in_words(page, leaf)
    bare = chain(_apposed(page, leaf), _beside_a_sex(page, leaf), _behind_a_person(page, leaf))
    free = (one for one in bare if one[0] not in lasting)
    for place, end in chain(free, years_alone(page, leaf), _alone(page, leaf, lasting)):
        if is_of_patient(page, leaf, place, who):
            yield "age", int(leaf.scan.numbers[place][1]), page.words.source_span(place, end)


def sex_beside_age(page: Page, leaf: Leaf) -> Iterator[tuple[int, int, str]]:
    """The letters or short words for a sex beside an age, from word, to word, and which sex."""
    letters = _letters(leaf.language)
    if not letters or letters.keys().isdisjoint(page.words.words):
        return
    stretches = {(match.start, match.end) for match, _ in _ages(leaf).values()}
    stretches |= {(place, end) for place, (end, _) in leaf.scan.numbers.items() if _may_be_age(leaf, place)}
    for start, end in sorted(stretches):
        for at in _letters_beside(page, leaf, start, end):
            yield at, at + 1, letters[page.words.words[at]]


def number_places(leaf: Leaf, sections: Iterable[str]) -> dict[int, int]:
    """The numbers that terms of these sections count with, and how many words the longest of those terms covers."""
    places: dict[int, int] = {}
    for section in sections:
        for match in leaf.facts.get(section, ()):
            if (place := leaf.scan.number_place(match)) is not None:
                places[place] = max(places.get(place, 0), length(match))
    return places


def length(match: Match) -> int:
    """How many words a match covers."""
    return match.end - match.start


def _ages(leaf: Leaf) -> dict[int, tuple[Match, str]]:
    """By the place of its number, the longest term that reads it as an age: "baby 10 days old" before "baby 10"."""
    ages: dict[int, tuple[Match, str]] = {}
    for unit, section in zip(UNITS, AGES, strict=True):
        for match in leaf.facts.get(section, ()):
            place = leaf.scan.number_place(match)
            if place is not None and (place not in ages or length(match) > length(ages[place][0])):
                ages[place] = (match, unit)
    return ages


def _in_words(page: Page, leaf: Leaf) -> Iterator[tuple[str, int, Span]]:
    for match in leaf.facts.get("age.words", ())[:1]:
        yield "age", int(float(match.pattern.entry.value or 0)), page.words.source_span(match.start, match.end)


def _apposed(page: Page, leaf: Leaf) -> Iterator[tuple[int, int]]:
    """Numbers that stand alone beside a person: "my brother, 49, …", "mama (58)", "47, female"; from word, to word.

    Beside "I" or "my" only an adult's: "my knee, 5, hurts".
    """
    words = page.words
    sexes = [match for section, _ in SEXES for match in leaf.facts.get(section, ())]
    before = {match.start for match in sexes}
    behind = {match.end for match in (*sexes, *_people(leaf, PEOPLE))}
    writer = {match.end for match in _people(leaf, ("who.self",))}
    if not (behind or writer):
        return
    for place, (end, value) in sorted(leaf.scan.numbers.items()):
        if _opens(words, place) and _closes(words, end) and _may_be_age(leaf, place):
            reach = _APPOSED * (2 if place and words.is_small(place - 1) else 1)
            near = range(max(words.sentence_start[place], place - reach), place + 1)
            is_writer = value >= _ADULT and not writer.isdisjoint(near)
            if end in before or not behind.isdisjoint(near) or is_writer:
                yield place, end


def years_alone(page: Page, leaf: Leaf) -> Iterator[tuple[int, int]]:
    """So many years that stand alone between pauses, if they are more than an illness lasts: "widow, 64 years, …".

    Or in brackets behind a person: "our son (9 years)".
    """
    numbers = sorted(place for place in leaf.scan.numbers if _may_be_age(leaf, place))
    if not numbers:
        return
    words, years = page.words, {place for idea, place in page.ideas if idea == _year()}
    if not years:
        return
    people = {match.end for match in _people(leaf, PEOPLE)}
    for place in numbers:
        end, value = leaf.scan.numbers[place]
        if end not in years:
            continue
        is_bracketed = place in people and "(" in words.gaps[place] and ")" in words.gaps[end + 1]
        is_long = value > _LONGEST_COURSE and _opens(words, place) and _closes(words, end + 1)
        if is_bracketed or is_long:
            yield place, end + 1


def _alone(page: Page, leaf: Leaf, lasting: Collection[int]) -> Iterator[tuple[int, int]]:
    """The one number of an adult's age that stands between pauses, if no other does: "back pain, 46, driver in Ulm".

    Not a figure of a list, nor of a value or an amount.
    """
    words, numbers = page.words, leaf.scan.numbers
    alone = [
        (place, end)
        for place, (end, value) in sorted(numbers.items())
        if value >= _ADULT and _may_be_age(leaf, place) and _is_parted(words, place) and _is_parted(words, end)
    ]
    if len(alone) != 1 or alone[0][0] in lasting:
        return
    place, end = alone[0]
    beside = range(max(place - _BESIDE_WORDS, 0), min(end + _BESIDE_WORDS, len(words)))
    is_listed = any(at in numbers and at != place for at in beside)
    if not is_listed and not any(place in range(*money.span) for money in page.amounts):
        yield place, end


def _is_parted(words: Words, place: int) -> bool:
    """Whether a pause, and no sign that may belong to a number, stands before a word."""
    return place in (0, len(words)) or _PAUSE.fullmatch(words.gaps[place]) is not None


def _opens(words: Words, place: int) -> bool:
    return words.sentence_start[place] == place or any(sign in words.gaps[place] for sign in ",(")


def _closes(words: Words, end: int) -> bool:
    return words.sentence_end[end - 1] == end or any(sign in words.gaps[end] for sign in ",)")


def _beside_a_sex(page: Page, leaf: Leaf) -> Iterator[tuple[int, int]]:
    """Numbers beside the letter for a sex: "48f", "M/62", "ж, 37"."""
    letters = _letters(leaf.language)
    if letters and not letters.keys().isdisjoint(page.words.words):
        for place, (end, _) in sorted(leaf.scan.numbers.items()):
            if _may_be_age(leaf, place) and next(_letters_beside(page, leaf, place, end), None) is not None:
                yield place, end


def _behind_a_person(page: Page, leaf: Leaf) -> Iterator[tuple[int, int]]:
    """Numbers right behind a person, that count nothing: "papa 68 heart failure, what can you do?".

    In Chinese, which puts no space between them, only before a pause: "婆婆78，公公80".
    """
    words, numbers = page.words, leaf.scan.numbers
    behind = {match.end for match in _people(leaf, PEOPLE)}.intersection(numbers)
    behind.update(place + 1 for place in third_persons(page) if words.is_small(place) and place + 1 in numbers)
    found = [place for place in sorted(behind) if _is_beside(words, place, numbers) and _may_be_age(leaf, place)]
    if not found:
        return
    units = Cues(page).units
    counted = {place for idea, place in page.ideas if idea in _counted()}
    for place in found:
        end, value = numbers[place]
        closes = end == len(words) or words.gaps[end].strip() != ""
        is_counting = not closes and (end in units or end in counted or end in numbers)
        if not is_counting and "%" not in words.gaps[end] and (closes or value >= _ADULT):
            yield place, end


def _is_beside(words: Words, place: int, numbers: Mapping[int, tuple[int, float]]) -> bool:
    """Whether a number stands right behind a word."""
    if words.is_small(place - 1):
        return words.gaps[place] == "" and _closes(words, numbers[place][0])
    return words.gaps[place] == " "


def _may_be_age(leaf: Leaf, place: int) -> bool:
    value = leaf.scan.numbers[place][1]
    return value.is_integer() and 1 <= value <= _OLDEST


def _letters_beside(page: Page, leaf: Leaf, start: int, end: int) -> Iterator[int]:
    """The words for a sex right beside some words; a single letter begins or ends there what is told.

    "m" behind a number may stand for metres or months: only an adult's, beyond what is counted in months, is a sex.
    """
    words, letters = page.words, _letters(leaf.language)
    if start and words.words[start - 1] in letters and _BESIDE.fullmatch(words.gaps[start]):
        is_first = len(words.words[start - 1]) > 1 or _has_pause(page, start - 1)
        yield from (start - 1,) if is_first else ()
    if end < len(words) and words.words[end] in letters and _BESIDE.fullmatch(words.gaps[end]):
        is_last = len(words.words[end]) > 1 or words.gaps[end] == "" or _has_pause(page, end + 1)
        number = leaf.scan.numbers.get(start, (0, 0.0))
        may_be_unit = words.words[end] == _MASCULINE_OR_MONTHS and number[0] == end and number[1] <= _MONTHS
        yield from (end,) if is_last and not may_be_unit else ()


def _has_pause(page: Page, place: int) -> bool:
    """Whether what is told begins or ends before a word."""
    return place in (0, len(page.words)) or page.words.gaps[place] not in ("", " ", JOINT)


def _people(leaf: Leaf, sections: Iterable[str]) -> Iterator[Match]:
    return (match for section in sections for match in leaf.facts.get(section, ()))


@cache
def _year() -> int:
    return concepts.codes().index("year")


@cache
def _counted() -> frozenset[int]:
    return frozenset(map(concepts.codes().index, _COUNTED))


@cache
def _letters(language: str) -> dict[str, str]:
    """The letters and short words for a sex in a language, each with the sex."""
    row = knowledge_files.table("persons.toml").get(language, {})
    return {word: sex for sex in ("male", "female") for word in levelled_phrases(row.get(sex, ()))}
