"""`make eval-conditions`: how often the first condition is right, on messages by people who never saw the knowledge.

Also: in how many messages a condition was reported that is denied, over or another person's ("forbidden"), and how
many of all reported conditions are the patient's ("precision"). `--half sealed` shows figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.understanding.learned.model_store import built
from service.understanding.reader import Reader
from service.understanding.reading import UNCLASSIFIED
from tests.benchmarks.cases import Case, arguments, by_file, cases, read, report, share, text_of


@dataclass(frozen=True)
class Result:
    """One message and the conditions that were reported, surest first."""

    case: Case
    reported: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return bool((self.reported or (UNCLASSIFIED,))[0] == self.case["condition"])

    @property
    def forbidden(self) -> tuple[str, ...]:
        return tuple(code for code in self.reported if code in self.case["forbidden"])

    @property
    def marks(self) -> list[bool]:
        """For each reported condition, whether the patient has it."""
        return [code in (self.case["condition"], *self.case["also"]) for code in self.reported]


def run(half: str, languages: Sequence[str] = (), *, of_set: str = "first") -> list[Result]:
    """Every case of a half, read as the door reads it: the original alone."""
    reader = Reader(model=built())
    found = cases("conditions", half, languages, of_set=of_set)
    return [Result(case, tuple(one.code for one in read(reader, case["text"]).conditions)) for case in found]


def table(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: a row for each language, and one for all."""
    yield "| language | first condition right | share | without forbidden | share | reported rightly | precision |"
    yield "|---|---|---|---|---|---|---|"
    for name, rows in by_file(results):
        first = share(row.is_right for row in rows)
        clean = share(not row.forbidden for row in rows)
        yield f"| {name} | {first} | {clean} | {share(mark for row in rows for mark in row.marks)} |"


def kind_table(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: a row for each way of naming an illness that is not the patient's; nothing for sets without them."""
    kinds = sorted({row.case["kind"] for row in results if "kind" in row.case})
    yield from ("", "| how it is named | without forbidden | share |", "|---|---|---|") if kinds else ()
    for kind in kinds:
        yield f"| {kind} | {share(not row.forbidden for row in results if row.case['kind'] == kind)} |"


def _failures(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        if not result.is_right or not all(result.marks):
            wanted, got = result.case["condition"], ", ".join(result.reported) or "nothing"
            forbidden = f" (forbidden: {', '.join(result.forbidden)})" if result.forbidden else ""
            yield f"- {result.case['id']}: {wanted} wanted, {got} reported{forbidden}{text_of(result.case)}"


def main() -> None:
    options = arguments(__doc__)
    results = run(options.half, options.languages, of_set=options.of_set)
    report(options, (*table(results), *kind_table(results)), _failures(results))


if __name__ == "__main__":
    main()
