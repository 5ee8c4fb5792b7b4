"""Whose illness is it? Weighs, for each place that names one, what stands around it: people, denials, fears, purposes.

The cues of a language take back what their words reach. Beyond them people say in endless ways that an illness is not
the patient's ("her grandmother, who comes along, is diabetic", "so that I do not end up on dialysis"), but with ideas
that are the same in all languages. Which of these, standing where, speak for and against is learned from example
messages that name illnesses of others (`workers.attributing`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.understanding import concepts
from service.understanding.concepts import Stands
from service.understanding.knowledge import condition_codes
from service.understanding.learned.weighing import log_odds
from service.understanding.mentions import Mention
from service.understanding.page import Page
from service.understanding.reading import PRESENT

OWN: Final = "own"
"""The threshold of a model: how likely an illness must be the patient's to count as theirs."""
_SIDES: Final = (
    *("before", "behind", "before in the clause", "behind in the clause", "sentence before", "sentence behind"),
    *("beside the first", "beside another", "person before", "person earlier", "person behind", "person of a rival"),
    *("person before a companion", "person before the first", "person before another"),
)
_STRUCTURE: Final = (
    *("always", "suspected", "hint", "name with a gap", "companion", "companion in passing"),
    *("first", "second", "third", "later", "one illness", "two illnesses", "three illnesses", "more illnesses"),
    *("alone", "one rival", "more rivals", "rival before", "rival behind", "rival in the sentence"),
    *("rival elsewhere", "rival in the clause", "rival beyond the clause", "sentence 1", "sentence 2", "sentence 3"),
    *("sentence 4", "last sentence", "sentence alone", "question", "with the first"),
    *("after a colon", "after a comma", "after a bracket", "after a stroke"),
    *("named again", "taken back before", "taken back behind"),
    *("before a colon", "before a comma", "before a question", "before a stroke", "before a bracket"),
)
_ROOM: Final = 1024
"""More than there are ideas: a trait of a side and an idea has the sum of their numbers."""
(
    _BEFORE,
    _BEHIND,
    _BEFORE_IN_CLAUSE,
    _BEHIND_IN_CLAUSE,
    _SENTENCE_BEFORE,
    _SENTENCE_BEHIND,
    _BESIDE_FIRST,
    _BESIDE_ANOTHER,
    _PERSON_BEFORE,
    _PERSON_EARLIER,
    _PERSON_BEHIND,
    _PERSON_OF_RIVAL,
    _PERSON_BEFORE_COMPANION,
    _PERSON_BEFORE_FIRST,
    _PERSON_BEFORE_ANOTHER,
) = range(0, len(_SIDES) * _ROOM, _ROOM)
TRAITS: Final = (len(_SIDES) + 1) * _ROOM
_NUMBERS: Final = {name: len(_SIDES) * _ROOM + index for index, name in enumerate(_STRUCTURE)}
_PEOPLE: Final = frozenset(
    (
        *("mother", "father", "husband", "wife", "son", "daughter", "baby", "child", "brother", "sister", "friend"),
        *("grandmother", "grandfather", "aunt-uncle", "patient", "doctor", "family", "man", "woman", "people"),
        *("nobody", "i-me", "he-him", "she-her", "you", "we-us", "donor"),
    )
)
_NOBODY: Final = _ROOM - 1
"""Stands where a person would, if none is named."""
_FAR: Final = 12
_NEAR: Final = 8
_WINDOW: Final = 60
_MOST_RIVALS: Final = 3
_MOST_SENTENCES: Final = 3
_PAUSES: Final = {":": "colon", ",": "comma", "?": "question", "/": "stroke", "(": "bracket", ")": "bracket"}

Table = NDArray[np.float32]
"""The weight of each trait, positive for the patient."""


def attributed(page: Page, mentions: Sequence[Mention], table: Table, least: float) -> list[Mention]:
    """The mentions with the odds that each is the patient's; those that are less likely than `least` stand aside."""
    limit = log_odds(least)
    return [
        _attributed(mention, odds(traits, table), limit) if mention.standing in PRESENT else mention
        for mention, traits in zip(mentions, traits_of(page, mentions), strict=True)
    ]


def _attributed(mention: Mention, own: float, least: float) -> Mention:
    return replace(mention, own=own, standing=mention.standing if own >= least else "aside")


def odds(traits: Sequence[int], table: Table) -> float:
    """How likely an illness with these traits is the patient's own, in log-odds: 0 is as likely as not."""
    return float(np.add.reduce(table[np.asarray(traits, dtype=np.int64)]))


def traits_of(page: Page, mentions: Sequence[Mention]) -> Iterator[tuple[int, ...]]:
    """The numbers of the traits of each mention; they are given in the order of the text."""
    if not mentions:
        return
    around = _Around(page, mentions)
    for mention in mentions:
        yield tuple(dict.fromkeys(around.traits(mention)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a mention stands: its words, its sentence, its clause, and the last person named before it."""

    start: int
    end: int
    first: int
    last: int
    clause: int
    person: int


class _Around:
    """What a text holds beside its mentions."""

    def __init__(self, page: Page, mentions: Sequence[Mention]) -> None:
        people = _people()
        self._words = page.words
        self._scopes = page.leaves[0].condition_scopes
        self._ideas: Sequence[Stands] = page.ideas
        self._places_of_ideas = [place for _, place in self._ideas]
        self._people = [one for one in self._ideas if one[0] in people]
        self._places_of_people = [place for _, place in self._people]
        self._places = {id(mention): self._place(mention) for mention in mentions}
        self._codes = list(dict.fromkeys(mention.code for mention in mentions))
        self._own_places: dict[str, list[int]] = {code: [] for code in self._codes}
        self._taken_back: dict[str, list[int]] = {code: [] for code in self._codes}
        for mention in mentions:
            places = self._own_places if mention.standing in PRESENT else self._taken_back
            places[mention.code].append(mention.start)
        self._own = list({mention.code: mention for mention in mentions if mention.standing in PRESENT}.values())
        self._first = min(mention.start for mention in mentions)

    def traits(self, mention: Mention) -> Iterator[int]:
        place = self._places[id(mention)]
        structure = map(_NUMBERS.__getitem__, self._structure(mention, place))
        return chain(self._ideas_around(place), self._people_around(mention, place), structure)

    def _place(self, mention: Mention) -> _Place:
        words, start, end = self._words, mention.start, mention.end
        first, last = words.sentence_start[start], words.sentence_end[end - 1]
        return _Place(start, end, first, last, self._scopes.clause(start), self._person_before(start, first))

    def _person_before(self, place: int, least: int) -> int:
        """The last person who is named before a place, but not before `least`."""
        at = bisect_left(self._places_of_people, place) - 1
        return self._people[at][0] if at >= 0 and self._people[at][1] >= least else _NOBODY

    def _person_behind(self, place: int, most: int) -> int:
        at = bisect_left(self._places_of_people, place)
        return self._people[at][0] if at < len(self._people) and self._people[at][1] < most else _NOBODY

    def _ideas_around(self, place: _Place) -> Iterator[int]:
        clause_of, beside = self._scopes.clause, _BESIDE_FIRST if place.start == self._first else _BESIDE_ANOTHER
        start, end, first, last, clause = place.start, place.end, place.first, place.last, place.clause
        for idea, at in self._ideas[self._window(place)]:
            if start <= at < end:
                continue
            if at < first or at >= last:
                yield (_SENTENCE_BEFORE if at < first else _SENTENCE_BEHIND) + idea
                continue
            is_behind = at >= end
            away = at - end + 1 if is_behind else start - at
            if away <= _FAR:
                yield (_BEHIND if is_behind else _BEFORE) + idea
            if away <= _NEAR:
                yield beside + idea
            if clause_of(at) == clause:
                yield (_BEHIND_IN_CLAUSE if is_behind else _BEFORE_IN_CLAUSE) + idea

    def _sentences_before(self, place: int) -> int:
        """How many sentences stand before that of a place; more than three are three."""
        first, before = self._words.sentence_start[place], 0
        while first and before < _MOST_SENTENCES:
            first, before = self._words.sentence_start[first - 1], before + 1
        return before

    def _window(self, place: _Place) -> slice:
        """The ideas of the sentence and of its neighbours, but for those that are very far."""
        words = self._words
        earlier = words.sentence_start[place.first - 1] if place.first else 0
        later = words.sentence_end[place.last] if place.last < len(words) else place.last
        first, last = max(earlier, place.start - _WINDOW), min(later, place.end + _WINDOW)
        return slice(bisect_left(self._places_of_ideas, first), bisect_left(self._places_of_ideas, last))

    def _people_around(self, mention: Mention, place: _Place) -> Iterator[int]:
        yield _PERSON_BEFORE + place.person
        yield _PERSON_EARLIER + self._person_before(place.start, 0)
        yield _PERSON_BEHIND + self._person_behind(place.end, place.last)
        yield from (_PERSON_OF_RIVAL + self._places[id(rival)].person for rival in self._rivals(mention))
        if condition_codes()[mention.code].companion:
            yield _PERSON_BEFORE_COMPANION + place.person
        yield (_PERSON_BEFORE_FIRST if mention.code == self._codes[0] else _PERSON_BEFORE_ANOTHER) + place.person

    def _rivals(self, mention: Mention) -> list[Mention]:
        """Other illnesses that no cue takes back."""
        return [one for one in self._own if one.code != mention.code][:_MOST_RIVALS]

    def _structure(self, mention: Mention, place: _Place) -> Iterator[str]:
        order = self._codes.index(mention.code)
        yield "always"
        yield ("first", "second", "third", "later")[min(order, 3)]
        yield ("one illness", "two illnesses", "three illnesses", "more illnesses")[min(len(self._codes), 4) - 1]
        if mention.standing == "suspected":
            yield "suspected"
        if mention.firmness < 2:
            yield "name with a gap" if mention.firmness else "hint"
        if condition_codes()[mention.code].companion:
            yield "companion in passing" if order else "companion"
        yield from self._elsewhere(mention, place)
        yield from self._rivalry(mention, place)
        yield from self._position(place)

    def _elsewhere(self, mention: Mention, place: _Place) -> Iterator[str]:
        """What the text says of the same illness in other places."""
        own, others = self._own_places[mention.code], self._taken_back[mention.code]
        if len(own) > 1:
            yield "named again"
        if others and others[0] < place.start:
            yield "taken back before"
        if others and others[-1] > place.start:
            yield "taken back behind"

    def _rivalry(self, mention: Mention, place: _Place) -> Iterator[str]:
        rivals = self._rivals(mention)
        yield ("alone", "one rival", "more rivals")[min(len(rivals), 2)]
        for rival in rivals:
            other = self._places[id(rival)]
            yield "rival before" if other.start < place.start else "rival behind"
            yield "rival in the sentence" if other.first == place.first else "rival elsewhere"
            yield "rival in the clause" if other.clause == place.clause else "rival beyond the clause"

    def _position(self, place: _Place) -> Iterator[str]:
        words = self._words
        yield ("sentence 1", "sentence 2", "sentence 3", "sentence 4")[self._sentences_before(place.start)]
        if place.last == len(words):
            yield "last sentence" if place.first else "sentence alone"
        if "?" in words.gaps[place.last]:
            yield "question"
        if words.sentence_start[self._first] == place.first:
            yield "with the first"
        yield from (f"after a {_PAUSES[sign]}" for sign in words.gaps[place.start] if sign in _PAUSES and sign != "?")
        yield from (f"before a {_PAUSES[sign]}" for sign in words.gaps[place.end] if sign in _PAUSES)


def trait_name(number: int) -> str:
    """What a trait is, in words: for whoever asks why an illness was set aside."""
    side, rest = divmod(number, _ROOM)
    if side == len(_SIDES):
        return _STRUCTURE[rest]
    return f"{_SIDES[side]}: {'nobody' if rest == _NOBODY else concepts.codes()[rest]}"


@cache
def _people() -> frozenset[int]:
    return frozenset(number for number, code in enumerate(concepts.codes()) if code in _PEOPLE)
