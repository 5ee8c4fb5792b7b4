"""Says which conditions laboratory values alone point at, and which values are healthy, by two files of ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from service.understanding import knowledge_files
from service.understanding.reading import Evidence
from service.understanding.text.normalise import level

_SIGNS: Final = "lab-signs.toml"
_HEALTHY: Final = "healthy-values.toml"

Labs = Mapping[str, Mapping[str, Any]]


def pointed_at(labs: Labs) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Conditions for which enough values speak, each with those values as evidence."""
    if not labs:
        return
    for code, sign in _table(_SIGNS).items():
        speaking = [test for test, ranges in sign["values"].items() if test in labs and _is_within(labs[test], ranges)]
        if len(speaking) >= sign["needed"]:
            yield code, tuple(labs[test]["evidence"] for test in speaking)


def healthy(labs: Labs) -> Iterator[Mapping[str, Any]]:
    """Those of the values that are healthy."""
    for test, lab in labs.items():
        ranges = _table(_HEALTHY).get(test)
        if ranges and _is_within(lab, ranges):
            yield lab


@cache
def _table(name: str) -> dict[str, dict[str, Any]]:
    return knowledge_files.table(name)


def _is_within(lab: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]]) -> bool:
    """Whether a value lies in the range of its unit; without a unit that we know, in the range of any."""
    unit = level(lab["unit"] or "").text.replace(" ", "")
    wanted = [ranges[unit]] if unit in ranges else list(ranges.values())
    return any(low <= lab["value"] <= high for low, high in wanted)
