"""Sees emergencies: the red flags of a text, and how urgent they make it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from service.understanding.knowledge import red_flag_codes
from service.understanding.learned.belief import Beliefs, least_odds
from service.understanding.learned.guesses import telling_words
from service.understanding.learned.model import DANGER, Model
from service.understanding.page import Page
from service.understanding.reading import Evidence, Level, RedFlag, Source, Urgency
from service.understanding.signs import Sign, signs_of

_LEFT: Final = 6
"""Where the text takes danger back, so many other words must be left for a model to hear danger in."""


def find_red_flags(
    text: str, languages: Sequence[str], *, source: Source = "original", model: Model | None = None
) -> tuple[RedFlag, ...]:
    """The red flags of a text in any of these languages (and in English loanwords), emergencies first."""
    return red_flags_of(Page(text, languages, source), model)


def red_flags_of(page: Page, model: Model | None = None) -> tuple[RedFlag, ...]:
    """The red flags of a text that is prepared already.

    A model weighs the signs that are in doubt. Where none is believed it listens to what else the text says, and raises
    a flag if that sounds like danger.
    """
    signs, taken_back = signs_of(page)
    if model is None:
        return merge(sign.flag for sign in signs)
    believed, masked = _weighed(page, signs, taken_back, model)
    found = [sign.flag for sign in believed]
    if not any(flag.level == "emergency" for flag in found) and leaves_enough(len(page.words), len(masked)):
        found += _heard(page, masked, model)
    return merge(found)


def _weighed(
    page: Page, signs: list[Sign], taken_back: frozenset[int], model: Model
) -> tuple[list[Sign], frozenset[int]]:
    """The signs that are believed, and the words of danger that is not: what the text takes back, and other signs."""
    if all(sign.doubt is None for sign in signs):
        return signs, taken_back
    danger = cache(model.danger)  # signs share the text, and often a sentence
    text = danger(page.pieces(taken_back))
    least = {sign.doubt: least_odds(sign.doubt, text, model.thresholds) for sign in signs}
    if not any(map(math.isfinite, least.values())):
        return signs, taken_back
    beliefs = Beliefs(page, signs, taken_back)
    believed = [
        sign
        for sign in signs
        if not math.isfinite(least[sign.doubt]) or beliefs.odds(sign, danger, model.belief) >= least[sign.doubt]
    ]
    if len(believed) == len(signs):
        return signs, taken_back
    kept = {word for sign in believed for word in sign.words}
    return believed, taken_back.union(*(sign.words for sign in signs)) - kept


def _heard(page: Page, masked: frozenset[int], model: Model) -> Iterator[RedFlag]:
    """The danger that a model hears in a text without the masked words, if it is any."""
    places = page.pieces(masked)
    danger = model.danger(places)
    if danger < model.thresholds["danger"]:
        return
    scores = model.flags.by_class(model.flag_scores(places))
    code = max((code for code in scores if code != DANGER), key=scores.__getitem__)
    level = red_flag_codes()[code].level if danger >= model.thresholds["emergency"] else "urgent"
    yield RedFlag(code, level, telling_words(page, model.danger_by_word(places)))


def leaves_enough(words: int, taken_back: int) -> bool:
    """Whether a text of so many words, of which so many are danger that it takes back, has enough left for a model."""
    return not taken_back or words - taken_back >= _LEFT


def merge(flags: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    """One flag for each code, with all the evidence, at its highest level."""
    evidence: dict[str, dict[Evidence, None]] = {}
    levels: dict[str, Level] = {}
    for flag in flags:
        evidence.setdefault(flag.code, {}).update(dict.fromkeys(flag.evidence))
        if levels.get(flag.code) != "emergency":
            levels[flag.code] = flag.level
    merged = [RedFlag(code, levels[code], tuple(quotes)) for code, quotes in evidence.items()]
    return tuple(sorted(merged, key=lambda flag: (flag.level != "emergency", flag.code)))


def urgency(flags: Iterable[RedFlag]) -> Urgency:
    """How urgent a message with these red flags is."""
    levels = {flag.level for flag in flags}
    if "emergency" in levels:
        return "emergency"
    return "urgent" if levels else "routine"
