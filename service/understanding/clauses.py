"""Cuts sentences into clauses: the reach of "no", "last year", "for years" and their like."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from service.understanding.once import once
from service.understanding.terms.matches import Match, Span
from service.understanding.terms.matching import Scan
from service.understanding.text.turns import TURN
from service.understanding.text.words import Words

_LEADING_WORDS: Final = 1
"""A phrase between commas that is all cue but for this many words goes with its neighbour: "In 2019, she had …"."""
_TIME_SECTIONS: Final = ("past", "long-standing", "duration.years", "duration.months")


class Clauses:
    """The clauses of one text in one language, and its cues by section: what bounds findings, whatever is found."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self._cues: dict[str, list[Match]] = {}
        for match in scan.find("scope"):
            self._cues.setdefault(match.section, []).append(match)
        attached = [match for section in _TIME_SECTIONS for match in self.cues(section)]
        self.numbers = _clause_of_each_word(scan.words, self.cues("clause"), attached, self.cues("negation.before"))
        self._acute = self._with_questions(self._told_by("now"))
        self._current = self._acute | self._with_questions(self._told_by("ongoing"))
        self._sudden = self._with_questions({self.numbers[cue.start] for cue in self.cues("sudden")})

    def _told_by(self, section: str) -> set[int]:
        """The clauses with cues of a section that are no part of a time gone by: the "now" of "acum doi ani"."""
        cues = self.cues(section)
        past = _longest_at(self.cues("past")) if cues else {}
        return {self.numbers[cue.start] for cue in cues if not _is_part_of(cue, past)}

    def _with_questions(self, clauses: set[int]) -> set[int]:
        """These clauses, and those which they answer: "Chest pain? Yes, for an hour", "Chest pain: yes, since noon"."""
        if not clauses:
            return clauses
        ends, told = self.scan.words.sentence_end, sorted(clauses)
        return clauses | {
            self.numbers[place - 1]
            for place in self._answers
            if bisect_left(told, self.numbers[place]) < bisect_right(told, self.numbers[ends[place] - 1])
        }

    @once
    def _answers(self) -> Sequence[int]:
        """The words with which an answer begins: behind a colon, in the line of a question, or in the next turn."""
        gaps = self.scan.words.gaps
        return [
            place
            for place in range(1, len(self.scan.words))
            if gaps[place].strip() == ":" or ("?" in gaps[place] and (TURN in gaps[place] or "\n" not in gaps[place]))
        ]

    @property
    def has_cues(self) -> bool:
        return bool(self._cues)

    def has_any(self, sections: frozenset[str]) -> bool:
        """Whether the text has cues of any of these sections."""
        return not sections.isdisjoint(self._cues)

    @once
    def words_of_cues(self) -> set[int]:
        """The words of all cues."""
        return {index for cues in self._cues.values() for cue in cues for index in cue.words()}

    def cues(self, section: str) -> Sequence[Match]:
        """The cues of a section, in the order of the text."""
        return self._cues.get(section, ())

    def words(self, number: int) -> range:
        """The words of a clause."""
        return range(bisect_left(self.numbers, number), bisect_right(self.numbers, number))

    @once
    def oneself(self) -> list[Match]:
        """The words by which writers speak of themselves."""
        return [match for match in self.scan.find("facts") if match.section == "who.self"]

    def crosses(self, match: Match) -> bool:
        """Whether a match begins in one clause and ends in another."""
        return self.numbers[match.start] != self.numbers[match.end - 1]

    def around(self, match: Match) -> list[Span]:
        """Where the clauses begin and end in which a match stands."""
        own = {self.numbers[index] for start, end in match.spans for index in (start, end - 1)}
        return [(words.start, words.stop) for words in map(self.words, sorted(own))]

    def is_current(self, match: Match) -> bool:
        """Whether the clause of a match says that it goes on now, or has just begun."""
        return self._stands_in(match, self._current)

    def is_acute(self, match: Match) -> bool:
        return self._stands_in(match, self._acute)

    def is_sudden(self, match: Match) -> bool:
        return self._stands_in(match, self._sudden)

    def _stands_in(self, match: Match, clauses: set[int]) -> bool:
        return bool(clauses) and not clauses.isdisjoint(self.numbers[start] for start, _ in match.spans)


def _longest_at(cues: Iterable[Match]) -> dict[int, Match]:
    """The longest of some cues that holds a word, by the word."""
    in_order = sorted(cues, key=lambda cue: cue.end - cue.start)
    return {index: cue for cue in in_order for index in range(cue.start, cue.end)}


def _is_part_of(cue: Match, longest: Mapping[int, Match]) -> bool:
    """Whether a cue is a part of a longer one."""
    other = longest.get(cue.start)
    return other is not None and cue.end <= other.end and cue.end - cue.start < other.end - other.start


def _clause_of_each_word(
    words: Words, breaks: Sequence[Match], attached: Sequence[Match], denials: Sequence[Match]
) -> list[int]:
    """The number of the clause of each word.

    `breaks` are the words that begin a clause ("but"); `attached` are cues of time, which alone make no clause; behind
    those of `denials` a colon parts nothing ("the leaflet says: chest pain").
    """
    turns = {match.start for match in breaks}
    going_on = {match.end for match in denials if match.end < len(words) and ":" in words.gaps[match.end]}
    starts = sorted(words.behind_pauses - going_on | turns)
    dependent = _dependent(words, starts, turns, attached) if attached else set[int]()
    clauses: list[int] = []
    number = 0
    for start, end in pairwise((*starts, len(words))):
        if start and start not in dependent:
            number += 1
        clauses += [number] * (end - start)
    return clauses


def _dependent(words: Words, starts: Sequence[int], turns: set[int], attached: Sequence[Match]) -> set[int]:
    """Which clauses go on with the one before, because one of the two is a bare cue of time.

    Behind a turn nothing goes on with what opened the sentence: "She was operated in 2019 but her mouth is crooked".
    """
    covered = {index for match in attached for span in match.spans for index in range(*span)}
    ends = [*starts[1:], len(words)]
    bare = {start: _is_bare(range(start, end), covered) for start, end in zip(starts, ends, strict=True)}
    dependent: set[int] = set()
    for before, start in pairwise(starts):
        same_sentence = words.sentence_start[before] == words.sentence_start[start]
        opening = words.sentence_start[before] == before and bare[before] and start not in turns
        if same_sentence and (bare[start] or opening):
            dependent.add(start)
    return dependent


def _is_bare(clause: range, covered: set[int]) -> bool:
    others = sum(index not in covered for index in clause)
    return others < len(clause) and others <= _LEADING_WORDS
