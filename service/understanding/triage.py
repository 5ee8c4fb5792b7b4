"""Sees emergencies: the red flags of a text, and how urgent they make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import inf
from typing import Final, Literal

from service.understanding.knowledge import Effect, RedFlagCode, red_flag_codes
from service.understanding.learned.guesses import telling_words
from service.understanding.learned.model import DANGER, Model
from service.understanding.negation import Standing
from service.understanding.page import Leaf, Page
from service.understanding.persons import PEOPLE
from service.understanding.reading import Evidence, Level, RedFlag, Source, Urgency
from service.understanding.terms.matches import Match, Span

DECLARED: Final = "explicit"
"""The red flag of those who say themselves that it is an emergency."""
HARMLESS: Final = "harmless"
"""The threshold of a model below which a text sounds as hardly any emergency does."""
Doubt = Literal["bare", "loose", "distant"]
"""Why a sign needs a text that does not sound harmless; a model has a threshold of this name for each."""
_BARE: Final = 1
_BARE_HAN: Final = 2
_LEFT: Final = 6
"""Where the text takes danger back, so many other words must be left for a model to hear danger in."""
_NEAR: Final = 5
_NEAR_HAN: Final = 10


def find_red_flags(
    text: str, languages: Sequence[str], *, source: Source = "original", model: Model | None = None
) -> tuple[RedFlag, ...]:
    """The red flags of a text in any of these languages (and in English loanwords), emergencies first."""
    return red_flags_of(Page(text, languages, source), model)


def red_flags_of(page: Page, model: Model | None = None) -> tuple[RedFlag, ...]:
    """The red flags of a text that is prepared already.

    A model raises a flag where no term does and the text sounds like danger. It takes no sign back, but one in doubt
    does not count where the text and the words around it sound as harmless to the model as hardly any emergency does.
    """
    signs, masked = signs_of(page)
    if model is None:
        return merge(sign.flag for sign in signs)
    places = page.pieces(masked)
    danger = model.danger(places)
    found = [
        sign.flag
        for sign in signs
        if is_believed(sign.doubt, danger, partial(_danger_around, sign, page, masked, model), model.thresholds)
    ]
    is_emergency = any(flag.level == "emergency" for flag in found)
    if not is_emergency and leaves_enough(len(page.words), len(masked)) and danger >= model.thresholds["danger"]:
        scores = model.flags.by_class(model.flag_scores(places))
        code = max((code for code in scores if code != DANGER), key=scores.__getitem__)
        level = red_flag_codes()[code].level if danger >= model.thresholds["emergency"] else "urgent"
        found.append(RedFlag(code, level, telling_words(page, model.danger_by_word(places))))
    return merge(found)


def leaves_enough(words: int, taken_back: int) -> bool:
    """Whether a text of so many words, of which so many are danger that it takes back, has enough left for a model."""
    return not taken_back or words - taken_back >= _LEFT


@dataclass(frozen=True, slots=True)
class Sign:
    """A place where a term tells of danger and its clause does not take it back.

    Without a "now" or "suddenly" beside it, it is "bare" if one word tells it or the writer only calls it an emergency,
    and "loose" if words tell it that stand in several places. So they stand in harmless questions, too: "is there an
    emergency room?", "four months pregnant, no bleeding". It is "distant" if the text speaks of a story, of what could
    be or of another time ("nearly had a heart attack at the match"); beside a "now", if its own clause does. `around`
    are the words about it: the nearest, or, of a distant one, its sentence.
    """

    flag: RedFlag
    doubt: Doubt | None
    around: Span

    def rest(self, page: Page) -> frozenset[int]:
        """The words of the text that are not around it."""
        first, end = self.around
        return frozenset(chain(range(first), range(end, len(page.words))))


def signs_of(page: Page) -> tuple[list[Sign], frozenset[int]]:
    """Every sign of danger, and the words of those that the text takes back: they must not count for a model either."""
    signs: list[Sign] = []
    taken_back: set[int] = set()
    codes = red_flag_codes()
    for leaf in page.flag_leaves:
        taken_back |= leaf.scan.told_off("red-flags")
        for match in leaf.red_flags:
            level = _level(codes[match.section], page.standing_of_flag(leaf, match))
            if level is None:
                taken_back.update(_taken_back(page, leaf, match))
            else:
                flag = RedFlag(match.section, level, tuple(page.evidence(match)))
                doubt = _doubt(page, leaf, match)
                signs.append(Sign(flag, doubt, _around(page, match, doubt)))
    return signs, frozenset(taken_back)


def _taken_back(page: Page, leaf: Leaf, match: Match) -> Iterator[int]:
    """The words of a sign that its clause takes back; of words in several places, those in the places that are."""
    code = red_flag_codes()[match.section]
    for span in match.spans:
        if len(match.spans) == 1 or _level(code, page.standing_of_flag(leaf, match.only(span))) is None:
            yield from range(*span)


def _doubt(page: Page, leaf: Leaf, match: Match) -> Doubt | None:
    words = sum(end - start for start, end in match.spans)
    is_bare = match.section == DECLARED or words <= (_BARE_HAN if page.words.is_small(match.start) else _BARE)
    is_loose, is_acute = len(match.spans) > 1, page.is_acute(leaf, match)
    if (is_bare or is_loose) and not (is_acute or page.is_sudden(leaf, match)):
        return "bare" if is_bare else "loose"
    within = leaf.clauses.around(match) if is_acute else [(_since_now(page, leaf, match), len(page.words))]
    return "distant" if any(page.is_far(*span) for span in within) else None


def _since_now(page: Page, leaf: Leaf, match: Match) -> int:
    """Where the sentence of a sign turns to what is now with somebody: "as a child I had asthma, now my daughter …".

    What was told before is another time; without such a turn, the text counts from its beginning.
    """
    first, clauses = page.words.sentence_start[match.start], leaf.clauses.numbers
    turns = [cue.start for cue in leaf.clauses.cues("now") if first <= cue.start < match.start]
    if not turns:
        return 0
    people = {clauses[one.start] for section, found in leaf.facts.items() if section in PEOPLE for one in found}
    return max((turn for turn in turns if clauses[turn] in people), default=0)


def _sentence(page: Page, match: Match) -> Span:
    return page.words.sentence_start[match.start], page.words.sentence_end[match.end - 1]


def _around(page: Page, match: Match, doubt: Doubt | None) -> Span:
    if doubt == "distant":
        return _sentence(page, match)
    words, reach = page.words, _NEAR_HAN if page.words.is_small(match.start) else _NEAR
    first = max(words.sentence_start[match.start], match.start - reach)
    return first, min(words.sentence_end[match.end - 1], match.end + reach)


def is_believed(doubt: Doubt | None, danger: float, around: Callable[[], float], limits: Mapping[str, float]) -> bool:
    """Whether it takes no model to believe a sign, or the text, or the words around it, do not sound harmless.

    `danger` is how much the whole text sounds like danger, and `around` tells it of the words around the sign. In a
    text that sounds as harmless as a whole as hardly any emergency does, they are not asked about a bare or loose sign.
    The sentence of a distant one must sound like an emergency by itself, for it holds the words of one in any case.
    """
    if doubt is None or danger >= limits[doubt]:
        return True
    if doubt == "distant":
        return around() >= limits["emergency"]
    return danger >= limits[HARMLESS] and around() >= limits[doubt]


def _danger_around(sign: Sign, page: Page, masked: frozenset[int], model: Model) -> float:
    """How much the words around a sign sound like danger; of a sign that is the whole text, they are no others."""
    rest = sign.rest(page)
    return model.danger(page.pieces(masked | rest)) if rest else -inf


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
