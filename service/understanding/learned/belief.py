"""Is a sign of danger believed? Weighs what stands around it: people, other times, stories, wishes, the tone.

A term that tells of danger is no emergency yet: people write of what they had at seventeen, of a film, of what a
leaflet lists. Cues take back what their words reach; a sign that is in doubt beyond them (`signs.py`) is weighed by
ideas that are the same in all languages, by the cues around it, and by how much the text, its sentence and the rest
sound like danger. What speaks for it and against it is learned from emergencies and near misses (`workers.believing`).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, get_args

from service.understanding import concepts
from service.understanding.knowledge import red_flag_codes
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
from service.understanding.ngrams import Places
from service.understanding.page import Page
from service.understanding.signs import UNDATED, Doubt, Sign

BELIEVED: Final = "believed"
"""The threshold of a model: with such log-odds to be danger now, or more, a sign is believed."""
BELIEVED_UNDATED: Final = "believed undated"
"""The same for a sign of which no word says when it is. Where the text as a whole sounds like danger, it is believed as
it stands."""
_SIDES: Final = (*SIDES, "near", "anywhere", "person before", "person earlier", "person behind")
_NEAR, _ANYWHERE, _PERSON_BEFORE, _PERSON_EARLIER, _PERSON_BEHIND = range(len(SIDES) * ROOM, len(_SIDES) * ROOM, ROOM)
_CUES: Final = (
    *("now", "sudden", "ongoing", "past", "long-standing", "supposed", "family-history", "uncertain", "clause"),
    *("negation.before", "negation.after", "answer.no", "cleared.before", "cleared.after"),
    *("duration.days", "duration.weeks", "duration.months", "duration.years", "duration.other"),
)
_WHERE: Final = ("in the clause", "before in the sentence", "behind in the sentence", "earlier", "later")
_DOUBTS: Final = get_args(Doubt)
_HEARD: Final = ("the text", "the sentence", "the rest")
_STEPS: Final = tuple(round(step / 10, 1) for step in range(-15, 16))
"""Where a score of danger may stand; a score has the trait of every step that it reaches."""
_LENGTHS: Final = (6, 12, 20, 35, 60)
_STRUCTURE: Final = (
    *("always", *_DOUBTS, "urgent", "one sign", "two signs", "more signs", "one flag", "more flags"),
    *("taken back elsewhere", "asks", "calls", "picture", "a year", "no rest"),
    *POSITIONS,
    *(f"{cue}: {where}" for cue in _CUES for where in _WHERE),
    *WISHES,
    *(f"more than {length} words" for length in _LENGTHS),
    *(f"danger of {what} {step}" for what in _HEARD for step in _STEPS),
    *(f"danger of the text of a {doubt} sign {step}" for doubt in _DOUBTS for step in _STEPS),
)
TRAITS: Final = (len(_SIDES) + 1) * ROOM
_NUMBERS: Final = {name: len(_SIDES) * ROOM + index for index, name in enumerate(_STRUCTURE)}
_CODES: Final = len(_SIDES) * ROOM + 900
"""Where the numbers of the red flags begin."""
_FIRST_STEPS: Final = tuple(_NUMBERS[f"danger of {what} {_STEPS[0]}"] for what in _HEARD)
_FIRST_STEPS_OF: Final = {doubt: _NUMBERS[f"danger of the text of a {doubt} sign {_STEPS[0]}"] for doubt in _DOUBTS}


class Beliefs:
    """What a text holds around its signs of danger."""

    def __init__(self, page: Page, signs: Sequence[Sign], taken_back: frozenset[int]) -> None:
        self._page = page
        self._taken_back = taken_back
        self._around = Surroundings(page)
        self._clauses = page.leaves[0].clauses.numbers
        cues = (match for leaf in page.likely_leaves for match in leaf.scan.find("scope"))
        self._cues = sorted({(match.start, match.section) for match in cues if match.section in _CUES})
        self._of_text = tuple(self._text(signs))
        self._parts: dict[tuple[int, int], tuple[Places, Places, Places | None]] = {}

    def odds(self, sign: Sign, danger: Callable[[Places], float], table: Table) -> float:
        """How likely a sign is danger now, in log-odds; `danger` says how much pieces sound like it."""
        text, sentence, rest = self.parts(sign)
        sounds = heard(sign.doubt, danger(text), danger(sentence), None if rest is None else danger(rest))
        return odds((*self.traits(sign), *sounds), table)

    def parts(self, sign: Sign) -> tuple[Places, Places, Places | None]:
        """The pieces of the text, of the sentence of a sign, and of the rest, if there is one."""
        place = self._place(sign)
        sentence = place.first, place.last
        if sentence not in self._parts:  # signs often share one
            self._parts[sentence] = self._parts_around(slice(*sentence))
        return self._parts[sentence]

    def _parts_around(self, sentence: slice) -> tuple[Places, Places, Places | None]:
        page, taken_back, words = self._page, self._taken_back, range(len(self._page.words))
        rest = frozenset(words) - frozenset(words[sentence])
        alone = page.pieces(taken_back | rest)
        return page.pieces(taken_back), alone, page.pieces(taken_back.union(words[sentence])) if rest else None

    def _place(self, sign: Sign) -> Place:
        return self._around.place(sign.words[0], sign.words[-1] + 1)

    def traits(self, sign: Sign) -> tuple[int, ...]:
        """The numbers of the traits of a sign, each once, without those of how much is heard."""
        around, place = self._around, self._place(sign)
        people = (
            _PERSON_BEFORE + place.person,
            _PERSON_EARLIER + around.person_before(place.start, 0),
            _PERSON_BEHIND + around.person_behind(place.end, place.last),
        )
        ideas = around.ideas_around(place, _NEAR)
        return tuple(dict.fromkeys((*self._of_text, *self._of_sign(sign, place), *people, *ideas)))

    def _text(self, signs: Sequence[Sign]) -> Iterator[int]:
        page = self._page
        places = len({sign.words[0] for sign in signs})
        yield _NUMBERS["always"]
        yield _NUMBERS[("one sign", "two signs", "more signs")[min(places, 3) - 1]]
        yield _NUMBERS["one flag" if len({sign.flag.code for sign in signs}) == 1 else "more flags"]
        if self._taken_back:
            yield _NUMBERS["taken back elsewhere"]
        yield from (_NUMBERS[name] for name, mark in (("asks", "?"), ("calls", "!")) if mark in page.text)
        if page.words.pictures:
            yield _NUMBERS["picture"]
        if page.years:
            yield _NUMBERS["a year"]
        yield from map(_NUMBERS.__getitem__, self._around.wishes())
        yield from (_NUMBERS[f"more than {length} words"] for length in _LENGTHS if len(page.words) > length)
        yield from (_ANYWHERE + idea for idea in sorted({idea for idea, _ in self._around.ideas}))

    def _of_sign(self, sign: Sign, place: Place) -> Iterator[int]:
        yield _code_numbers()[sign.flag.code]
        if sign.doubt is not None:
            yield _NUMBERS[sign.doubt]
        if sign.flag.level == "urgent":
            yield _NUMBERS["urgent"]
        yield from map(_NUMBERS.__getitem__, self._around.position(place))
        yield from (_NUMBERS[f"{section}: {self._where(at, place)}"] for at, section in self._cues)

    def _where(self, at: int, place: Place) -> str:
        if self._clauses[at] == place.clause:
            return "in the clause"
        if place.first <= at < place.last:
            return "before in the sentence" if at < place.start else "behind in the sentence"
        return "earlier" if at < place.first else "later"


def least_odds(doubt: Doubt | None, text: float, thresholds: Mapping[str, float]) -> float:
    """The log-odds that a sign in such doubt has to reach in a text that sounds so much like danger as a whole.

    For what is believed as it stands, that is minus infinity.
    """
    if doubt is None or (doubt == UNDATED and text >= thresholds["danger"]):
        return -math.inf
    return thresholds[BELIEVED_UNDATED if doubt == UNDATED else BELIEVED]


def heard(doubt: str | None, text: float, sentence: float, rest: float | None) -> Iterator[int]:
    """The traits of how much a text sounds like danger: the whole, the sentence of a sign, and what is left, if any."""
    for first, score in zip(_FIRST_STEPS, (text, sentence, rest), strict=True):
        if score is not None:
            yield from range(first, first + bisect_right(_STEPS, score))
    if rest is None:
        yield _NUMBERS["no rest"]
    if doubt is not None:
        first = _FIRST_STEPS_OF[doubt]
        yield from range(first, first + bisect_right(_STEPS, text))


@cache
def _code_numbers() -> Mapping[str, int]:
    return {code: number for number, code in enumerate(red_flag_codes(), start=_CODES)}


def trait_name(number: int) -> str:
    """What a trait is, in words: for whoever asks why a sign was not believed."""
    side, rest = divmod(number, ROOM)
    if side < len(_SIDES):
        return f"{_SIDES[side]}: {'nobody' if rest == NOBODY else concepts.codes()[rest]}"
    return _STRUCTURE[rest] if number < _CODES else list(red_flag_codes())[number - _CODES]
