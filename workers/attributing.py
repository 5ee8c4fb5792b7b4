"""Learns whose an illness is, from messages that name illnesses of others as well as the patient's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.understanding.learned.attribution import OWN, TRAITS, traits_of
from service.understanding.learned.surroundings import Table
from service.understanding.learned.weighing import OWN_SURELY, Told, chance, log_odds
from service.understanding.mentions import Mention
from service.understanding.page import Page
from service.understanding.reading import PRESENT
from workers import trait_weights

_STRICTNESS: Final = 0.2
"""How closely the weights follow the lessons (LogisticRegression's C)."""
_OWN_LOST: Final = 0.005
"""The share of patients' own illnesses, beside those of others, that may be set aside by a table that has not learned
from them (docs/quality.md)."""
_SURELY: Final = 0.7
"""The chance with which a named illness counts as the patient's beside another one."""
_ENOUGH: Final = 50
"""From fewer illnesses of others nothing is learned, and everything that is named is the patient's."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names an illness and that no cue takes back: the word where it begins, and its traits.

    `own` is whether it is the patient's, None where the lesson does not say; `beside` that others' illnesses are named.
    """

    code: str
    start: int
    traits: tuple[int, ...]
    own: bool | None
    beside: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """The weight of each trait, the limits of `OWN` and `OWN_SURELY`, and the log-odds of every place.

    Those of a place are by a table that has not learned from it; `odds_of_others` are those of others' illnesses
    that do not stand aside.
    """

    table: Table
    limits: dict[str, float]
    odds: NDArray[np.float64]
    odds_of_others: NDArray[np.float64]


def named(page: Page, mentions: Sequence[Mention], own: Collection[str], others: Collection[str]) -> Iterator[Named]:
    """The places of a lesson that name an illness, of the patient's `own`, of `others`, or of nobody knows whom."""
    for mention, traits in zip(mentions, traits_of(page, mentions), strict=True):
        if mention.standing in PRESENT and mention.is_named:
            whose = True if mention.code in own else False if mention.code in others else None
            yield Named(mention.code, mention.start, traits, whose, bool(others))


def learn(places: Sequence[Named]) -> Learned:
    """What the places teach; too few illnesses of others teach nothing, and all that is named is the patient's."""
    own = np.asarray([place.own is True for place in places], dtype=bool)
    known = np.asarray([place.own is not None for place in places], dtype=bool)
    if np.count_nonzero(known & ~own) < _ENOUGH or not own.any():
        table = np.zeros(TRAITS, dtype=np.float32)
        return Learned(table, {OWN: 0.0, OWN_SURELY: 0.0}, np.zeros(len(places)), np.zeros(0))
    rows = trait_weights.matrix([place.traits for place in places], TRAITS)
    table = trait_weights.fit(rows[known], own[known], _STRICTNESS)
    odds = np.asarray(rows @ table, dtype=np.float64)
    part = trait_weights.parts(len(places))
    for held_out in range(trait_weights.PARTS):
        learned, others = known & (part != held_out), known & (part == held_out)
        odds[others] = rows[others] @ trait_weights.fit(rows[learned], own[learned], _STRICTNESS)
    beside = own & np.asarray([place.beside for place in places])
    least = min(0.0, np.quantile(odds[beside], _OWN_LOST))  # nothing stands aside that is likelier theirs than not
    limits = {OWN: chance(float(least)), OWN_SURELY: _SURELY}
    return Learned(table, limits, odds, odds[known & ~own & (odds >= log_odds(limits[OWN]))])


def reconsidered(
    told: Mapping[str, Told], excluded: frozenset[str], places: Sequence[Named], odds: Sequence[float], least: float
) -> tuple[dict[str, Told], frozenset[str]]:
    """What the terms tell of a lesson, once places that are less likely the patient's than `least` stand aside."""
    limit = log_odds(least)
    by_code: dict[str, list[tuple[int, float]]] = {}
    for place, own in zip(places, odds, strict=True):
        by_code.setdefault(place.code, []).append((place.start, own))
    kept, aside = dict(told), set[str]()
    for code, found in by_code.items():
        mine = [(start, value) for start, value in found if value >= limit]
        if code not in told or not told[code].named:
            continue
        if mine:
            first, likeliest = min(mine)[0], max(value for _, value in mine)
            kept[code] = replace(told[code], named=len(mine), first=first, own=likeliest)
        else:
            del kept[code]
            aside.add(code)
    return kept, excluded | aside
