"""Picks out what a text says of the patient: who, age, sex, country, contacts, duration, budget, laboratory values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from service.understanding import contacts
from service.understanding.labs import Lab, as_facts
from service.understanding.matches import Match, Span
from service.understanding.measures import find_measures
from service.understanding.medicines import find_allergies, find_medicines
from service.understanding.page import Leaf, Page
from service.understanding.persons import patient_of
from service.understanding.places import find_city
from service.understanding.reading import Evidence
from service.understanding.travel import find_travel

Facts = dict[str, Any]

_OLDEST: Final = 115
_UNITS: Final = ("years", "months", "weeks", "days")
_AGES: Final = tuple(f"age.{unit}" for unit in _UNITS)
_DURATIONS: Final = tuple(f"duration.{unit}" for unit in _UNITS)
_UNITS_IN_A_YEAR: Final = {"years": 1, "months": 12, "weeks": 52, "days": 365}
_FEMALE: Final = frozenset(("mother", "wife", "daughter", "sister", "grandmother", "aunt"))
_MALE: Final = frozenset(("father", "husband", "son", "brother", "grandfather", "uncle"))
_LONGEST_COURSE: Final = 120


def facts_of(
    page: Page, labs: dict[str, Lab], country: str | None, anchors: Sequence[int], others: Sequence[Evidence] = ()
) -> Facts:
    """The facts of a text, JSON-ready. `country` is where the message comes from, for reading telephone numbers;
    `anchors` are the words where conditions and red flags begin, near which the patient is named; `others` tell of
    illnesses that are not the patient's, and so are the medicines in them.
    """
    facts: Facts = {}
    spans: dict[str, list[int]] = {}
    for key, value, span in _found(page, country, anchors, others):
        if key not in facts:
            facts[key] = value
            if span:
                spans[key] = list(span)
    if "sex" not in facts and (sex := _sex_of(facts.get("who"))):
        facts["sex"] = sex
    if tests := as_facts(labs):
        facts["labs"] = tests
        spans |= {f"labs.{test}": list(labs[test]["span"]) for test in tests}
    if spans:
        facts["spans"] = spans
    return facts


def fill(facts: Facts, translated: Facts) -> Facts:
    """What only the translation tells is added; its places are not places of the original, so it brings no spans."""
    added = {key: value for key, value in translated.items() if key not in facts and key != "spans"}
    both = facts | added
    if "labs" in facts and "labs" in translated:
        both["labs"] = translated["labs"] | facts["labs"]
    return both


def _found(
    page: Page, country: str | None, anchors: Sequence[int], others: Sequence[Evidence]
) -> Iterator[tuple[str, Any, Span | None]]:
    for leaf in page.likely_leaves:
        yield from _told_by_cues(page, leaf, anchors)
    yield from _contacts(page, country)
    yield from _body(page, others)
    yield from _place_and_time(page)
    if (money := page.money) is not None:
        yield "budget", {"amount": money.amount, "currency": money.currency}, page.words.source_span(*money.span)


def _told_by_cues(page: Page, leaf: Leaf, anchors: Sequence[int]) -> Iterator[tuple[str, Any, Span | None]]:
    if (who := patient_of(page, leaf, anchors)) is not None:
        yield "who", who[0], page.words.source_span(*who[1])
    yield from _age(page, leaf)
    yield from _duration(page, leaf)
    for section, value in (("sex.male", "male"), ("sex.female", "female")):
        for match in leaf.facts.get(section, ())[:1]:
            yield "sex", value, page.words.source_span(match.start, match.end)
    for match in leaf.facts.get("countries", ())[:1]:
        yield "country", match.pattern.entry.value, page.words.source_span(match.start, match.end)


def _age(page: Page, leaf: Leaf) -> Iterator[tuple[str, Any, Span]]:
    lasting = _number_places(leaf, _DURATIONS)
    for place, (match, unit) in sorted(_ages(leaf).items()):
        count = leaf.scan.numbers[place][1]
        years = count / _UNITS_IN_A_YEAR[unit]
        if lasting.get(place, 0) <= _length(match) and 0 <= years <= _OLDEST:
            span = page.words.source_span(match.start, match.end)
            yield "age", int(years), span
            if unit != "years":
                yield "age_detail", {"value": int(count), "unit": unit}, span
            return
    for match in leaf.facts.get("age.words", ())[:1]:
        yield "age", int(float(match.pattern.entry.value or 0)), page.words.source_span(match.start, match.end)


def _ages(leaf: Leaf) -> dict[int, tuple[Match, str]]:
    """By the place of its number, the longest term that reads it as an age: "baby 10 days old" before "baby 10"."""
    ages: dict[int, tuple[Match, str]] = {}
    for unit, section in zip(_UNITS, _AGES, strict=True):
        for match in leaf.facts.get(section, ()):
            place = leaf.scan.number_place(match)
            if place is not None and (place not in ages or _length(match) > _length(ages[place][0])):
                ages[place] = (match, unit)
    return ages


def _length(match: Match) -> int:
    return match.end - match.start


def _duration(page: Page, leaf: Leaf) -> Iterator[tuple[str, Any, Span]]:
    ages = _number_places(leaf, _AGES)
    found = []
    for unit, section in zip(_UNITS, _DURATIONS, strict=True):
        for match in leaf.facts.get(section, ()):
            place = leaf.scan.number_place(match)
            if place is None or ages.get(place, 0) >= _length(match):
                continue
            value = leaf.scan.numbers[place][1]
            if 0 < value <= _LONGEST_COURSE:
                found.append((match.start, match.end, {"value": _plain(value), "unit": unit}))
    for start, end, lasting in sorted(found, key=lambda one: one[:2])[:1]:
        yield "duration", lasting, page.words.source_span(start, end)


def _number_places(leaf: Leaf, sections: Iterable[str]) -> dict[int, int]:
    """The numbers that terms of these sections count with, and how many words the longest of those terms covers."""
    places: dict[int, int] = {}
    for section in sections:
        for match in leaf.facts.get(section, ()):
            if (place := leaf.scan.number_place(match)) is not None:
                places[place] = max(places.get(place, 0), _length(match))
    return places


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _sex_of(who: str | None) -> str | None:
    if who in _FEMALE:
        return "female"
    return "male" if who in _MALE else None


def _body(page: Page, others: Sequence[Evidence]) -> Iterator[tuple[str, Any, Span | None]]:
    """Weight, height, medicines and allergies."""
    for name, value, span in find_measures(page.words):
        yield name, _plain(value), page.words.source_span(*span)
    allergies = list(find_allergies(page))
    if allergies:
        yield "allergies", [quote.text for quote in allergies], (allergies[0].start, allergies[0].end)
    taken = [
        (name, quote)
        for name, quote in find_medicines(page)
        if not any(one.start <= quote.start < one.end for one in (*allergies, *others))
    ]
    if taken:
        yield "medicines", [name for name, _ in taken], (taken[0][1].start, taken[0][1].end)


def _place_and_time(page: Page) -> Iterator[tuple[str, Any, Span | None]]:
    """The city, with its country where no country is named, and when somebody wants to come."""
    if (city := find_city(page)) is not None:
        name, country, span = city
        yield "city", name, page.words.source_span(*span)
        yield "country", country, page.words.source_span(*span)
    if (travel := find_travel(page)) is not None:
        yield "travel", travel[0], travel[1]


def _contacts(page: Page, country: str | None) -> Iterator[tuple[str, Any, Span | None]]:
    for phone in contacts.phones(page.text, country):
        yield "phone", phone.e164, (phone.start, phone.end)
        if phone.country:
            yield "phone_country", phone.country, None
    if (email := contacts.email(page.text)) is not None:
        yield "email", email[0], email[1:]


def country_hint(facts: Mapping[str, Any], country: str | None) -> str | None:
    """Where the patient probably lives: as said, else by telephone number, else where the message came from."""
    return facts.get("country") or facts.get("phone_country") or country
