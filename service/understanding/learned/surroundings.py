"""What stands around a place of a text: ideas before and behind it, people, its sentence, its signs of pause.

Ideas are the same in all languages, and so is what can be learned of a place by them (`attribution.py`, `belief.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.understanding import concepts
from service.understanding.concepts import Stands
from service.understanding.page import Page
from service.understanding.reading import INTENTS

ROOM: Final = 1024
"""More than there are ideas: a trait of a side and an idea has the sum of their numbers."""
SIDES: Final = (
    "before",
    "behind",
    "before in the clause",
    "behind in the clause",
    "sentence before",
    "sentence behind",
)
"""On which side of a place an idea may stand; a side has its number here times `ROOM`."""
BEFORE, BEHIND, BEFORE_IN_CLAUSE, BEHIND_IN_CLAUSE, SENTENCE_BEFORE, SENTENCE_BEHIND = range(0, len(SIDES) * ROOM, ROOM)
POSITIONS: Final = (
    *("sentence 1", "sentence 2", "sentence 3", "sentence 4", "last sentence", "sentence alone", "question"),
    *("after a colon", "after a comma", "after a bracket", "after a stroke"),
    *("before a colon", "before a comma", "before a question", "before a stroke", "before a bracket"),
)
WISHES: Final = tuple(f"wants {intent}" for intent in INTENTS)
NOBODY: Final = ROOM - 1
"""Stands where a person would, if none is named."""
_PEOPLE: Final = frozenset(
    (
        *("mother", "father", "husband", "wife", "son", "daughter", "baby", "child", "brother", "sister", "friend"),
        *("grandmother", "grandfather", "aunt-uncle", "patient", "doctor", "family", "man", "woman", "people"),
        *("nobody", "i-me", "he-him", "she-her", "you", "we-us", "donor"),
    )
)
_INTENT: Final = "intent."
_FAR: Final = 12
_NEAR: Final = 8
_WINDOW: Final = 60
_MOST_SENTENCES: Final = 3
_PAUSES: Final = {":": "colon", ",": "comma", "?": "question", "/": "stroke", "(": "bracket", ")": "bracket"}

Table = NDArray[np.float32]
"""The weight of each trait: positive speaks for the illness to be the patient's, for the danger to be one now."""


class Place(NamedTuple):
    """Words of a text, the sentence around them, their clause, and the last person named before them in it."""

    start: int
    end: int
    first: int
    last: int
    clause: int
    person: int


class Surroundings:
    """What a text holds."""

    def __init__(self, page: Page) -> None:
        people = _people()
        self._page = page
        self.words = page.words
        self._clause_of = page.leaves[0].clauses.numbers
        self.ideas: Sequence[Stands] = page.ideas
        self._places_of_ideas = [place for _, place in self.ideas]
        self._people = [one for one in self.ideas if one[0] in people]
        self._places_of_people = [place for _, place in self._people]

    def place(self, start: int, end: int) -> Place:
        first, last = self.words.sentence_start[start], self.words.sentence_end[end - 1]
        return Place(start, end, first, last, self._clause_of[start], self.person_before(start, first))

    def person_before(self, place: int, least: int) -> int:
        """The last person who is named before a place, but not before `least`."""
        at = bisect_left(self._places_of_people, place) - 1
        return self._people[at][0] if at >= 0 and self._places_of_people[at] >= least else NOBODY

    def person_behind(self, place: int, most: int) -> int:
        at = bisect_left(self._places_of_people, place)
        return self._people[at][0] if at < len(self._people) and self._places_of_people[at] < most else NOBODY

    def ideas_around(self, place: Place, near: int) -> Iterator[int]:
        """The traits of the ideas on each side; of those that are near, also as on the side `near`."""
        clause_of = self._clause_of
        start, end, first, last, clause, _ = place
        for idea, at in self.ideas[self._window(place)]:
            if start <= at < end:
                continue
            if at < first or at >= last:
                yield (SENTENCE_BEFORE if at < first else SENTENCE_BEHIND) + idea
                continue
            is_behind = at >= end
            away = at - end + 1 if is_behind else start - at
            if away <= _FAR:
                yield (BEHIND if is_behind else BEFORE) + idea
            if away <= _NEAR:
                yield near + idea
            if clause_of[at] == clause:
                yield (BEHIND_IN_CLAUSE if is_behind else BEFORE_IN_CLAUSE) + idea

    def _window(self, place: Place) -> slice:
        """The ideas of the sentence and of its neighbours, but for those that are very far."""
        words = self.words
        earlier = words.sentence_start[place.first - 1] if place.first else 0
        later = words.sentence_end[place.last] if place.last < len(words) else place.last
        first, last = max(earlier, place.start - _WINDOW), min(later, place.end + _WINDOW)
        return slice(bisect_left(self._places_of_ideas, first), bisect_left(self._places_of_ideas, last))

    def position(self, place: Place) -> Iterator[str]:
        """Where in the text a place stands, some of `POSITIONS`."""
        words = self.words
        yield POSITIONS[self._sentences_before(place.start)]
        if place.last == len(words):
            yield "last sentence" if place.first else "sentence alone"
        if "?" in words.gaps[place.last]:
            yield "question"
        yield from (f"after a {_PAUSES[sign]}" for sign in words.gaps[place.start] if sign in _PAUSES and sign != "?")
        yield from (f"before a {_PAUSES[sign]}" for sign in words.gaps[place.end] if sign in _PAUSES)

    def wishes(self) -> list[str]:
        """What the cues of the text tell that its writer wants, some of `WISHES`."""
        leaves = self._page.likely_leaves
        told = {section for leaf in leaves for section in leaf.facts if section.startswith(_INTENT)}
        return [f"wants {section.removeprefix(_INTENT)}" for section in sorted(told)]

    def _sentences_before(self, place: int) -> int:
        """How many sentences stand before that of a place; more than three are three."""
        first, before = self.words.sentence_start[place], 0
        while first and before < _MOST_SENTENCES:
            first, before = self.words.sentence_start[first - 1], before + 1
        return before


def odds(traits: Iterable[int], table: Table) -> float:
    """How likely it is of a place with these traits, in log-odds: 0 is as likely as not."""
    return sum(map(table.item, traits))


@cache
def _people() -> frozenset[int]:
    return frozenset(number for number, code in enumerate(concepts.codes()) if code in _PEOPLE)
