"""Finds the numbers in a text that a unit of weight or length follows, or the word for weight or height precedes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any, Final, cast

from service.understanding import knowledge_files
from service.understanding.knowledge import joining_words
from service.understanding.once import once
from service.understanding.page import Leaf, Page
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import Match, Span
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry

_SHARED: Final = "shared"
_POUND: Final = 0.45359237
"""Kilograms in a pound (exactly, by the agreement of 1959)."""
KILOGRAMS: Final = {"kg": 1.0, "g": 0.001, "lb": _POUND, "pound": _POUND, "st": 14 * _POUND, "jin": 0.5}
CENTIMETRES: Final = {"cm": 1.0, "m": 100.0, "ft": 30.48}
_PARTS: Final = {"half": 0.5, "quarter": 0.25}
_UNITS: Final = frozenset((*KILOGRAMS, *CENTIMETRES, *_PARTS, "oz", "in"))
_SMALLER: Final = {
    "kg": (("g",), 1000),
    "st": (("lb", "pound"), 14),
    "lb": (("oz",), 16),
    "pound": (("oz",), 16),
    "m": (("cm",), 100),
    "ft": (("in",), 12),
}
"""The units that may follow a unit, and how many of them it has."""
_NEEDLESS: Final = frozenset(("st", "m", "ft"))
"""What follows these needs no unit: 12 st 4, 1 m 68, 5 ft 3."""
_FEET: Final = range(3, 8)
_HEAVIEST: Final = 350
_MOST_WITHOUT_UNIT: Final = 130
"""A larger number may well be pounds."""
_HEIGHTS: Final = (120, 230)

WEIGHING: Final = frozenset(("weigh", "weight"))
HEIGHT: Final = frozenset(("height",))
_TOLD: Final = WEIGHING | HEIGHT
_GOES_ON: Final = _TOLD | {"now", "after"}
_GOES_BEFORE: Final = frozenset(("is", "now", "after", "weigh"))

_BARE: Final = 3
"""A number without a unit follows the word for weight or height at most so many words on."""
_SPELT: Final = 6
_MOST: Final = 200
"""So many amounts, and words that tell one, are looked at in a text; nobody tells their weight so often."""
BREAK: Final = re.compile(r"[,;()\n]")
_APART: Final = re.compile(r"[^ '.]|\. ")
SIGNED: Final = re.compile(r"(?:^| )['+] ?$")
"""Less or more than before: -10 kg, +5 kg."""
_PER: Final = re.compile(r" ?%|/| /(?! )")
_MINUTE: Final = re.compile(r"\d\s?['’‘′´`]{1,2}\s?\d")
_MINUTES: Final = frozenset("'’‘′´` ")
_CLOSING: Final = ('"', "”", "“", "''", "″", "’’", "´´", "``")
_HAN_DIGITS: Final = "零一二三四五六七八九"

Numbers = dict[int, tuple[int, float]]
"""By the word where a number begins: the word after it, and the value."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, in kilograms or centimetres, and the words from which to which it stands.

    `unit` is "" if it has none; `is_exact` if centimetres or inches stand beside its metres or feet.
    """

    start: int
    end: int
    value: float
    unit: str = ""
    is_exact: bool = False


def numbers_of(page: Page) -> Numbers:
    """The numbers of a text in digits or in words, in any of its languages."""
    numbers: Numbers = {}
    for leaf in page.likely_leaves:
        numbers = leaf.scan.numbers | numbers if numbers else leaf.scan.numbers
    return numbers


class Cues:
    """The units in a text, by the word where they begin, and the words that tell what is measured."""

    def __init__(self, page: Page) -> None:
        self.text = page.text
        self._scans = [Scan(_matcher(leaf.language), leaf.scan.words) for leaf in _leaves(page)]

    @once
    def units(self) -> dict[int, tuple[int, str]]:
        """By the word where a unit begins: the word after it, and which it is."""
        units: dict[int, tuple[int, str]] = {}
        for match in self._found("units"):
            if units.get(match.start, (0, ""))[0] < match.end:
                units[match.start] = (match.end, match.section)
        return units

    @once
    def spans(self) -> dict[str, list[Span]]:
        """Where the cues of a section stand."""
        spans: dict[str, list[Span]] = {}
        for match in chain(self._found("told"), self._found("words")):
            spans.setdefault(match.section, []).append((match.start, match.end))
        return spans

    def _found(self, kind: str) -> Iterator[Match]:
        return chain.from_iterable(scan.find(kind) for scan in self._scans)

    @property
    def is_worth_reading(self) -> bool:
        """Whether anything in the text could be a weight or a height."""
        return bool(self.units) or self.has_minutes or any(scan.find("told") for scan in self._scans)

    @once
    def has_minutes(self) -> bool:
        return _MINUTE.search(self.text) is not None

    @once
    def signs(self) -> dict[int, set[str]]:
        """The sections of the cues that cover a word."""
        signs: dict[int, set[str]] = {}
        for section, spans in self.spans.items():
            for place in chain.from_iterable(range(*span) for span in spans):
                signs.setdefault(place, set()).add(section)
        return signs

    def of(self, places: Iterable[int]) -> set[str]:
        """The sections of the cues that cover any of these words."""
        return set[str]().union(*(self.signs.get(place, ()) for place in places))

    def far(self, places: Iterable[int], sections: frozenset[str]) -> int | None:
        """How many of these words stand before the first that a cue of these sections covers."""
        return next((far for far, at in enumerate(places) if not sections.isdisjoint(self.signs.get(at, ()))), None)


class Amounts:
    """The numbers of a text with their units."""

    def __init__(self, page: Page, cues: Cues, numbers: Numbers) -> None:
        self._page = page
        self._words = page.words
        self._cues = cues
        self._numbers = numbers
        self._language = page.leaves[0].language
        self._joints = joining_words(self._language).both
        self._unit_first = self._language in _table()["unit_first"]
        self._unit_needed = self._language in _table()["unit_needed"]

    @once
    def in_units(self) -> list[Amount]:
        """Every amount with a unit, in order of place."""
        found = (self._in_unit(place) for place in islice(sorted(self._cues.units), _MOST))
        return [*filter(None, found), *islice(self._minutes(), _MOST)]

    @once
    def _labels(self) -> set[int]:
        """Units of weight that are the label of the number behind them: "boy 160 kilo 54"."""
        heights = {end for _, end in self._spans("height")}
        return {
            place
            for place, (end, unit) in self._cues.units.items()
            if unit in KILOGRAMS
            and end in self._numbers
            and not BREAK.search(self._words.gaps[end])
            and self._ending.get(place) in heights
        }

    def bare_weights(self) -> Iterator[Amount]:
        """Numbers without a unit behind the word for weight, or beside "now" where an amount stood before them."""
        for start, end in self._spans("weigh", "weight"):
            if not self._stands_beside(start, "height") and (place := self._number_behind(end)) is not None:
                yield from self._bare_weight(place)
        for start, end in self._spans("now"):
            for place in {end, self._ending.get(start, end)}:
                if place in self._numbers and (unit := self._unit_before(place)):
                    yield from self._bare_weight(place, unit)

    def bare_heights(self) -> Iterator[Amount]:
        """Numbers without a unit behind the word for height, or right before it: 1,68; 168; one sixty-eight."""
        for start, end in self._spans("height"):
            place = None if self._stands_beside(start, "weight") else self._number_behind(end)
            if place is not None and (height := self._bare_height(place)) is not None:
                yield height
            if place is not None and not self._is_in_unit(place):
                continue
            for before in range(start - 1, max(start - _SPELT, self._words.sentence_start[start]) - 1, -1):
                height = self._bare_height(before) if before in self._numbers else None
                if height is not None and height.end in (start, start - 1) and not self._is_weight(before):
                    yield height

    def _is_in_unit(self, place: int) -> bool:
        """Whether a unit stands behind a number, and is not the label of the next one."""
        end = self._numbers[place][0]
        return end in self._cues.units and end not in self._labels

    def _is_weight(self, place: int) -> bool:
        """Whether the word for weight stands right before a number, which then is no height: weight 120 height 170."""
        if BREAK.search(self._words.gaps[place]):
            return False
        told = range(max(place - _BARE, self._words.sentence_start[place]), place)
        return not WEIGHING.isdisjoint(self._cues.of(at for at in told if at not in self._cues.units))

    def is_free(self, place: int) -> bool:
        """Whether what stands before a word ends there, so that it needs no unit to be whole."""
        words = self._words
        if place >= len(words) or words.sentence_end[place - 1] == place:
            return "%" not in words.gaps[place]
        if words.gaps[place].strip(" '"):
            return "%" not in words.gaps[place]
        return words.words[place] in self._joints or not _GOES_ON.isdisjoint(self._cues.signs.get(place, ()))

    def number_at(self, place: int) -> int | None:
        """The word after a number that begins at a word."""
        return self._numbers[place][0] if place in self._numbers else None

    def has_number(self, places: range) -> bool:
        """Whether one of these words, before "now", begins a number that stands alone or with a unit of weight."""
        for place in places:
            if "now" in self._cues.signs.get(place, ()):
                return False
            if (end := self.number_at(place)) is not None:
                return self._cues.units.get(end, (0, ""))[1] in KILOGRAMS or self.is_free(end)
        return False

    def is_joint(self, place: int) -> bool:
        return self._words.words[place] in self._joints

    @once
    def _ending(self) -> dict[int, int]:
        """Where the number begins that ends before a word."""
        return {end: start for start, (end, _) in sorted(self._numbers.items(), reverse=True)}

    @once
    def _parts(self) -> dict[int, tuple[int, float]]:
        """Halves and quarters by the word after them: where they begin, and how much they are."""
        units = self._cues.units.items()
        return {end: (start, _PARTS[unit]) for start, (end, unit) in units if unit in _PARTS}

    @once
    def _single(self) -> Numbers:
        """The numbers in words as they are before neighbours are put together: one, sixty, three."""
        found: Numbers = {}
        for leaf in self._page.likely_leaves:
            for match in leaf.scan.find("numbers"):
                if match.start not in found or found[match.start][0] < match.end:
                    found[match.start] = (match.end, float(match.pattern.entry.value or 0))
        return found

    def _spans(self, *sections: str) -> Iterator[Span]:
        return islice(chain.from_iterable(self._cues.spans.get(section, ()) for section in sections), _MOST)

    def _stands_beside(self, start: int, section: str) -> bool:
        """Whether another cue stands right before one, so that none tells which number is its: height/weight 168/70."""
        return section in self._cues.of((start - 1, start - 2 if start > 1 and self.is_joint(start - 1) else start - 1))

    def _in_unit(self, place: int) -> Amount | None:
        end, unit = self._cues.units[place]
        if unit not in KILOGRAMS and unit not in CENTIMETRES:
            return None
        if place in self._labels:
            behind, weight = self._numbers[end]
            return Amount(place, behind, weight * KILOGRAMS[unit], unit)
        start, value = self._number_before(place, unit)
        if value is None and self._unit_first and end in self._numbers and not self._is_apart(end):
            start, (end, value) = place, self._numbers[end]
        is_only_metre = value is None and unit == "m" and len(self._words.words[place]) > 1
        if is_only_metre:
            start, value = place, 1.0
        if value is None:
            return None
        end, part = self._part_behind(place, end, unit, value)
        if is_only_metre and not part:
            return None
        if _PER.match(self._words.gaps[end]):
            return None
        factor = KILOGRAMS.get(unit) or CENTIMETRES[unit]
        return Amount(start, end, (value + part) * factor, unit, is_exact=self._is_exact(start, unit, part, value))

    def _is_exact(self, start: int, unit: str, part: float, value: float) -> bool:
        """5 ft 3, 1 m 68, 1.68 m; but 1.5 m may be any length."""
        decimals = self._words.words[start].partition(".")[2]
        return bool(part) or (unit == "m" and len(decimals) == 2 and not value.is_integer())

    def _number_before(self, place: int, unit: str) -> tuple[int, float | None]:
        """The number that a unit counts, with its half: 3 buçuk kilo."""
        end, part = self._parts.get(place, (place, 0.0))
        start = self._ending.get(end)
        if start is None or self._is_apart(end) or self._is_apart(place):
            return place, None
        value = self._numbers[start][1]
        if value > _HEAVIEST and unit in ("kg", "m"):
            value = self._with_decimals(start, value)
        if unit == "g" and self._parts_thousands(start):
            start, value = start - 1, self._numbers[start - 1][1] * 1000 + value
        return start, self._spoken_in_hundreds(start, end, value) + part

    def _with_decimals(self, start: int, value: float) -> float:
        """Nobody weighs 2,950 kg: here, three figures behind the sign are decimals."""
        figures = self._words.words[start].split(".")
        return value / 1000 if len(figures) == 2 and len(figures[1]) == 3 else value

    def _parts_thousands(self, start: int) -> bool:
        """Whether a space parts thousands before three figures: 2 950 g."""
        words = self._words
        return (
            start > 0
            and words.gaps[start] == " "
            and (len(words.words[start]), len(words.words[start - 1])) == (3, 1)
            and words.words[start].isdecimal()
            and start - 1 in self._numbers
        )

    def _spoken_in_hundreds(self, start: int, end: int, value: float) -> float:
        """一百二 is 120, and 102 has a zero in it."""
        figures = self._words.words[max(start, end - 2) : end]
        is_short = figures[:1] == ["百"] and figures[1] in _HAN_DIGITS
        return value + 9 * _HAN_DIGITS.index(figures[1]) if is_short else value

    def _is_apart(self, place: int) -> bool:
        """Whether a word is parted from the one before by more than a space, a hyphen or a point."""
        return place >= len(self._words) or _APART.search(self._words.gaps[place]) is not None

    def _part_behind(self, place: int, end: int, unit: str, value: float) -> tuple[int, float]:
        """What stands behind a unit and is less than one of it (3 in, 68 cm, a half), and the word after it."""
        if (fraction := self._cues.units.get(end, (0, "")))[1] in _PARTS:
            return fraction[0], _PARTS[fraction[1]]
        smaller, most = _SMALLER.get(unit, ((), 0))
        start = end + 1 if end < len(self._words) and self.is_joint(end) else end
        is_first = self._unit_first and self._cues.units.get(start, (0, ""))[1] in smaller
        start = self._cues.units[start][0] if is_first else start
        if start not in self._numbers or not value.is_integer() or self._is_apart(end) or self._is_apart(start):
            return end, 0.0
        after, count = self._numbers[start]
        last, following = self._cues.units.get(after, (after, ""))
        if following in smaller or is_first:
            return (last if following else after, count / most) if count < most else (end, 0.0)
        is_glued = start == end and self._words.gaps[start] == ""
        is_figure = after == start + 1 and len(self._words.words[start]) == 1
        is_tenth = is_figure and "tenths" in self._cues.signs.get(place, ())
        if following or not (is_glued or (unit in _NEEDLESS and self.is_free(after))):
            return end, 0.0
        if is_tenth:  # 1m7, 3kg2
            return after, count / 10
        is_whole = unit in _NEEDLESS and not (unit == "m" and is_figure) and count < most
        return (after, count / most) if is_whole else (end, 0.0)

    def _minutes(self) -> Iterator[Amount]:
        """5'11", in whatever signs it is typed."""
        if not self._cues.has_minutes:
            return
        for start, (middle, feet) in sorted(self._numbers.items()):
            if middle not in self._numbers or feet not in _FEET or not self._is_minute(middle):
                continue
            end, inches = self._numbers[middle]
            last, unit = self._cues.units.get(end, (end, ""))
            if inches < 12 and unit in ("", "in"):
                after = self._page.text[self._words.source_span(middle, end)[1] :][:2].lstrip()
                is_closed = unit == "in" or after.startswith(_CLOSING)
                yield Amount(start, last, (feet + inches / 12) * CENTIMETRES["ft"], "ft", is_exact=is_closed)

    def _is_minute(self, place: int) -> bool:
        before = self._words.source_span(place - 1, place)[1]
        gap = self._page.text[before : self._words.source_span(place, place + 1)[0]]
        return bool(gap.strip()) and _MINUTES.issuperset(gap)

    def _number_behind(self, end: int) -> int | None:
        """Where the number begins that follows a cue within a few words, none of which tells something else."""
        words = self._words
        for place in range(end, min(end + _BARE, len(words) - 1) + 1):
            if place >= len(words) or words.sentence_start[place] != words.sentence_start[end - 1]:
                return None
            if BREAK.search(words.gaps[place]) or SIGNED.search(words.gaps[place]):
                return None
            if place in self._numbers:
                return place
            if not self._cues.signs.get(place, set()) <= _GOES_BEFORE or place in self._cues.units:
                return None
        return None

    def _bare_weight(self, place: int, unit: str = "") -> Iterator[Amount]:
        end, value = self._numbers[place]
        unit = unit or (self._unit_before(place) if self._unit_needed else "")
        if end in self._cues.units or not self.is_free(end) or (self._unit_needed and not unit):
            return
        if unit or value <= _MOST_WITHOUT_UNIT:
            yield Amount(place, end, value * KILOGRAMS.get(unit, 1.0), unit)

    def _unit_before(self, place: int) -> str:
        """The unit of the weight that was told before in the sentence."""
        first = self._words.sentence_start[place]
        units = [one.unit for one in self.in_units if first <= one.start < place and one.unit in KILOGRAMS]
        return units[-1] if units else ""

    def _bare_height(self, place: int) -> Amount | None:
        end, value = self._metres_in_words(place) or self._numbers[place]
        if end not in self._labels and end in self._cues.units:
            return None
        is_free = end in self._labels or self.is_free(end)
        if 1 < value < _HEIGHTS[1] / 100 and not value.is_integer() and (is_free or self._has_centimetres(place)):
            return Amount(place, end, value * 100)
        if not is_free:
            return None
        return Amount(place, end, value) if _HEIGHTS[0] <= value <= _HEIGHTS[1] else None

    def _has_centimetres(self, place: int) -> bool:
        """Whether a number has two decimals, as a height in metres does: 1.63, whatever follows."""
        return len(self._words.words[place].partition(".")[2]) == 2

    def _metres_in_words(self, place: int) -> tuple[int, float] | None:
        """One sixty-three, uno y setenta, 1 68: the word after it, and the height in centimetres."""
        if self._words.words[place] == "1":
            end, tens = self._numbers.get(place + 1, (0, 0.0))
            return (end, 100 + tens) if len(self._words.words[place + 1 : end]) == 1 and 10 <= tens < 100 else None
        end, one = self._single.get(place, (place, 0.0))
        end, tens = self._single.get(self._over_joint(end), (end, 0.0))
        if one != 1 or not 20 <= tens < 100:
            return None
        after, ones = self._single.get(self._over_joint(end), (end, 0.0))
        return (after, 100 + tens + ones) if tens % 10 == 0 and 0 < ones < 10 else (end, 100 + tens)

    def _over_joint(self, place: int) -> int:
        return place + 1 if place < len(self._words) and self.is_joint(place) else place


def _leaves(page: Page) -> list[Leaf]:
    """The likely leaves, but for English loanwords, which every language has."""
    return [leaf for leaf in page.likely_leaves if leaf.loan is None] or page.leaves[:1]


@cache
def _table() -> dict[str, Any]:
    return knowledge_files.table("measures.toml")


@cache
def _matcher(language: str) -> Matcher:
    return Matcher(language, list(_entries(language)))


def _entries(language: str) -> Iterator[Entry]:
    for table in (_SHARED, language):
        for section, written in cast(dict[str, list[str]], _table().get(table, {})).items():
            kind = "units" if section in _UNITS else "told" if section in _TOLD else "words"
            for term in dict.fromkeys(written):
                yield Entry(kind, section, parse(term, language))
