"""Picks out what a text says of the patient: who, age, sex, country, contacts, duration, budget, laboratory values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, Final

from service.understanding import concepts
from service.understanding.facts import contacts
from service.understanding.facts.ages import (
    AGES,
    DURATIONS,
    LONGEST_ILLNESS,
    SEXES,
    UNITS,
    find_age,
    length,
    number_places,
    sex_beside_age,
    years_alone,
)
from service.understanding.facts.budget import find_budget
from service.understanding.facts.labs import Lab, as_facts
from service.understanding.facts.measures import find_measures
from service.understanding.facts.medicines import find_allergies, find_medicines
from service.understanding.facts.places import Place, find_city
from service.understanding.facts.spoken_phones import spoken_numbers
from service.understanding.facts.travel import find_travel
from service.understanding.knowledge import condition_codes, joining_words
from service.understanding.page import Leaf, Page
from service.understanding.persons import VAGUE, is_of_patient, patient_of, words_of_people
from service.understanding.reading import ConditionFinding, Evidence
from service.understanding.spoken import speech
from service.understanding.terms.matches import Span

Facts = dict[str, Any]

_TOLD_IN_WORDS: Final = "duration.words"
_TIMES: Final = frozenset((*DURATIONS, _TOLD_IN_WORDS))
_FEMALE: Final = frozenset(("mother", "wife", "daughter", "sister", "grandmother", "aunt"))
_MALE: Final = frozenset(("father", "husband", "son", "brother", "grandfather", "uncle"))
_UNBORN: Final = frozenset(("baby", "child", "son", "daughter"))
_SURE: Final = 0.9
_LONGEST_COURSE: Final = 120
_HALF: Final = 0.5
_HALF_IN_HAN: Final = "半"
_SEXES_OF_ONESELF: Final = (("self.male", "male"), ("self.female", "female"))
_GRAMMAR: Final = frozenset(section for section, _ in _SEXES_OF_ONESELF)
"""By these writers speak of themselves, whoever else they name: "my husband and I have been trying"."""
_BESIDE: Final = 5
"""So many words from "married" on, years are those of a marriage."""


def facts_of(
    page: Page,
    labs: dict[str, Lab],
    country: str | None,
    anchors: Sequence[int],
    others: Sequence[Sequence[Evidence]] = (),
    illnesses: Sequence[ConditionFinding] = (),
) -> Facts:
    """The facts of a text, JSON-ready. `country` is where the message comes from, for reading telephone numbers;
    `anchors` are the words where conditions and red flags begin, near which the patient is named; `others` tell of
    illnesses that are not the patient's, each by its quotes, and so are the medicines in them; `illnesses` are the
    patient's own.
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
    if "sex" not in facts and (told := _sex_by_illness(illnesses, facts.get("who"))) is not None:
        facts["sex"], spans["sex"] = told
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
    page: Page, country: str | None, anchors: Sequence[int], others: Sequence[Sequence[Evidence]]
) -> Iterator[tuple[str, Any, Span | None]]:
    people = (patient_of(page, leaf, anchors) for leaf in page.likely_leaves)
    who = next((patient for patient in people if patient is not None), None)
    if who is not None:
        yield "who", who[0], page.words.source_span(*who[1])
    place = find_city(page, who[0] if who else None)
    if place is not None and place.is_home:
        yield from _where(page, place)
    for leaf in page.likely_leaves:
        yield from _told_by_cues(page, leaf, who[0] if who else None)
    likely = [code for code in (place.country if place else None, country) if code is not None]
    yield from _contacts(page, likely)
    yield from _body(page, others, who[0] if who else None)
    if place is not None:
        yield from _where(page, place)
    if (travel := find_travel(page)) is not None:
        yield "travel", travel[0], travel[1]
    if (money := find_budget(page, likely)) is not None:
        yield "budget", {"amount": money.amount, "currency": money.currency}, page.words.source_span(*money.span)


def _told_by_cues(page: Page, leaf: Leaf, who: str | None) -> Iterator[tuple[str, Any, Span | None]]:
    yield from find_age(page, leaf, who)
    yield from _duration(page, leaf)
    yield from _sex(page, leaf, who)
    for match in leaf.facts.get("countries", ())[:1]:
        yield "country", match.pattern.entry.value, page.words.source_span(match.start, match.end)


def _sex(page: Page, leaf: Leaf, who: str | None) -> Iterator[tuple[str, str, Span]]:
    """By words for a person who is nobody but the patient, or by the grammar of a writer who is the patient.

    Where the relation tells it ("mother"), nothing else has to.
    """
    if _sex_of(who) is not None:
        return
    sections = (*SEXES, *_SEXES_OF_ONESELF) if who in (None, *VAGUE) else SEXES
    found = [(match, sex) for section, sex in sections for match in leaf.facts.get(section, ())]
    beside = sex_beside_age(page, leaf)
    if found:
        others = words_of_people(leaf, besides=who)
        told = (
            (match.start, match.end, sex)
            for match, sex in sorted(found, key=lambda one: (one[0].start, one[0].end, one[1]))
            if match.section in _GRAMMAR
            or (others.isdisjoint(match.words()) and is_of_patient(page, leaf, match.start, who))
        )
        beside = chain(told, beside)
    for start, end, sex in islice(beside, 1):
        yield "sex", sex, page.words.source_span(start, end)


def _sex_by_illness(illnesses: Iterable[ConditionFinding], who: str | None) -> tuple[str, list[int]] | None:
    """The sex of a patient who says that they have what one sex alone has; not of a child that is carried."""
    if who in _UNBORN:
        return None
    for illness in illnesses:
        sex = condition_codes()[illness.code].sex if illness.standing == "present" else ""
        if sex and illness.evidence and illness.confidence >= _SURE:
            quote = illness.evidence[0]
            return sex, [quote.start, quote.end]
    return None


def _duration(page: Page, leaf: Leaf) -> Iterator[tuple[str, Any, Span]]:
    if _TIMES.isdisjoint(leaf.facts):
        return
    ages = number_places(leaf, AGES)
    ages |= dict.fromkeys((place for place, _ in years_alone(page, leaf)), len(page.words))
    halves = {place for idea, place in page.ideas if idea in _halves()}
    found = []
    for unit, section in zip(UNITS, DURATIONS, strict=True):
        for match in leaf.facts.get(section, ()):
            place = leaf.scan.number_place(match)
            if place is None or ages.get(place, 0) >= length(match) or _is_rather_age(leaf, place, unit, ages):
                continue
            value = leaf.scan.numbers[place][1] + (_HALF if _is_half_behind(page, leaf, match.end, halves) else 0)
            if 0 < value <= _LONGEST_COURSE:
                found.append((match.start, match.end, {"value": _plain(value), "unit": unit}))
    in_words = leaf.facts.get(_TOLD_IN_WORDS, ())
    found = [one for one in found if not any(match.start < one[1] < match.end for match in in_words)]
    for match in in_words:
        if not any(other.start < match.end < other.end for other in in_words):  # "for a year" and a half
            count, unit = str(match.pattern.entry.value).split()
            found.append((match.start, match.end, {"value": _plain(float(count)), "unit": unit}))
    others = set(_of_something_else(page, leaf, [(start, end) for start, end, _ in found]))
    others.update(_of_danger(leaf, [(start, end) for start, end, lasting in found if lasting["unit"] == "days"]))
    for start, end, lasting in sorted(found, key=lambda one: (one[0], -one[1])):
        if (start, end) not in others:
            yield "duration", lasting, page.words.source_span(start, end)
            return


def _is_rather_age(leaf: Leaf, place: int, unit: str, ages: Mapping[int, int]) -> bool:
    return unit == "years" and place in ages and leaf.scan.numbers[place][1] > LONGEST_ILLNESS


def _is_half_behind(page: Page, leaf: Leaf, end: int, halves: Collection[int]) -> bool:
    """Whether "and a half", one of `halves`, goes on from a stretch of time: "trei ani și jumătate", "三年半"."""
    words = page.words.words
    if end < len(words) and words[end] in joining_words(leaf.language).both:
        end += 1
    return end in halves or (end < len(words) and words[end] == _HALF_IN_HAN)


@cache
def _halves() -> frozenset[int]:
    return frozenset(map(concepts.codes().index, ("half", "half-amount")))


def _of_danger(leaf: Leaf, durations: Sequence[Span]) -> Iterator[Span]:
    """The days that tell since when there is danger, beside an illness: "a narrow valve, and since yesterday …"."""
    if not durations or not leaf.conditions:
        return
    clauses = leaf.clauses.numbers
    dangerous = {clauses[match.start] for match in leaf.red_flags}
    ill = {clauses[match.start] for match in leaf.conditions}
    yield from (span for span in durations if clauses[span[0]] in dangerous - ill)


def _of_something_else(page: Page, leaf: Leaf, durations: Sequence[Span]) -> Iterator[Span]:
    """The stretches of time that tell how long somebody has been married, smoked, or was operated ago."""
    words = page.words
    for match in leaf.facts.get("duration.other", ()):
        if leaf.scan.number_place(match) is not None:  # it has its own: "five months pregnant, pain for two months"
            if not any("," in words.gaps[place] for place in range(match.start + 1, match.end)):
                yield from (span for span in durations if span[0] < match.end and match.start < span[1])
            continue
        reach = _BESIDE * (2 if words.is_small(match.start) else 1)
        away = {
            span: max(span[0] - match.end, match.start - span[1], -1)  # what the words hold is nearer than a neighbour
            for span in durations
            if words.sentence_start[span[0]] == words.sentence_start[match.start]
        }
        nearest = min(away.values(), default=reach + 1)
        if nearest <= reach:
            yield from (span for span, distance in away.items() if distance == nearest)


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _sex_of(who: str | None) -> str | None:
    if who in _FEMALE:
        return "female"
    return "male" if who in _MALE else None


def _body(page: Page, others: Sequence[Sequence[Evidence]], who: str | None) -> Iterator[tuple[str, Any, Span | None]]:
    """Weight, height, medicines and allergies."""
    for name, value, span in find_measures(page, who):
        yield name, _plain(value), page.words.source_span(*span)
    allergies = list(find_allergies(page, who))
    if allergies:
        yield "allergies", [quote.text for quote in allergies], (allergies[0].start, allergies[0].end)
    named = list(find_medicines(page, who))
    medicines = [quote for _, quote in named]
    theirs = [quotes for quotes in others if any(not _overlaps(quote, medicines) for quote in quotes)]
    taken = [(name, quote) for name, quote in named if not any(_overlaps(quote, quotes) for quotes in theirs)]
    if taken:
        yield "medicines", [name for name, _ in taken], (taken[0][1].start, taken[0][1].end)


def _overlaps(quote: Evidence, others: Iterable[Evidence]) -> bool:
    return any(one.start < quote.end and quote.start < one.end for one in others)


def _where(page: Page, place: Place) -> Iterator[tuple[str, Any, Span]]:
    """The city and its country; where somebody lives goes before other countries that the text names."""
    yield "city", place.name, page.words.source_span(*place.span)
    yield "country", place.country, page.words.source_span(*place.span)


def _contacts(page: Page, likely: Sequence[str]) -> Iterator[tuple[str, Any, Span | None]]:
    """`likely` are countries whose national numbers may be meant where the text names none."""
    countries = [*_countries(page), *likely, *speech(page.leaves[0].language).countries]
    for phone in (*contacts.phones(page.own_text, countries), *_spoken_phones(page, countries)):
        yield "phone", phone.e164, (phone.start, phone.end)
        if phone.country:
            yield "phone_country", phone.country, None
    if (email := contacts.email(page.own_text)) is not None:
        yield "email", email[0], email[1:]


def _spoken_phones(page: Page, countries: Sequence[str]) -> Iterator[contacts.Phone]:
    """The telephone numbers that somebody calls out, figure by figure."""
    for leaf in page.likely_leaves:
        if leaf.loan in (None, "mixed"):
            for figures, span in spoken_numbers(leaf):
                place = page.words.source_span(*span)
                phone = contacts.read_phone(figures, place, countries, is_called_out=True)
                if phone is not None:
                    yield phone


def _countries(page: Page) -> Iterator[str]:
    """The countries that a text names: "I live in Germany: 030 …"."""
    for leaf in page.likely_leaves:
        yield from filter(None, (match.pattern.entry.value for match in leaf.facts.get("countries", ())))


def country_hint(facts: Mapping[str, Any], country: str | None) -> str | None:
    """Where the patient probably lives: as said, else by telephone number, else where the message came from."""
    return facts.get("country") or facts.get("phone_country") or country
