"""The signs of danger in a text: where a term tells of it, and why a sign may be in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from service.understanding.knowledge import Effect, RedFlagCode, red_flag_codes
from service.understanding.negation import Standing
from service.understanding.page import Leaf, Page
from service.understanding.persons import PEOPLE
from service.understanding.reading import Level, RedFlag
from service.understanding.terms.matches import Match, own_words

DECLARED: Final = "explicit"
"""The red flag of those who say themselves that it is an emergency."""
Doubt = Literal["bare", "loose", "distant", "undated"]
"""Why a sign is weighed: one word tells it, words in several places, the text keeps danger at a distance, or no word
says that it is now."""
UNDATED: Final = "undated"
_BARE: Final = 1
_BARE_HAN: Final = 2


@dataclass(frozen=True, slots=True)
class Sign:
    """A place where a term tells of danger and its clause does not take it back.

    Without a "now" or "suddenly" beside it, it is "bare" if one word tells it or the writer only calls it an emergency,
    and "loose" if words tell it that stand in several places. So they stand in harmless questions, too: "is there an
    emergency room?", "four months pregnant, no bleeding". It is "distant" if the text speaks of a story, of what could
    be or of another time ("nearly had a heart attack at the match"), or if its sentence holds a cue of what is only
    supposed ("what if he faints?"); beside a "now", if its own clause does.
    What is none of these, but has neither a "now" nor a "suddenly", is "undated".
    It stands in `words`, in their order.
    """

    flag: RedFlag
    doubt: Doubt | None
    words: tuple[int, ...]


def signs_of(page: Page) -> tuple[list[Sign], frozenset[int]]:
    """Every sign of danger, and the words of those that the text takes back: they must not count for a model either."""
    signs: list[Sign] = []
    taken_back: set[int] = set()
    codes = red_flag_codes()
    for leaf in page.flag_leaves:
        taken_back |= leaf.scan.told_off("red-flags") | leaf.words_in_denied_lists
        for match in leaf.red_flags:
            level = _level(codes[match.section], page.standing_of_flag(leaf, match))
            if level is None:
                taken_back.update(_taken_back(page, leaf, match))
            else:
                flag = RedFlag(match.section, level, tuple(page.evidence(match)))
                signs.append(Sign(flag, _doubt(page, leaf, match), tuple(own_words(match))))
        signs += _answered_no(page, leaf)
    return signs, frozenset(taken_back)


def _answered_no(page: Page, leaf: Leaf) -> Iterator[Sign]:
    """What is danger because the answer is no: "Is she breathing? No"."""
    for match in leaf.clauses.cues("asked"):
        code = match.pattern.entry.value
        if code is not None and leaf.flag_scopes.answers.is_answered_no(match):
            flag = RedFlag(code, red_flag_codes()[code].level, tuple(page.evidence(match)))
            yield Sign(flag, None, tuple(own_words(match)))


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
    is_dated = is_acute or page.is_sudden(leaf, match)
    if (is_bare or is_loose) and not is_dated:
        return "bare" if is_bare else "loose"
    if is_acute:
        is_far = any(page.is_far(*clause) or page.is_supposed(*clause) for clause in leaf.clauses.around(match))
    else:
        sentence = page.words.sentence_start[match.start], page.words.sentence_end[match.start]
        is_far = page.is_far(_since_now(page, leaf, match), len(page.words)) or page.is_supposed(*sentence)
    if is_far:
        return "distant"
    return None if is_dated else UNDATED


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
