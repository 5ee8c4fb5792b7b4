"""Reads weight in kilograms and height in centimetres, and not what somebody lost or how large a tumour is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast

from service.understanding.knowledge_files import FOLDER
from service.understanding.matcher import Matcher
from service.understanding.matching import Scan
from service.understanding.numerals import parse_digits
from service.understanding.patterns import Entry
from service.understanding.terms import parse
from service.understanding.words import Words

_PATH: Final = FOLDER / "measures.toml"
_POUND: Final = 0.45359237
"""Kilograms in a pound (exactly, by the agreement of 1959)."""
_WEIGHTS: Final = (2.0, 350.0)
_ADULT: Final = 35
"""Without a word for weight, fewer kilograms are something else: a stone, what was lost, a child's bag."""
_HEIGHTS: Final = (50.0, 230.0)
_CLEARLY_HEIGHT: Final = 120
_NEAR: Final = 5

Measure = tuple[str, float, tuple[int, int]]
"""What is measured ("weight_kg" or "height_cm"), how much, and from which word to which."""


def find_measures(words: Words) -> Iterator[Measure]:
    """The first weight and the first height that are plausible as a person's."""
    if not any(word[0].isdigit() for word in words.words):
        return
    scan = Scan(_matcher(), words)
    units = {match.start: (match.end, match.section) for match in scan.find("units")}
    if not units and not scan.find("words"):
        return
    said = [(match.section, match.start) for match in scan.find("words")]
    for name, read in (("weight_kg", _weight), ("height_cm", _height)):
        for place in range(len(words)):
            if words.words[place][0].isdigit() and (value := parse_digits(words.written(place))) is not None:
                end, unit = units.get(place + 1, (place + 1, ""))
                near = {section for section, start in said if _is_near(words, start, place)}
                measured = read(value, unit, near)
                if measured is not None:
                    yield name, round(measured, 1), (place, end)
                    break


def _is_near(words: Words, start: int, place: int) -> bool:
    same_sentence = words.sentence_start[start] == words.sentence_start[place]
    return same_sentence and place - _NEAR <= start <= place + 2


def _weight(value: float, unit: str, near: set[str]) -> float | None:
    if unit not in ("kg", "lb") or "lost" in near:
        return None
    kilograms = value * _POUND if unit == "lb" else value
    least = _WEIGHTS[0] if "weight" in near else _ADULT
    return kilograms if least <= kilograms <= _WEIGHTS[1] else None


def _height(value: float, unit: str, near: set[str]) -> float | None:
    """Metres need the word or the unit; without the word, centimetres below a metre or so are a tumour's."""
    if unit in ("m", "") and value < 3 and ("height" in near):
        value *= 100
    elif unit == "m":
        value = value * 100 if not value.is_integer() else 0
    elif unit != "cm" and not (unit == "" and "height" in near and value >= _CLEARLY_HEIGHT):
        return None
    least = _HEIGHTS[0] if "height" in near else _CLEARLY_HEIGHT
    return value if least <= value <= _HEIGHTS[1] else None


@cache
def _matcher() -> Matcher:
    return Matcher("mul", list(_entries()))


def _entries() -> Iterator[Entry]:
    table = cast(dict[str, dict[str, Any]], tomllib.loads(_PATH.read_text(encoding="utf-8")))
    for kind, sections in table.items():
        for section, written in sections.items():
            for term in dict.fromkeys(written):
                yield Entry(kind, section, parse(term))
