"""Which words of a text a "no" answers: a question in a chat, the label of a field in a form, a sign such as (-)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Final

from service.understanding import concepts
from service.understanding.compiled import known_concepts
from service.understanding.joints import Joints
from service.understanding.once import once
from service.understanding.terms.matches import Match, Span, own_words_of
from service.understanding.text.turns import TURN
from service.understanding.text.words import Words

DENYING: Final = frozenset(
    (
        *("negation.before", "negation.after", "negation.beside", "negation.list"),
        *("answer.no", "cleared.before", "cleared.after", "cleared.beside"),
    )
)
"""The sections of the cues that deny."""
_ADDRESSED: Final = 3
"""With so many more words an answer may be given to somebody: "no, doctor", "never in my life"."""
_SAID_WITH_NO: Final = (
    *("doctor", "nurse", "mother", "father", "husband", "wife", "son", "daughter", "child", "brother", "sister"),
    *("grandmother", "grandfather", "aunt-uncle", "friend", "i-me", "you", "we-us", "life", "no", "nothing", "nobody"),
    *("never", "all", "thanks", "god", "sorry", "sure", "still", "anymore", "now", "today", "yes"),
)
_SIGNED_WORDS: Final = 2
_SHORT: Final = 2
_LABEL: Final = 8
"""The label of a field in a form has no more words."""
_SIGN_OF_NO: Final = re.compile(r"[?:]? ?(?:\( ?' ?\)|×)|: ?' ?(?:[,;/|\n]|$)")
"""A sign right behind a finding that says no, levelled: "fever (-)", "fever: -", "发烧？×"."""


class Answers:
    """What the text answers with no, in one language."""

    def __init__(self, joints: Joints) -> None:
        self._joints = joints
        self._clauses = joints.clauses
        self._words = joints.words
        self._numbers = joints.clauses.numbers

    @once
    def answered(self) -> frozenset[int]:
        """The words to which the text answers no: "diabetes: no", "asthma? Never.", "piles and hernia: none"."""
        cues = self._clauses.cues("answer.no")
        if not cues:
            return frozenset()
        answered: set[int] = set()
        denials = chain.from_iterable(map(self._clauses.cues, DENYING))
        longest = {cue.start: cue.end for cue in sorted(denials, key=attrgetter("end"))}
        for cue in cues:
            before, place, end = self._words.gaps[cue.start], cue.start - 1, longest[cue.start]
            if place > 0 and place not in self._joints.found and self._words.is_small(place):  # the 病 of 糖尿病
                place -= 1
            if "?" in before and self._ends_soon(end, _ADDRESSED if TURN in before else 0):
                answered.update(self._question_before(cue.start))
            elif ":" in before and self._joints.is_apart(end):
                answered.update(self._label_before(cue.start))
            elif (
                (place in self._joints.found or place in self._asked)
                and "," not in before
                and self._joints.is_apart(end)
            ):
                answered.add(place)
        return frozenset(answered)

    def is_answered_no(self, match: Match) -> bool:
        """Whether a question that ends with a cue is answered no: "Is she breathing? No", "Breathing: no".

        Not so "is she breathing badly?", nor "cannot breathe: no": there, no is good news.
        """
        words, end = self._words, match.end
        if end < len(words) and words.words[end] in self._joints.joining.asking:
            end += 1
        is_last = end == words.sentence_end[match.start] or self._joints.begins(end)
        return is_last and match.end - 1 in self.answered and match.start not in self._denied_at_once

    def _question_before(self, place: int) -> Iterator[int]:
        """The words of the clause that ends here: the question that is answered.

        In a chat it is a list if the clauses before it in its sentence find something, too ("fever, chest pain?"), even
        before a word or two that find nothing ("chest pain, fever?"), unless somebody speaks of themselves: "my chest
        hurts, dangerous?". Elsewhere a writer may tell of danger before they ask: "he cannot breathe, asthma?".
        """
        asked = place - 1
        first = self._words.sentence_start[asked]
        is_chat = TURN in self._words.gaps[place] and self._oneself.isdisjoint(range(first, place))
        while asked >= first:
            words = range(max(self._clauses.words(self._numbers[asked]).start, first), asked + 1)
            is_found, is_last = not self._joints.found.isdisjoint(words), asked == place - 1
            if is_found or is_last:
                yield from words
            is_short = is_last and len(words) <= _SHORT * self._joints.factor(words[0])
            if not is_chat or not (is_found or is_short):
                break
            asked = words[0] - 1

    def _label_before(self, place: int) -> Iterator[int]:
        """The words of a form's label that stands right before a colon: "Foot cold or suddenly blue: no".

        It is a few words without anybody who speaks of themselves; else, no more than what is found or listed there.
        """
        first, most = place - 1, _LABEL * self._joints.factor(place - 1)
        while place - first <= most and not self._joints.begins(first):
            first -= 1
        if place - first <= most and self._oneself.isdisjoint(range(first, place)):
            yield from range(first, place)
        elif place - 1 in self._joints.found:
            yield place - 1
            while not self._joints.begins(place - 1) and self._joints.is_listed(place - 2):
                place -= 1
                yield place - 1

    @once
    def _denied_at_once(self) -> set[int]:
        """The words right behind a denial, or within one: the "puede" of "no puede"."""
        denied: set[int] = set()
        for cue in chain.from_iterable(map(self._clauses.cues, ("negation.before", "negation.not", "negation.beside"))):
            denied.update(range(cue.start + 1, cue.end))
            if not self._words.gaps[cue.end].strip():
                denied.add(cue.end)
        return denied

    @once
    def _asked(self) -> set[int]:
        """The words of questions on the answer to which much depends."""
        return own_words_of(self._clauses.cues("asked"))

    @once
    def _oneself(self) -> set[int]:
        """The words by which writers speak of themselves."""
        return own_words_of(self._clauses.oneself)

    def _ends_soon(self, place: int, most: int) -> bool:
        """Whether an answer ends here, or behind a few words that say no more: "no, doctor", "never in my life"."""
        for end in range(place, min(place + most, len(self._words)) + 1):
            if self._joints.is_apart(end):
                return True
            if end not in self._empty:
                return False
        return False

    @once
    def _empty(self) -> set[int]:
        """The words behind "no" that only address somebody, or say it once more; few texts ask for them."""
        ideas = known_concepts().of(self._words, self._clauses.scan.matcher.language)
        return {place for idea, place in ideas if idea in _said_with_no()} - self._joints.found


def is_signed_off(words: Words, span: Span) -> bool:
    """Whether a sign right behind a finding, or behind the rest of its phrase, says no."""
    gaps = words.gaps[span[0] + 1 : span[1] + _SIGNED_WORDS + 1]
    for place, gap in enumerate(gaps, span[0] + 1):
        if not gap.strip():
            continue
        if _SIGN_OF_NO.match(gap):
            return True
        if place >= span[1]:
            return False
    return False


@cache
def _said_with_no() -> frozenset[int]:
    """The ideas of what is said beside "no" and changes nothing."""
    return frozenset(map(concepts.codes().index, _SAID_WITH_NO))
