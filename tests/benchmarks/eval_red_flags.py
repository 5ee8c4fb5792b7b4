"""`make eval-red-flags`: sensitivity and specificity on messages written by people who never saw the knowledge files.

A message counts as found when any red flag fires, as silent when none does. `--half sealed` shows figures alone, so
that nobody mends terms against what is sealed; `--half open` names each failure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.understanding.learned.model_store import built
from service.understanding.reader import Reader
from tests.benchmarks.cases import Case, arguments, by_file, cases, report, share, text_of
from translations import identify


@dataclass(frozen=True)
class Result:
    """One message and the codes that fired."""

    case: Case
    fired: tuple[str, ...]

    @property
    def is_emergency(self) -> bool:
        return bool(self.case["kind"] == "emergency")

    @property
    def is_right(self) -> bool:
        return bool(self.fired) == self.is_emergency


def run(half: str, languages: Sequence[str] = (), *, of_set: str = "first") -> list[Result]:
    """Every case of a half, read as the door reads it."""
    reader = Reader(model=built())
    found = cases("red_flags", half, languages, of_set=of_set)
    return [Result(case, _fired(reader, case["text"])) for case in found]


def _fired(reader: Reader, text: str) -> tuple[str, ...]:
    found = identify.identify(text)
    flags = reader.red_flags(text, language=found.language, candidates=identify.candidates(text))
    return tuple(flag.code for flag in flags)


def table(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: a row for each language, and one for all."""
    yield "| language | emergencies found | sensitivity | near misses silent | specificity |"
    yield "|---|---|---|---|---|"
    for name, rows in by_file(results):
        found = share(row.is_right for row in rows if row.is_emergency)
        yield f"| {name} | {found} | {share(row.is_right for row in rows if not row.is_emergency)} |"


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
        yield f"| {code} | {share(row.is_right for row in rows)} | {own} |"


def _failures(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        if not result.is_right:
            what, flags = ", ".join(result.fired) or "nothing", ", ".join(result.case["flags"]) or "near miss"
            yield f"- {result.case['id']} ({flags}): {what} fired{text_of(result.case)}"


def main() -> None:
    options = arguments(__doc__)
    results = run(options.half, options.languages, of_set=options.of_set)
    report(options, (*table(results), "", *flag_table(results)), _failures(results))


if __name__ == "__main__":
    main()
