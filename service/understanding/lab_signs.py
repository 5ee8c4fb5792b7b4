"""Says which conditions laboratory values alone point at, by the limits in knowledge/lab-signs.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, cast

from service.understanding.knowledge_files import FOLDER
from service.understanding.normalise import level
from service.understanding.reading import Evidence

_PATH: Final = FOLDER / "lab-signs.toml"

Labs = Mapping[str, Mapping[str, Any]]


def pointed_at(labs: Labs) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Conditions for which enough values lie beyond their limits, each with those values as evidence."""
    for code, sign in _signs().items():
        beyond = [test for test in sign["limits"] if test in labs and _is_beyond(labs[test], sign["limits"][test])]
        if len(beyond) >= sign["needed"]:
            yield code, tuple(labs[test]["evidence"] for test in beyond)


@cache
def _signs() -> dict[str, dict[str, Any]]:
    return cast(dict[str, dict[str, Any]], tomllib.loads(_PATH.read_text(encoding="utf-8")))


def _is_beyond(lab: Mapping[str, Any], limits: Mapping[str, float]) -> bool:
    """Limits are by unit; the first one is meant where the writer names none that we know."""
    unit = level(lab["unit"] or "").text.replace(" ", "")
    limit = limits.get(unit, next(iter(limits.values())))
    return bool(lab["value"] >= limit if limit >= 0 else lab["value"] <= -limit)
