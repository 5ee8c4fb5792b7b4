"""`make eval-red-flags`: sensitivity and specificity on messages written by people who never saw the knowledge files.

A message counts as found when any red flag fires, as silent when none does. `--half sealed` shows figures alone, so
that nobody mends terms against what is sealed; `--half open` names each failure.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from service.understanding.reader import Reader
from translations import identify

FOLDER: Final = Path(__file__).resolve().parents[1] / "cases" / "red_flags"


@dataclass(frozen=True)
class Result:
    """One message and the codes that fired."""

    case: dict[str, Any]
    fired: tuple[str, ...]

    @property
    def is_emergency(self) -> bool:
        return bool(self.case["kind"] == "emergency")

    @property
    def is_right(self) -> bool:
        return bool(self.fired) == self.is_emergency


def run(half: str) -> list[Result]:
    """Every case of a half, read as the door reads it."""
    reader = Reader()
    return [Result(case, _fired(reader, case["text"])) for case in _cases() if case["sealed"] == (half == "sealed")]


def _cases() -> Iterable[dict[str, Any]]:
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield {**json.loads(line), "file": path.stem}


def _fired(reader: Reader, text: str) -> tuple[str, ...]:
    found = identify.identify(text)
    flags = reader.red_flags(text, language=found.language, candidates=identify.candidates(text))
    return tuple(flag.code for flag in flags)


def table(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: a row for each language, and one for all."""
    yield "| language | emergencies found | sensitivity | near misses silent | specificity |"
    yield "|---|---|---|---|---|"
    by_file: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_file[result.case["file"]].append(result)
    for name, rows in [*sorted(by_file.items()), ("**all**", list(results))]:
        yield f"| {name} | {_share([row for row in rows if row.is_emergency])} | {_share(_near(rows))} |"


def flag_table(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: of the emergencies whose main flag is this one, how many were found, and by this very flag."""
    yield "| red flag | found | sensitivity | by its own code |"
    yield "|---|---|---|---|"
    by_flag: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.is_emergency:
            by_flag[result.case["flags"][0]].append(result)
    for code, rows in sorted(by_flag.items()):
        own = sum(bool(set(row.fired) & set(row.case["flags"])) for row in rows)
        yield f"| {code} | {_share(rows)} | {own} |"


def _near(rows: Sequence[Result]) -> list[Result]:
    return [row for row in rows if not row.is_emergency]


def _share(rows: Sequence[Result]) -> str:
    right = sum(row.is_right for row in rows)
    return f"{right}/{len(rows)} | {right / len(rows):.3f}" if rows else "0/0 | –"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("open", "sealed"), default="open")
    parser.add_argument("--failures", action="store_true", help="name the failures of the sealed half as well")
    options = parser.parse_args()
    results = run(options.half)
    print("\n".join([*table(results), "", *flag_table(results)]))
    if options.half == "open" or options.failures:
        print()
        for result in results:
            if not result.is_right:
                what = ", ".join(result.fired) or "nothing"
                print(f"- {result.case['id']} ({', '.join(result.case['flags']) or 'near miss'}): {what} fired")


if __name__ == "__main__":
    main()
