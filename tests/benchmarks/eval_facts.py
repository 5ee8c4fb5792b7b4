"""`make eval-facts`: which facts about the patient are read rightly, on messages by people who never saw the knowledge.

For each fact: how many of those that a message tells are read as they are told, and how many of those that are read are
right. `--half sealed` shows figures alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.understanding.learned.model_store import built
from service.understanding.reader import Reader
from service.understanding.reading import Reading
from tests.benchmarks.cases import Case, arguments, cases, read, report, share, text_of

_NAMES: Final = (
    *("age", "sex", "who", "country", "city", "phone", "email", "budget", "labs", "weight_kg", "height_cm"),
    *("medicines", "allergies", "duration", "intent"),
)
_ROUNDING: Final = 1.0
"""Kilograms and centimetres that come of pounds, feet and inches may be rounded so much."""
_NONE: Final = ("allergies", 0)


@dataclass(frozen=True)
class Result:
    """One message, and its facts as they were told and as they were read, each in a form that can be compared."""

    case: Case
    told: dict[str, Any]
    read: dict[str, Any]

    def is_right(self, name: str) -> bool:
        told, read = self.told.get(name), self.read.get(name)
        if name in ("weight_kg", "height_cm") and told is not None and read is not None:
            return abs(float(told) - float(read)) <= _ROUNDING
        if name == "city" and told is not None and read is not None:
            return _plain(told) == _plain(read)
        return bool(told == read)


def run(half: str, languages: Sequence[str] = (), *, of_set: str = "first") -> list[Result]:
    """Every case of a half, read as the door reads it: the original alone."""
    reader = Reader(model=built())
    return [
        Result(case, _comparable(case["facts"]), _comparable(_told(read(reader, case["text"]))))
        for case in cases("facts", half, languages, of_set=of_set)
    ]


def _plain(name: str) -> str:
    """A city as it may be written without accents and signs: Zahlé, Cox's Bazar."""
    return "".join(letter for letter in unicodedata.normalize("NFD", name.casefold()) if letter.isalnum())


def _told(reading: Reading) -> dict[str, Any]:
    facts = dict(reading.facts)
    facts["labs"] = {test: lab["value"] for test, lab in facts.get("labs", {}).items()}
    facts["allergies"] = len(facts.get("allergies", ()))
    return facts | {"intent": reading.intent}


def _comparable(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what is not there; medicines in any order. Who writes of nobody else writes of themselves."""
    found = {name: facts[name] for name in _NAMES if facts.get(name) not in (None, {}) and (name, facts[name]) != _NONE}
    if "medicines" in found:
        found["medicines"] = sorted(str(name).casefold() for name in found["medicines"])
    return {"who": "self"} | found


def table(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: a row for each fact."""
    yield "| fact | read as told | share | right of those read | share |"
    yield "|---|---|---|---|---|"
    for name in _NAMES:
        told = share(result.is_right(name) for result in results if name in result.told)
        read = share(result.is_right(name) for result in results if name in result.read)
        yield f"| {name} | {told} | {read} |"


def _failures(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        for name in _NAMES:
            if not result.is_right(name):
                told, found = result.told.get(name), result.read.get(name)
                yield f"- {result.case['id']}, {name}: {told} told, {found} read{text_of(result.case)}"


def main() -> None:
    options = arguments(__doc__)
    results = run(options.half, options.languages, of_set=options.of_set)
    report(options, table(results), _failures(results))


if __name__ == "__main__":
    main()
