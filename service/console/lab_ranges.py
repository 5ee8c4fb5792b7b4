"""Where a laboratory value lies among those of healthy adults, if its unit leaves no doubt of what it says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

Mark = Literal["below", "within", "above"]

ADULT: Final = 18
_FILE: Final = Path(__file__).with_name("reference-ranges.toml")


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` in `unit`, or below `high` if there is no low. `sex` is None where both have it."""

    test: str
    unit: str
    low: float | None
    high: float
    sex: str | None
    source: str

    def mark(self, value: float) -> Mark:
        if self.low is None:
            return "within" if value < self.high else "above"
        return "below" if value < self.low else "above" if value > self.high else "within"


@dataclass(frozen=True, slots=True)
class Judged:
    """The ranges that may hold for the patient, and where the value lies if all of them say the same."""

    ranges: tuple[Range, ...]
    mark: Mark | None


def judge(test: str, value: Any, unit: str | None, *, sex: str | None, age: int | None) -> Judged:
    """Nothing is marked for a child, for a unit that is not surely the range's, or where the sexes differ in it."""
    ranges = tuple(one for one in ranges_of(test) if sex is None or one.sex in (None, sex))
    is_child = age is not None and age < ADULT
    if is_child or not isinstance(value, int | float) or isinstance(value, bool):
        return Judged(ranges, None)
    found = [in_range_unit(one, float(value), unit) for one in ranges]
    marks = {one.mark(value) for one, value in zip(ranges, found, strict=True) if value is not None}
    return Judged(ranges, marks.pop() if len(marks) == 1 and None not in found else None)


def ranges_of(test: str) -> Sequence[Range]:
    return _table().ranges.get(test, ())


def in_range_unit(one: Range, value: float, unit: str | None) -> float | None:
    """The value in the range's unit; None if nobody could say what it is."""
    known = "" if unit is None else _table().units.get(level(unit))
    if known == one.unit:
        return value
    factor = _table().factors.get((one.test, known or "", one.unit))
    return None if factor is None else value * factor


def level(unit: str) -> str:
    """A unit without spaces and case, with one sign for micro."""
    return "".join(unit.split()).casefold().replace("µ", "μ")


def sources() -> Mapping[str, str]:
    """What each source of the ranges is called."""
    return _table().sources


@dataclass(frozen=True, slots=True)
class _Table:
    ranges: Mapping[str, Sequence[Range]]
    units: Mapping[str, str]
    factors: Mapping[tuple[str, str, str], float]
    sources: Mapping[str, str]


@cache
def _table() -> _Table:
    read = tomllib.loads(_FILE.read_text("utf-8"))
    ranges: dict[str, list[Range]] = {}
    for row in read["range"]:
        one = Range(row["test"], row["unit"], row.get("low"), row["high"], row.get("sex"), row["source"])
        ranges.setdefault(one.test, []).append(one)
    units = {level(spelling): unit for unit, spellings in read["units"].items() for spelling in spellings}
    factors = {(row["test"], row["from"], row["to"]): row["factor"] for row in read["conversion"]}
    return _Table(ranges, units, factors, read["sources"])
