"""Whose illness is it? Weighs, for each place that names one, what stands around it: people, denials, fears, purposes.

The cues of a language take back what their words reach. Beyond them people say in endless ways that an illness is not
the patient's ("her grandmother, who comes along, is diabetic", "so that I do not end up on dialysis"), but with ideas
that are the same in all languages. Which of these, standing where, speak for and against is learned from example
messages that name illnesses of others (`workers.attributing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from service.understanding import concepts
from service.understanding.knowledge import condition_codes
from service.understanding.learned.surroundings import (
    NOBODY,
    POSITIONS,
    ROOM,
    SIDES,
    WISHES,
    Place,
    Surroundings,
    Table,
    odds,
)
from service.understanding.learned.weighing import log_odds
from service.understanding.mentions import Mention
from service.understanding.page import Page
from service.understanding.reading import PRESENT

OWN: Final = "own"
"""The threshold of a model: how likely an illness must be the patient's to count as theirs."""
_SIDES: Final = (
    *SIDES,
    *("beside the first", "beside another", "person before", "person earlier", "person behind", "person of a rival"),
    *("person before a companion", "person before the first", "person before another"),
)
_LENGTHS: Final = (6, 10, 15, 20, 30)
"""So many words, or fewer, a text may have: the fewer, the less room there is for others' illnesses."""
_STRUCTURE: Final = (
    *("always", "suspected", "hint", "name with a gap", "companion", "companion in passing"),
    *("first", "second", "third", "later", "one illness", "two illnesses", "three illnesses", "more illnesses"),
    *("alone", "one rival", "more rivals", "rival before", "rival behind", "rival in the sentence"),
    *("rival elsewhere", "rival in the clause", "rival beyond the clause", "with the first"),
    *("named again", "taken back before", "taken back behind", *POSITIONS),
    *(f"up to {length} words" for length in _LENGTHS),
    *WISHES,
)
(
    _BESIDE_FIRST,
    _BESIDE_ANOTHER,
    _PERSON_BEFORE,
    _PERSON_EARLIER,
    _PERSON_BEHIND,
    _PERSON_OF_RIVAL,
    _PERSON_BEFORE_COMPANION,
    _PERSON_BEFORE_FIRST,
    _PERSON_BEFORE_ANOTHER,
) = range(len(SIDES) * ROOM, len(_SIDES) * ROOM, ROOM)
TRAITS: Final = (len(_SIDES) + 1) * ROOM
_NUMBERS: Final = {name: len(_SIDES) * ROOM + index for index, name in enumerate(_STRUCTURE)}
_MOST_RIVALS: Final = 3


def attributed(page: Page, mentions: Sequence[Mention], table: Table, least: float) -> list[Mention]:
    """The mentions with the odds that each is the patient's; those that are less likely than `least` stand aside."""
    if not any(mention.standing in PRESENT for mention in mentions):
        return list(mentions)
    around, limit = _Around(page, mentions), log_odds(least)
    return [
        _attributed(mention, odds(around.traits(mention), table), limit) if mention.standing in PRESENT else mention
        for mention in mentions
    ]


def _attributed(mention: Mention, own: float, least: float) -> Mention:
    return mention._replace(own=own, standing=mention.standing if own >= least else "aside")


def traits_of(page: Page, mentions: Sequence[Mention]) -> Iterator[tuple[int, ...]]:
    """The numbers of the traits of each mention; they are given in the order of the text."""
    if not mentions:
        return
    around = _Around(page, mentions)
    for mention in mentions:
        yield around.traits(mention)


class _Around:
    """What a text holds beside its mentions."""

    def __init__(self, page: Page, mentions: Sequence[Mention]) -> None:
        self._around = Surroundings(page)
        self._places = {id(mention): self._around.place(mention.start, mention.end) for mention in mentions}
        self._codes = list(dict.fromkeys(mention.code for mention in mentions))
        self._own_places: dict[str, list[int]] = {code: [] for code in self._codes}
        self._taken_back: dict[str, list[int]] = {code: [] for code in self._codes}
        for mention in mentions:
            places = self._own_places if mention.standing in PRESENT else self._taken_back
            places[mention.code].append(mention.start)
        self._own = list({mention.code: mention for mention in mentions if mention.standing in PRESENT}.values())
        self._first = min(mention.start for mention in mentions)
        self._wishes = self._around.wishes()

    def traits(self, mention: Mention) -> tuple[int, ...]:
        """The numbers of its traits, each once."""
        place = self._places[id(mention)]
        structure = map(_NUMBERS.__getitem__, self._structure(mention, place))
        return tuple(dict.fromkeys((*self._ideas_around(place), *self._people_around(mention, place), *structure)))

    def _ideas_around(self, place: Place) -> Iterator[int]:
        return self._around.ideas_around(place, _BESIDE_FIRST if place.start == self._first else _BESIDE_ANOTHER)

    def _people_around(self, mention: Mention, place: Place) -> Iterator[int]:
        around = self._around
        yield _PERSON_BEFORE + place.person
        yield _PERSON_EARLIER + around.person_before(place.start, 0)
        yield _PERSON_BEHIND + around.person_behind(place.end, place.last)
        yield from (_PERSON_OF_RIVAL + self._places[id(rival)].person for rival in self._rivals(mention))
        if condition_codes()[mention.code].companion:
            yield _PERSON_BEFORE_COMPANION + place.person
        yield (_PERSON_BEFORE_FIRST if mention.code == self._codes[0] else _PERSON_BEFORE_ANOTHER) + place.person

    def _rivals(self, mention: Mention) -> list[Mention]:
        """Other illnesses that no cue takes back."""
        return [one for one in self._own if one.code != mention.code][:_MOST_RIVALS]

    def _structure(self, mention: Mention, place: Place) -> Iterator[str]:
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
        yield from self._around.position(place)
        yield from self._wishes
        yield from (f"up to {length} words" for length in _LENGTHS if len(self._around.words) <= length)
        if self._around.words.sentence_start[self._first] == place.first:
            yield "with the first"

    def _elsewhere(self, mention: Mention, place: Place) -> Iterator[str]:
        """What the text says of the same illness in other places."""
        own, others = self._own_places[mention.code], self._taken_back[mention.code]
        if len(own) > 1:
            yield "named again"
        if others and others[0] < place.start:
            yield "taken back before"
        if others and others[-1] > place.start:
            yield "taken back behind"

    def _rivalry(self, mention: Mention, place: Place) -> Iterator[str]:
        rivals = self._rivals(mention)
        yield ("alone", "one rival", "more rivals")[min(len(rivals), 2)]
        for rival in rivals:
            other = self._places[id(rival)]
            yield "rival before" if other.start < place.start else "rival behind"
            yield "rival in the sentence" if other.first == place.first else "rival elsewhere"
            yield "rival in the clause" if other.clause == place.clause else "rival beyond the clause"


def trait_name(number: int) -> str:
    """What a trait is, in words: for whoever asks why an illness was set aside."""
    side, rest = divmod(number, ROOM)
    if side == len(_SIDES):
        return _STRUCTURE[rest]
    return f"{_SIDES[side]}: {'nobody' if rest == NOBODY else concepts.codes()[rest]}"
