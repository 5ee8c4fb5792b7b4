"""Where the words of a text go together and where they part: pauses, "and", "or", "but", lists of findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.understanding.clauses import Clauses
from service.understanding.knowledge import JoiningWords, joining_words
from service.understanding.once import once
from service.understanding.terms.matches import Match, Span, own_words_of, spent_words
from service.understanding.text.normalise import JOINT

_HAN_FACTOR: Final = 2
"""A Chinese word has about two characters."""
_BEHIND_THE_NUMBER: Final = (")", ". ")
_LISTED_WORDS: Final = 4
"""A denied list may name this many things that we do not know before an "or"."""


class Joints:
    """The joints of one text in one language.

    `findings` are everything found in the text, English loanwords among them: a list of them holds a sentence together.
    """

    def __init__(self, clauses: Clauses, findings: Sequence[Match]) -> None:
        self.clauses = clauses
        self.words = clauses.scan.words
        self._findings = findings
        self._numbers = clauses.numbers

    @once
    def joining(self) -> JoiningWords:
        return joining_words(self.clauses.scan.matcher.language)

    @once
    def no_joiners(self) -> set[int]:
        """The words that look as if they joined or denied, and do not."""
        return own_words_of(self.clauses.cues("negation.not")) | self.clauses.scan.put_right

    @once
    def turns(self) -> set[int]:
        """The words with which a clause turns to something else: "but"."""
        return own_words_of(self.clauses.cues("clause"))

    @once
    def found(self) -> set[int]:
        """The words of all findings; of one that joins words of two clauses, no more than these."""
        whole: list[Match] = []
        bridges: list[Match] = []
        for match in self._findings:
            (bridges if self.clauses.crosses(match) else whole).append(match)
        return own_words_of(whole) | spent_words(bridges, own_words_of(bridges))

    @once
    def named(self) -> set[int]:
        """The words of what is found by its name, not by its signs."""
        return own_words_of(match for match in self._findings if not match.pattern.entry.term.weak)

    @once
    def _listable(self) -> set[int]:
        return self.found - self.turns

    def reaches(self, between: Span, *, listed: bool) -> bool:
        """Whether a cue at one end of a stretch of words speaks of the finding at the other end.

        It does within one clause; past an "and" or a comma only over other findings ("no chest pain, cough"), or, with
        `listed`, as for a denial, along a list that an "or" goes on with.
        """
        first, end = between
        crossed = self.crosses_clause(first, end)
        words = range(first, end)
        if not crossed and not any(self._is_and(index) for index in words):
            return True
        starts = self.words.sentence_start
        if starts[max(first - 1, 0)] != starts[min(end, len(self.words) - 1)]:
            return False
        if listed and crossed and self._has_ended(first, end):
            return False
        unknown = sum(index not in self._listable and not self.joins(index) for index in words)
        most = _LISTED_WORDS * self.factor(max(first - 1, 0))
        return unknown == 0 or (listed and unknown <= most and self._goes_on_with_or(first, end))

    def crosses_clause(self, first: int, end: int) -> bool:
        return self._numbers[max(first - 1, 0)] != self._numbers[min(end, len(self._numbers) - 1)]

    def is_apart(self, place: int) -> bool:
        """Whether an answer ends here: no word goes on from it, and no question mark asks for one."""
        gap = self.words.gaps[place]
        if "?" in gap:
            return False
        if self._numbers_a_list(place):
            return True
        is_pause = gap.strip(" ") != "" or (gap != "" and self.words.is_small(place - 1))
        return place == len(self.words) or (gap != JOINT and is_pause)

    def _numbers_a_list(self, place: int) -> bool:
        """Whether a word is the number of the next item of a list: "1) diabetes? no 2) cataract? yes"."""
        is_number = place < len(self.words) and self.words.words[place].isdigit() and bool(self.words.gaps[place])
        return is_number and self.words.gaps[place + 1].startswith(_BEHIND_THE_NUMBER)

    def begins(self, place: int) -> bool:
        """Whether a clause begins with this word; between Chinese characters a space is enough of a pause."""
        return (
            place == 0
            or self._numbers[place - 1] != self._numbers[place]
            or (self.words.gaps[place] != "" and self.words.is_small(place))
        )

    def is_listed(self, place: int) -> bool:
        return place in self.found or self.joins(place)

    def joins(self, index: int) -> bool:
        """Whether this is an "and" or an "or"."""
        return self._is_and(index) or self._is_or(index)

    def factor(self, index: int) -> int:
        """How many words, or Chinese characters, a reach counts for one."""
        return _HAN_FACTOR if self.words.is_small(index) else 1

    def _goes_on_with_or(self, first: int, end: int) -> bool:
        """ "No fever, cough or chest pain": an "or" before the finding or soon after it, and no "and" or "but"."""
        if any(self._is_and(index) or index in self.turns for index in range(first, end)):
            return False
        return any(map(self._is_or, range(first, end))) or self._is_joined_behind(end)

    def _has_ended(self, first: int, end: int) -> bool:
        """ "No fever or cough, chest pain": what comes behind the last of a list is none of it."""
        last = self._numbers[min(end, len(self._numbers) - 1)]
        joined = [index for index in range(first, end) if self.joins(index)]
        return bool(joined) and self._numbers[joined[-1]] != last and not self._is_joined_behind(end)

    def _is_joined_behind(self, end: int) -> bool:
        limit = min(end + _LISTED_WORDS, self.words.sentence_end[min(end, len(self.words) - 1)])
        return any(map(self._is_or, range(end, limit)))

    def _is_or(self, index: int) -> bool:
        return self._is_joining(index, self.joining.either) and index not in self.no_joiners

    def _is_and(self, index: int) -> bool:
        return self._is_joining(index, self.joining.both)

    def _is_joining(self, index: int, joining: frozenset[str]) -> bool:
        if self.words.words[index] not in joining:
            return False
        if not self.joining.others:
            return True
        return self.words.spelling(index).casefold() not in self.joining.others
