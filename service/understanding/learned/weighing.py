"""Weighs what the terms tell of each condition together with the statistical model: which is the patient's, how surely.

Every condition in question, and "none of them", gets a sum of features times weights; the sums become chances. The
weights are learned (`workers.training`), so that neither side is believed by guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import mul
from typing import Final

from service.understanding.knowledge import condition_codes
from service.understanding.reading import UNCLASSIFIED

FEATURES: Final = (
    *("score", "lead", "named", "named again", "hints", "only hints", "named first"),
    *("named companion", "own", "laboratory", "named alone", "named in few words", "nothing", "nothing in few words"),
)
_MOST_BY_SCORE: Final = 6
_FEW_WORDS: Final = 6
_PLAINLY_OWN: Final = 2.0
"""The log-odds from which on the one illness that a few words name is plainly the patient's."""
_PLAINLY: Final = 0.85
"""How often it is the right one where the model knows better (docs/quality.md)."""
_PLAIN_WORDS: Final = 14
"""A message of no more words hardly has room for an illness that is not the patient's."""
_MOST_NAMES: Final = 3
_MOST_HINTS: Final = 4
_LEAST_OWN: Final = -2.0
_MOST_OWN: Final = 4.0
OWN_SURELY: Final = "own surely"
"""The threshold of a model: how likely an illness must be the patient's to be theirs beside another one."""
_COMPANION: Final = 0.85
"""How often one that is named beside another illness is the patient's own (docs/quality.md)."""
_ALWAYS_LEFT: Final = 0.001
"""The chance that is left for something else, however sure the weights are."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the terms tell of a condition that the patient has or may have: places that name it, distinct hints.

    `first` is the word where it is first named, None if it is not; `laboratory` says that values point at it; `own` are
    the log-odds that what is named is the patient's, by what stands around it.
    """

    named: int = 0
    hints: int = 0
    first: int | None = None
    laboratory: bool = False
    own: float = 0.0


Features = tuple[float, ...]
"""A number for each of `FEATURES`."""
_UNTOLD: Final[Features] = (0.0,) * 10


@dataclass(frozen=True, slots=True)
class Question:
    """The conditions that may be meant in a text, with the features of each; the last one is "none of them".

    `plain` is the one that few words name plainly, and nothing beside it: "HTAP?", "phlébite, 45 ans". The model may
    never have met such a name.
    """

    codes: tuple[str, ...]
    features: tuple[Features, ...]
    plain: str | None = None


def question(told: Mapping[str, Told], excluded: Iterable[str], scores: Mapping[str, float], words: int) -> Question:
    """What is to be weighed: everything that was told, and what the model thinks likeliest, but nothing excluded."""
    shut = {UNCLASSIFIED, *excluded}
    ranked = (code for code in sorted(scores, key=scores.__getitem__, reverse=True) if code not in shut)
    codes = (*dict.fromkeys((*told, *islice(ranked, _MOST_BY_SCORE))), UNCLASSIFIED)
    named = [code for code in told if told[code].named]
    alone = named if len(named) == 1 and shut == {UNCLASSIFIED} else []
    plain = named if words <= _PLAIN_WORDS else []
    leader = min(named, key=lambda code: told[code].first or 0, default=None)
    sums = [scores.get(code, -1.0) for code in codes]
    best, second, *_ = (*sorted(sums, reverse=True), sums[0])
    features = []
    for code, score in zip(codes, sums, strict=True):
        lead = score - second if score == best else 0.0
        known = _UNTOLD
        if code in told:
            known = (*_as_told(told[code], code, is_first=code == leader), float(code in alone), float(code in plain))
        none = code == UNCLASSIFIED
        features.append((score, lead, *known, float(none), float(none and words < _FEW_WORDS)))
    sole = alone[0] if alone and plain and told[alone[0]].own >= _PLAINLY_OWN else None
    return Question(codes, tuple(features), sole)


def _as_told(told: Told, code: str, *, is_first: bool) -> Features:
    """What the terms tell of a condition, in features."""
    return (
        float(told.named > 0),
        max(0, min(told.named, _MOST_NAMES) - 1),
        min(told.hints, _MOST_HINTS),
        float(told.hints > 0 and not told.named),
        float(is_first),
        float(told.named > 0 and condition_codes()[code].companion),
        min(max(told.own, _LEAST_OWN), _MOST_OWN) if told.named else 0.0,
        float(told.laboratory),
    )


def log_odds(chance: float) -> float:
    """The log-odds of a chance from 0 to 1."""
    return math.log(chance / (1 - chance)) if 0 < chance < 1 else math.copysign(math.inf, chance - 0.5)


def chance(odds: float) -> float:
    """The chance of log-odds."""
    return 1 / (1 + math.exp(-odds))


def chances(asked: Question, weights: Mapping[str, float]) -> dict[str, float]:
    """The chance of each condition to be the one that the message is about, and of none."""
    in_order = [weights[name] for name in FEATURES]
    sums = [sum(map(mul, features, in_order)) for features in asked.features]
    most = max(sums)
    powers = [math.exp(one - most) for one in sums]
    whole = sum(powers)
    return {code: power / whole for code, power in zip(asked.codes, powers, strict=True)}


def chosen(
    likely: Mapping[str, float], told: Mapping[str, Told], thresholds: Mapping[str, float], plain: str | None = None
) -> list[tuple[str, float]]:
    """The conditions to report, the likeliest first, each with its confidence; or the one that is named plainly.

    Several may be the patient's: the likeliest, and those that the text names. The confidence of one is its chance
    against everything that is neither reported nor, by what stands around it, the patient's beside it. Whatever falls
    below its threshold is not reported either, but for a lifelong companion ("and I have diabetes"), of which nobody
    writes to us for its own sake: it must only be likely enough the patient's.
    """
    kept = _likeliest(likely, told, thresholds)
    if plain is not None and (not kept or kept[0][0] != plain):
        return [(plain, _PLAINLY)]
    beside = [code for code in told if _is_companion(code) and told[code].named and code not in dict(kept)]
    beside = [code for code in beside if _is_surely_own(told[code], thresholds)]
    return [*kept, *((code, _COMPANION) for code in beside)] if kept else []


def _likeliest(
    likely: Mapping[str, float], told: Mapping[str, Told], thresholds: Mapping[str, float]
) -> list[tuple[str, float]]:
    ranked = sorted((code for code in likely if code != UNCLASSIFIED), key=lambda code: -likely[code])
    sharing = [code for code in told if told[code].named and _is_surely_own(told[code], thresholds)]
    kept = [code for index, code in enumerate(ranked) if index == 0 or (code in told and told[code].named)]
    while kept:
        mine = dict.fromkeys((*kept, *sharing))  # in an order, for sums hang on it
        rest = max(_ALWAYS_LEFT, 1.0 - sum(likely[code] for code in mine if code in likely))
        sure = {code: likely[code] / (likely[code] + rest) for code in kept}
        weakest = min(kept, key=lambda code: sure[code] - _least(code, kept, told, thresholds))
        if sure[weakest] >= _least(weakest, kept, told, thresholds):
            return [(code, sure[code]) for code in kept]
        kept.remove(weakest)
    return []


def _is_surely_own(told: Told, thresholds: Mapping[str, float]) -> bool:
    """Whether what is named is likely enough the patient's, whatever else is."""
    return told.own >= log_odds(thresholds[OWN_SURELY])


def _is_companion(code: str) -> bool:
    known = condition_codes().get(code)
    return known is not None and known.companion and not known.ends


def _least(code: str, kept: Sequence[str], told: Mapping[str, Told], thresholds: Mapping[str, float]) -> float:
    if code != kept[0]:
        return thresholds["also"]
    return thresholds["named" if code in told and told[code].named else "unnamed"]
