"""Reads the patient's weight in kilograms and height in centimetres, and not what was lost or how large a tumour is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from service.understanding.facts.amounts import (
    BREAK,
    CENTIMETRES,
    HEIGHT,
    KILOGRAMS,
    SIGNED,
    WEIGHING,
    Amount,
    Amounts,
    Cues,
    Numbers,
    numbers_of,
)
from service.understanding.once import once
from service.understanding.page import Page
from service.understanding.persons import PEOPLE, is_of_patient
from service.understanding.terms.matches import Span
from service.understanding.text.words import Words

_CLEAR: Final = frozenset(("kg", "lb", "jin"))
"""What is so measured can hardly be anything but a weight; pounds are money, too, and stones and grams many things."""
_OF_CHILDREN: Final = (*_CLEAR, "g")
_WEIGHTS: Final = (2.0, 350.0)
_ADULT: Final = 35
"""Without a word for weight, fewer kilograms are something else: a stone, what was lost, a child's bag."""
_HEIGHTS: Final = (40.0, 230.0)
_CLEARLY_HEIGHT: Final = 120

_NOW: Final = frozenset(("now",))
_IS_SO: Final = frozenset(("weigh", "now"))
_CHANGED: Final = frozenset(("changed",))
_NOT_WEIGHT: Final = frozenset(("never", "past"))
_NOT_HEIGHT: Final = frozenset(("never", "span"))
_SMALL: Final = frozenset(("thing", "changed"))
_CHILDREN: Final = ("who.baby", "who.child", "who.son", "who.daughter")
_AGES: Final = ("age.days", "age.weeks", "age.months", "age.years", "age.words")

_BACK: Final = 10
_BACK_HAN: Final = 16
_AHEAD: Final = 3
_BEFORE_CUE: Final = 2
"""What stands so near before the word for weight belongs to it: ideal weight, a tumour that weighs."""
_UNLESS: Final = 3
_PAUSE: Final = re.compile(r"[,;]|\. ")
_FOLLOWED: Final = 3
_LABELS: Final = 4
"""A form's two labels stand within so many words."""
_METRES: Final = 3
"""Nobody is so many metres tall."""

Measure = tuple[str, float, Span]
"""What is measured ("weight_kg" or "height_cm"), how much, and from which word to which."""


def find_measures(page: Page, who: str | None = None) -> Iterator[Measure]:
    """The patient's weight, the present one before others, and height; `who` is what the patient is to the writer.

    Only what is plausible as a person's, and what no word shows to be something else.
    """
    numbers = numbers_of(page)
    if not numbers:
        return
    cues = Cues(page)
    if not cues.is_worth_reading:
        return
    if paired := _paired(page, cues, numbers):
        yield from paired
        return
    reader = _Reader(page, cues, Amounts(page, cues, numbers), who)
    weights = [(rank, one.start, one) for one in reader.weights if (rank := reader.rank_of_weight(one)) is not None]
    if weights:
        _, _, weight = min(weights, key=lambda ranked: ranked[:2])
        yield "weight_kg", round(weight.value, 1 if weight.value >= 10 else 2), (weight.start, weight.end)
    for height in reader.heights:
        if reader.is_height(height):
            yield "height_cm", round(height.value, 1), (height.start, height.end)
            return


def _paired(page: Page, cues: Cues, numbers: Numbers) -> tuple[Measure, ...]:
    """Both from a form that asks for both at once: "Height / weight: 164 / 127"."""
    for colon in _colons_behind(cues.spans.get("height", ()), page.words):
        labels = [label for place in range(max(0, colon - _LABELS), colon) if (label := _label(cues.of((place,))))]
        behind = range(colon, min(colon + 2 * _LABELS, page.words.sentence_end[colon]))
        values = [(numbers[place][1], (place, numbers[place][0])) for place in behind if place in numbers]
        if sorted(labels) == ["height", "weight"] and len(values) == len(labels):
            both = dict(zip(labels, values, strict=True))
            (height, height_at), (weight, weight_at) = both["height"], both["weight"]
            height = height * 100 if height < _METRES else height
            if _HEIGHTS[0] <= height <= _HEIGHTS[1] and _WEIGHTS[0] <= weight <= _WEIGHTS[1]:
                return ("weight_kg", weight, weight_at), ("height_cm", round(height, 1), height_at)
    return ()


def _colons_behind(labels: Iterable[Span], words: Words) -> Iterator[int]:
    """The words before which there is a colon, soon behind where a label begins."""
    for start, _ in labels:
        yield from (at for at in range(start + 1, min(start + _LABELS, len(words))) if ":" in words.gaps[at])


def _label(told: set[str]) -> str:
    return "height" if told & HEIGHT else "weight" if told & WEIGHING else ""


class _Reader:
    """Tells which amounts are the patient's weight and height, by the words around them."""

    def __init__(self, page: Page, cues: Cues, amounts: Amounts, who: str | None) -> None:
        self._page = page
        self._words = page.words
        self._cues = cues
        self._amounts = amounts
        self._who = who
        self._weighed = [one for one in amounts.in_units if one.unit in KILOGRAMS]
        self._measured = [one for one in amounts.in_units if one.unit in CENTIMETRES]
        self._ends = {one.end - 1: one for one in self._weighed}

    @once
    def weights(self) -> list[Amount]:
        return [*self._weighed, *self._amounts.bare_weights()]

    @once
    def heights(self) -> list[Amount]:
        return sorted((*self._measured, *self._amounts.bare_heights()), key=lambda one: (one.start, -one.end))

    def rank_of_weight(self, weight: Amount) -> int | None:
        """How well an amount suits as the patient's weight: 0 if the text says that it is so now, None if it is not."""
        before, behind = self._before(weight), self._behind(weight)
        cue = self._cues.far(before, WEIGHING)
        near = self._near(before, cue)
        around = self._cues.of((*near, *behind))
        if not _WEIGHTS[0] <= weight.value <= _WEIGHTS[1] or not _NOT_WEIGHT.isdisjoint(around):
            return None
        if "wish" in self._cues.of(near):
            return None
        if self._is_change(weight, before, behind) or not self._is_of_patient(weight):
            return None
        is_told = cue is not None or self._is_told_otherwise(weight, behind)
        if weight.value < _ADULT:
            things = self._cues.of((*self._before(weight, over_joints=cue is not None), *behind))
            if "thing" in things or not (is_told or self._is_of_child(weight)):
                return None
        if not is_told and not self._is_clear(weight, before):
            return None
        return 0 if "now" in self._cues.of((*before, *behind)) else 1

    def is_height(self, height: Amount) -> bool:
        """Whether an amount is the patient's height."""
        before, behind = self._before(height), self._behind(height)
        cue = self._cues.far(before, HEIGHT)
        around = self._cues.of((*self._near(before, cue), *behind))
        is_told = cue is not None or not HEIGHT.isdisjoint(self._cues.of(behind[:2]))
        if not _HEIGHTS[0] <= height.value <= _HEIGHTS[1] or not _NOT_HEIGHT.isdisjoint(around):
            return False
        if height.value < _CLEARLY_HEIGHT and not (is_told and _SMALL.isdisjoint(around)):
            return False
        if height.unit == "m" and not height.is_exact and height.value % 100 == 0:
            is_clear = not HEIGHT.isdisjoint(self._cues.of((height.start - 1, height.end)))
        else:
            is_clear = is_told or self._is_clear_height(height, before)
        return is_clear and self._is_of_patient(height)

    def _near(self, before: list[int], cue: int | None) -> list[int]:
        """The words before an amount that speak of it: not those far before the cue that tells it, or before "now"."""
        near = before if cue is None else before[: cue + 1 + _BEFORE_CUE]
        now = self._cues.far(near, _NOW)
        return near if now is None else near[: now + 1]

    def _before(self, amount: Amount, *, over_joints: bool = False) -> list[int]:
        """The words of the clause before an amount, from there back to the weight before it, or to "and"."""
        words, place = self._words, amount.start
        limit = max(words.sentence_start[place], place - (_BACK_HAN if self._is_han(amount) else _BACK))
        found: list[int] = []
        while place > limit and not BREAK.search(words.gaps[place]):
            place -= 1
            if place in self._ends or (self._amounts.is_joint(place) and not over_joints):
                break
            found.append(place)
        return found

    def _end_of_clause(self, amount: Amount) -> int:
        """Where the clause of an amount ends, whatever stands between brackets."""
        words, place = self._words, amount.end
        limit = min(words.sentence_end[amount.start], place + _BACK)
        while place < limit and not _PAUSE.search(words.gaps[place]) and not self._amounts.is_joint(place):
            place += 1
        return place

    def _behind(self, amount: Amount) -> list[int]:
        """The next few words of the clause, before another number."""
        words, place = self._words, amount.end
        limit = min(words.sentence_end[amount.start], place + _AHEAD * (2 if self._is_han(amount) else 1))
        found: list[int] = []
        while place < limit and not BREAK.search(words.gaps[place]):
            if self._amounts.number_at(place) is not None or self._amounts.is_joint(place):
                break
            found.append(place)
            place += 1
        return found

    def _is_han(self, amount: Amount) -> bool:
        return self._words.is_small(amount.end - 1)

    def _is_change(self, weight: Amount, before: list[int], behind: list[int]) -> bool:
        """Whether an amount is what was lost or gained, and not what that led to."""
        gap = self._words.gaps[weight.start]
        signs, first = self._cues.signs, weight.start - 1
        if SIGNED.search(gap) and "weight" not in signs.get(first, ()) and "weigh" not in signs.get(first, ()):
            return True
        if self._amounts.number_at(first) == weight.start and gap.strip(" ") in ("'", "/"):
            return True  # 60-65 kg, and whatever else is a range
        changed = self._cues.far(behind, _CHANGED)
        if changed is not None:
            at = behind[changed] + 1
            if not self._amounts.has_number(range(at, min(at + _FOLLOWED, self._words.sentence_end[weight.start]))):
                return True
        if "from" in signs.get(first, ()) and "to" in self._cues.of(range(weight.end, weight.end + _FOLLOWED)):
            return True
        if "to" in signs.get(first, ()) and "from" not in signs.get(first, ()):
            return not self._is_led_to(first)
        return self._is_lost_before(weight, before)

    def _is_led_to(self, to: int) -> bool:
        """Whether "to" speaks of what a change led to: "from 85 to 71", "down to 52", but not "lost 5 to 7"."""
        if BREAK.search(self._words.gaps[to]):
            return True
        numbered = self._ends.get(to - 1)
        start = numbered.start if numbered else self._start_of_number(to)
        return start is None or "from" in self._cues.of((start - 1, start - 2))

    def _start_of_number(self, end: int) -> int | None:
        return next((at for at in (end - 1, end - 2) if at >= 0 and self._amounts.number_at(at) == end), None)

    def _is_lost_before(self, weight: Amount, before: list[int]) -> bool:
        changed = self._cues.far(before, _CHANGED)
        verb = self._cues.far(before, _IS_SO)
        if changed is not None:
            return verb is None or changed < verb
        if verb is not None:
            return False
        # "She lost weight, 40 kg": a change in the clause before, of which no amount is told yet.
        words, place = self._words, before[-1] if before else weight.start
        for at in range(place - 1, max(words.sentence_start[weight.start], place - _BACK) - 1, -1):
            if at in self._ends:
                return False
            if "changed" in self._cues.signs.get(at, ()):
                return True
        return False

    def _is_told_otherwise(self, weight: Amount, behind: list[int]) -> bool:
        """ "58 kg weight", or "he is 27 kilos"."""
        signs = self._cues.signs
        if not WEIGHING.isdisjoint(self._cues.of(behind[:1])):
            return True
        return bool(weight.unit) and "is" in signs.get(weight.start - 1, ()) and not self._is_apart_before(weight)

    def _is_apart_before(self, amount: Amount) -> bool:
        return BREAK.search(self._words.gaps[amount.start]) is not None

    def _is_of_child(self, weight: Amount) -> bool:
        """Whether an amount stands alone between commas, as a child's weight does behind its age."""
        words, first = self._words, self._words.sentence_start[weight.start]
        end = words.sentence_end[weight.start]
        opens = first == weight.start or self._is_apart_before(weight)
        closes = end == weight.end or BREAK.search(words.gaps[weight.end]) is not None
        return opens and closes and weight.unit in _OF_CHILDREN and self._tells_of(weight, (*_CHILDREN, *_AGES))

    def _is_clear(self, weight: Amount, before: list[int]) -> bool:
        """Whether an amount is a weight though no word says so."""
        if "unless" in self._cues.of(before[:_UNLESS]):
            return False
        return weight.unit in _CLEAR or (weight.unit in KILOGRAMS and self._is_between(weight))

    def _is_between(self, weight: Amount) -> bool:
        return weight.is_exact or self._is_in_sentence(weight, self._measured)

    def _is_clear_height(self, height: Amount, before: list[int]) -> bool:
        """Whether an amount is a height though no word says so: beside a weight, or an exact one of a person."""
        if "unless" in self._cues.of(before[:_UNLESS]):
            return False
        if self._is_in_sentence(height, self._weighed):
            return True
        is_exact = height.is_exact or height.unit == "cm"
        is_somebody = "is" in self._cues.of(before[:1]) or self._tells_of(height, (*PEOPLE, *_AGES))
        return is_exact and is_somebody

    def _tells_of(self, amount: Amount, sections: Iterable[str]) -> bool:
        """Whether a cue of these sections stands in the sentence."""
        first, end = self._words.sentence_start[amount.start], self._words.sentence_end[amount.start]
        return any(
            first <= match.start < end
            for leaf in self._page.likely_leaves
            for section in sections
            for match in leaf.facts.get(section, ())
        )

    def _is_in_sentence(self, amount: Amount, others: list[Amount]) -> bool:
        sentences = self._words.sentence_start
        return any(sentences[one.start] == sentences[amount.start] for one in others)

    def _is_of_patient(self, amount: Amount) -> bool:
        """Whether nobody else is spoken of: no other person in the sentence, no donor in it or in the one before."""
        starts = self._words.sentence_start
        first = starts[amount.start]
        previous = starts[first - 1] if first else 0
        donors = self._cues.spans.get("donor", ())
        if any(previous <= start < self._end_of_clause(amount) for start, _ in donors):
            return False
        return is_of_patient(self._page, self._page.leaves[0], amount.start, self._who)
