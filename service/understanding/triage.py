"""Sees emergencies: the red flags of a text, and how urgent they make it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from service.understanding.guesses import telling_words
from service.understanding.knowledge import Effect, RedFlagCode, red_flag_codes
from service.understanding.model import DANGER, Model
from service.understanding.negation import Standing
from service.understanding.ngrams import pieces
from service.understanding.page import Page
from service.understanding.reading import Evidence, Level, RedFlag, Source, Urgency


def find_red_flags(
    text: str, languages: Sequence[str], *, source: Source = "original", model: Model | None = None
) -> tuple[RedFlag, ...]:
    """The red flags of a text in any of these languages (and in English loanwords), emergencies first."""
    return red_flags_of(Page(text, languages, source), model)


def red_flags_of(page: Page, model: Model | None = None) -> tuple[RedFlag, ...]:
    """The red flags of a text that is prepared already.

    A model raises a flag where no term does and the text sounds like danger; it takes none back.
    """
    found = merge(_single_flags(page))
    if model is None or any(flag.level == "emergency" for flag in found):
        return found
    return merge((*found, *_felt(page, model)))


def taken_back(page: Page) -> frozenset[int]:
    """The words of danger that the text itself takes back: they must not count for the model either."""
    codes = red_flag_codes()
    return frozenset(
        word
        for leaf in page.flag_leaves
        for match in leaf.red_flags
        if _level(codes[match.section], page.standing_of_flag(leaf, match)) is None
        for word in match.words()
    )


def _felt(page: Page, model: Model) -> Iterator[RedFlag]:
    places = pieces(page.words, taken_back(page))
    scores = dict(zip(model.flags.classes, map(float, model.flag_scores(places)), strict=True))
    danger = scores.pop(DANGER)
    if danger >= model.thresholds["danger"]:
        code = max(scores, key=lambda code: scores[code])
        level = red_flag_codes()[code].level if danger >= model.thresholds["emergency"] else "urgent"
        yield RedFlag(code, level, telling_words(page, model, model.flags, DANGER, places))


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


def _single_flags(page: Page) -> Iterator[RedFlag]:
    codes = red_flag_codes()
    for leaf in page.flag_leaves:
        for match in leaf.red_flags:
            level = _level(codes[match.section], page.standing_of_flag(leaf, match))
            if level is not None:
                yield RedFlag(match.section, level, tuple(page.evidence(match)))


def _level(code: RedFlagCode, standing: Standing) -> Level | None:
    """The level of a flag as it stands in its clause, or None if the clause takes it back.

    Doubt takes nothing back, and a relative's emergency is an emergency; only an illness that runs in the family,
    or of which somebody died, is not happening now.
    """
    if standing.negated or standing.family:
        return None
    effects: set[Effect] = set()
    if standing.past:
        effects.add(code.past)
    if standing.long_standing:
        effects.add(code.long_standing)
    if "silent" in effects:
        return None
    return "urgent" if "urgent" in effects else code.level
