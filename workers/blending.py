"""Learns how much to believe the terms and how much the statistical model, from examples spoilt on purpose.

The terms were mended until they read the examples, so on these they are right more often than on what patients will
write. So that they are not believed too much, what they tell is taken away, and misleading conditions are put beside
it, about as often as in messages by people who did not know the terms (docs/quality.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from service.understanding.knowledge import condition_codes
from service.understanding.learned.weighing import FEATURES, Question, Told, question
from service.understanding.reading import UNCLASSIFIED

MISSED: Final = 0.3
"""The share of examples of which the terms are made to forget the condition."""
MISLED: Final = 0.3
"""The share that is given another condition as well."""
THRESHOLDS: Final = {"named": 0.45, "unnamed": 0.5, "also": 0.99}
"""The least confidence to report a condition that the text names first, one that only the model finds, and others.

Chosen so that of what is reported 95 in 100 should be right (docs/quality.md).
"""
_EXPECTED: Final = {
    **{"score": 3.0, "lead": 2.0, "named": 2.0, "named again": 0.5, "hints": 0.5, "only hints": 1.0},
    **{"named first": 1.5, "named companion": -1.5, "own": 0.5, "laboratory": 1.0},
    **{"named alone": 1.0, "named in few words": 1.0},
    **{"nothing": 0.0, "nothing in few words": 1.0},
}
"""Where learning begins, and stays for what the examples tell nothing about."""
_CALM: Final = 1e-3
_ROUNDS: Final = 100


class Heard(Protocol):
    """What the terms tell of an example."""

    @property
    def told(self) -> dict[str, Told]: ...

    @property
    def excluded(self) -> frozenset[str]: ...

    @property
    def words(self) -> int: ...


def learn(
    heard: Sequence[Heard],
    codes: Sequence[str],
    scores: Sequence[Mapping[str, float]],
    odds_of_others: NDArray[np.float64],
) -> dict[str, float]:
    """The weight of each feature; `scores` are those of a model that has not seen the example.

    `odds_of_others` are what others' illnesses look like: the log-odds that they are the patient's.
    """
    dice = np.random.default_rng(1)
    asked = [
        question(_spoilt(one, code, odds_of_others, dice), one.excluded - {code}, score, one.words)
        for one, code, score in zip(heard, codes, scores, strict=True)
    ]
    pairs = [(one, one.codes.index(code)) for one, code in zip(asked, codes, strict=True) if code in one.codes]
    return dict(zip(FEATURES, map(float, _fit(pairs)), strict=True))


def _spoilt(heard: Heard, code: str, odds_of_others: NDArray[np.float64], dice: np.random.Generator) -> dict[str, Told]:
    told = dict(heard.told)
    if code in told and dice.random() < MISSED:
        del told[code]
        if dice.random() < 0.5:
            told[code] = Told(hints=1)
    if dice.random() < MISLED:
        other = _misleading(code, dice)
        if other not in told and other != code and other not in heard.excluded:
            if dice.random() < 0.7:
                own = float(dice.choice(odds_of_others)) if len(odds_of_others) else 0.0
                told[other] = Told(named=1, first=int(dice.integers(heard.words + 1)), own=own)
            else:
                told[other] = Told(hints=1)
    return told


def _misleading(code: str, dice: np.random.Generator) -> str:
    """Another condition as people name them in passing: a common companion, one often confused with it, or any."""
    known = condition_codes()
    chance = dice.random()
    if chance < 0.4:
        pool = [other for other, row in known.items() if row.companion]
    elif chance < 0.7 and code != UNCLASSIFIED and known[code].confused_with:
        pool = list(known[code].confused_with)
    else:
        pool = list(known)
    return pool[int(dice.integers(len(pool)))]


def _fit(pairs: Sequence[tuple[Question, int]]) -> NDArray[np.float64]:
    """The weights under which the right conditions are likeliest (a conditional logit, kept near what is expected)."""
    from scipy.optimize import minimize

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros_like(weights)
        for features, right in rows:
            sums = features @ weights
            powers = np.exp(sums - sums.max())
            chances = powers / powers.sum()
            total -= float(np.log(chances[right] + 1e-12))
            slope -= features[right] - chances @ features
        away = weights - expected
        return total / len(pairs) + _CALM * float(away @ away), slope / len(pairs) + 2 * _CALM * away

    rows = [(np.asarray(asked.features, dtype=np.float32), right) for asked, right in pairs]
    expected = np.asarray([_EXPECTED[name] for name in FEATURES])
    found: Any = minimize(cost, expected, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    return np.asarray(found.x)
