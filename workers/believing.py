"""Learns which signs of danger to believe, from emergencies and from near misses that name danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.understanding.learned.belief import TRAITS, Beliefs, heard
from service.understanding.learned.surroundings import Table
from service.understanding.page import Page
from service.understanding.signs import UNDATED, Doubt, Sign
from workers import trait_weights

_STRICTNESS: Final = 0.3
"""How closely the weights follow the lessons (LogisticRegression's C)."""
_NEAR_MISS: Final = 5.0
"""What a near miss counts for beside an emergency: there are few that name danger which no cue takes back."""
_LOST: Final = 0.003
"""The share of emergencies that may be lost to a table that has not learned from them, as nothing in them is believed
(docs/quality.md)."""
_LOST_UNDATED: Final = 0.0005
"""The share that may be lost as signs are not believed of which no word says when they are."""
_HARDLY: Final = -2.5
"""Log-odds (a chance of one in thirteen); likelier danger than that is believed even if no word says when it is."""
_ENOUGH: Final = 50
"""From fewer signs in near misses nothing is learned, and every sign is believed."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sign as a lesson holds it: why it is in doubt, its traits, and the pieces of its sentence and of the rest."""

    doubt: Doubt | None
    traits: tuple[int, ...]
    sentence: tuple[int, ...]
    rest: tuple[int, ...] | None

    def all_traits(self, text: float, sentence: float, rest: float) -> tuple[int, ...]:
        """Its traits, with those of how much the text, its sentence and the rest sound like danger."""
        return *self.traits, *heard(self.doubt, text, sentence, None if self.rest is None else rest)


@dataclass(frozen=True, slots=True)
class Learned:
    """The weight of each trait, and the log-odds from which on a sign is believed, and one that is undated."""

    table: Table
    limit: float
    limit_undated: float


def weighed(page: Page, signs: Sequence[Sign], taken_back: frozenset[int]) -> tuple[Weighed, ...]:
    """The signs of a lesson."""
    if not signs:
        return ()
    beliefs = Beliefs(page, signs, taken_back)
    found = []
    for sign in signs:
        _, sentence, rest = beliefs.parts(sign)
        pieces = None if rest is None else tuple(sorted(rest))
        found.append(Weighed(sign.doubt, beliefs.traits(sign), tuple(sorted(sentence)), pieces))
    return tuple(found)


def learn(
    of_signs: Sequence[tuple[int, ...]],
    doubts: Sequence[Doubt | None],
    lesson: NDArray[np.int64],
    grave: NDArray[np.bool_],
    sounds: NDArray[np.bool_],
    saved: NDArray[np.bool_],
) -> Learned:
    """What signs teach: for each its traits, why it is in doubt, and in which lesson it stands.

    For each lesson `grave` says whether it tells of an emergency, `sounds` whether the whole sounds like one, `saved`
    whether that would be heard without its signs. Too few near misses teach nothing, and every sign is believed.
    """
    real = grave[lesson] if len(lesson) else np.zeros(0, dtype=bool)
    if np.count_nonzero(~real) < _ENOUGH or not real.any():
        return Learned(np.zeros(TRAITS, dtype=np.float32), 0.0, 0.0)
    rows, many = trait_weights.matrix(of_signs, TRAITS), np.bincount(lesson, minlength=len(grave))
    weights = np.where(real, 1.0, _NEAR_MISS) / many[lesson]
    part = trait_weights.parts(len(grave))
    odds = np.zeros(len(of_signs))
    for held_out in range(trait_weights.PARTS):
        learned, others = part[lesson] != held_out, part[lesson] == held_out
        odds[others] = rows[others] @ trait_weights.fit(rows[learned], real[learned], _STRICTNESS, weights[learned])
    undated = np.asarray([doubt == UNDATED for doubt in doubts])
    doubted = np.asarray([doubt is not None for doubt in doubts]) & ~undated
    at_risk, count = grave & ~saved & (many > 0), np.count_nonzero(grave)
    # What is likelier danger than not is believed.
    limit = _limit(lesson, np.where(doubted, odds, np.inf), at_risk, int(_LOST * count), 0.0)
    at_risk &= ~sounds & (np.bincount(lesson[undated], minlength=len(grave)) > 0)
    surest = np.where(undated, odds, np.where(doubted & (odds < limit), -np.inf, np.inf))
    limit_undated = _limit(lesson, surest, at_risk, int(_LOST_UNDATED * count), _HARDLY)
    return Learned(trait_weights.fit(rows, real, _STRICTNESS, weights), limit, limit_undated)


def _limit(
    lesson: NDArray[np.int64], odds: NDArray[np.float64], at_risk: NDArray[np.bool_], may_be_lost: int, most: float
) -> float:
    """Up to where odds may count for nothing, so that of the lessons at risk so many have no sign left; no more."""
    best = np.full(len(at_risk), -np.inf)
    np.maximum.at(best, lesson, odds)
    found = np.sort(best[at_risk])
    return min(most, float(found[min(may_be_lost, len(found) - 1)])) if len(found) else most
