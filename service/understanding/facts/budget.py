"""Tells which of the amounts in a text is what the patient's side can or wants to pay."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from service.understanding import knowledge_files
from service.understanding.facts import contacts
from service.understanding.money import Money, shared_names
from service.understanding.page import Leaf, Page
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.words import Words

_REACH: Final = 12
_REACH_HAN: Final = 24
_PAUSE: Final = 6
"""A comma is as far as so many words."""
_HEAVIEST: Final = 1000
_PAUSES: Final = frozenset(",()")
_NOT_A_PATIENT: Final = ("intent.spam", "intent.billing")

Cue = tuple[int, int, bool]
"""From which word to which a cue stands, and whether it tells what somebody has rather than what somebody asks."""


def find_budget(page: Page, countries: Sequence[str]) -> Money | None:
    """The first amount that is the writer's own, or the only amount if nothing tells whose it is.

    What somebody has may lack a currency, if another amount or the word for its number tells it: "they ask 620 thousand
    roubles, we have 450 thousand", "we have 5 lakh". `countries` (ISO 3166-1 alpha-2), the likeliest first, tell which
    pesos are meant where the text names no country.
    """
    amounts = page.amounts
    named = [index for index, money in enumerate(amounts) if money.currency and not _is_weight(page, money)]
    others = {amounts[index].currency for index in named}
    told = _told(page, amounts) if named or any(money.implied for money in amounts) else {}
    mine = (index for index in sorted(told) if told[index] and (index in named or not amounts[index].currency))
    own = next((index for index in mine if _name(amounts[index], others)), None)
    if own is None and len(named) == 1 and named[0] not in told and not _is_light(amounts[named[0]]):
        own = named[0] if not _is_of_a_bill(page) else None
    if own is None:
        return None
    currency = _currency(page, _name(amounts[own], others), countries)
    return replace(amounts[own], currency=currency) if currency else None


def _name(money: Money, others: Collection[str]) -> str:
    """The name of its currency; `others` are those of the amounts that have one."""
    return money.currency or money.implied or (next(iter(others)) if len(others) == 1 else "")


def _is_of_a_bill(page: Page) -> bool:
    return any(section in leaf.facts for leaf in page.likely_leaves for section in _NOT_A_PATIENT)


def _is_light(money: Money) -> bool:
    """Whether this may be so many pounds that somebody weighs."""
    shared = shared_names().get(money.currency)
    return shared is not None and shared.is_weight and money.amount < _HEAVIEST


def _is_weight(page: Page, money: Money) -> bool:
    if not _is_light(money):
        return False
    weights = Scan(_weights(), page.words).find("weights")
    sentence = range(page.words.sentence_start[money.span[0]], page.words.sentence_end[money.span[1] - 1])
    return any(match.start in sentence for match in weights)


def _told(page: Page, amounts: Sequence[Money]) -> dict[int, bool]:
    """Of each amount that a cue speaks of: whether the nearest one says that it is the writer's own; in doubt, no."""
    nearest: dict[int, dict[bool, int]] = {}
    starts = [money.span[0] for money in amounts]
    for leaf in page.likely_leaves:
        for cue in _cues(leaf, amounts):
            found = _amount_of(page.words, amounts, starts, cue, leaf.language)
            if found is not None:
                distance, index = found
                known = nearest.setdefault(index, {})
                known[cue[2]] = min(distance, known.get(cue[2], distance))
    return {
        index: True in known and (False not in known or known[True] < known[False]) for index, known in nearest.items()
    }


def _cues(leaf: Leaf, amounts: Iterable[Money]) -> Iterator[Cue]:
    """The cues of one language, without those that are a part of a longer one: "can pay" in "cannot pay"."""
    scan = Scan(_matcher(leaf.language), leaf.scan.words)
    for money in amounts:
        scan.add_number(*money.span, money.amount)
    end = 0
    for match in sorted(scan.find("budget"), key=lambda found: (found.start, -found.end)):
        if match.end > end:
            end = match.end
            yield match.start, match.end, match.section == "mine"


def _amount_of(
    words: Words, amounts: Sequence[Money], starts: Sequence[int], cue: Cue, language: str
) -> tuple[int, int] | None:
    """The amount that is nearest to a cue, and how far it is; where verbs stand last, rather the one before."""
    first = bisect_left(starts, cue[0])
    near = [index for index in (first - 1, first) if 0 <= index < len(amounts)]
    if language not in _verb_last():
        near.reverse()
    found = [(distance, index) for index in near if (distance := _distance(words, amounts[index], cue)) is not None]
    return min(found, key=lambda one: one[0], default=None)


def _distance(words: Words, money: Money, cue: Cue) -> int | None:
    """How many words are between a cue and an amount of its sentence, commas counting more; None if too many."""
    start, end, _ = cue
    if start < money.span[1] and money.span[0] < end:
        return 0
    between = range(end, money.span[0]) if end <= money.span[0] else range(money.span[1], start)
    if len(between) and not _share_a_sentence(words, money, start):
        return None
    if len(between) > (_REACH_HAN if words.is_small(start) else _REACH):
        return None
    gaps = words.gaps[between.start : between.stop + 1]
    if not len(between) and not _share_a_sentence(words, money, start) and "." in gaps[0]:
        return None
    return len(between) + _PAUSE * sum(not _PAUSES.isdisjoint(gap) for gap in gaps)


def _share_a_sentence(words: Words, money: Money, place: int) -> bool:
    """A point behind an abbreviation ends no sentence within an amount: "7 тыс. долларов"."""
    sentence = range(words.sentence_start[money.span[0]], words.sentence_end[money.span[1] - 1])
    return place in sentence


def _currency(page: Page, name: str, countries: Sequence[str]) -> str | None:
    """The currency of a name that several share: by a country in the text, by its city, by telephone numbers."""
    shared = shared_names().get(name)
    if shared is None:
        return name
    for codes in _countries(page, countries):
        found = {shared.by_country[code] for code in codes if code in shared.by_country}
        if found:
            return found.pop() if len(found) == 1 else None
    return shared.otherwise


def _countries(page: Page, countries: Sequence[str]) -> Iterator[set[str]]:
    yield {match.pattern.entry.value or "" for leaf in page.likely_leaves for match in leaf.facts.get("countries", ())}
    yield {phone.country for phone in contacts.phones(page.own_text, ()) if phone.country}
    yield from ({country} for country in countries)


@cache
def _table() -> dict[str, dict[str, Any]]:
    return knowledge_files.table("budget.toml")


@cache
def _verb_last() -> frozenset[str]:
    return frozenset(_table()["order"]["verb_last"])


@cache
def _weights() -> Matcher:
    return Matcher("mul", [Entry("weights", "weights", parse(term)) for term in _table()["weights"]["words"]])


@cache
def _matcher(language: str) -> Matcher:
    table = _table()
    return Matcher(
        language,
        [
            Entry("budget", section, parse(term, language))
            for section in ("mine", "not_mine")
            for term in table[section].get(language, ())
        ],
    )
