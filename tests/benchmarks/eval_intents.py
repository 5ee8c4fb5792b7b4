"""`make eval-intents`: what the writer wants, on messages by people who never saw the knowledge.

For each intent: how many of the messages that want it first are read so, and how many of those read so do. For each
language: how often the first intent is right, and how often the right one is among those found. `--half sealed` shows
figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.understanding.learned.model_store import built
from service.understanding.reader import Reader
from service.understanding.reading import INTENTS
from tests.benchmarks.cases import Case, arguments, by_file, cases, read, report, share, text_of


@dataclass(frozen=True)
class Result:
    """One message, and the intents read of it, the first reported."""

    case: Case
    read: tuple[str, ...]

    @property
    def wanted(self) -> str:
        return str(self.case["intent"])

    @property
    def is_right(self) -> bool:
        return self.read[0] == self.wanted


def run(half: str, languages: Sequence[str] = (), *, of_set: str = "first") -> list[Result]:
    """Every case of a half, read as the door reads it: the original alone."""
    reader = Reader(model=built())
    return [
        Result(case, read(reader, case["text"]).intents) for case in cases("intents", half, languages, of_set=of_set)
    ]


def tables(results: Sequence[Result]) -> Iterable[str]:
    """Markdown: a row for each intent, then one for each language."""
    yield "| intent | read as told | share | right of those read | share |"
    yield "|---|---|---|---|---|"
    for intent in INTENTS:
        told = share(result.is_right for result in results if result.wanted == intent)
        read = share(result.is_right for result in results if result.read[0] == intent)
        yield f"| {intent} | {told} | {read} |"
    yield ""
    yield "| language | first intent right | share | right one found | share |"
    yield "|---|---|---|---|---|"
    for name, group in by_file(results):
        first = share(result.is_right for result in group)
        found = share(result.wanted in result.read for result in group)
        yield f"| {name} | {first} | {found} |"


def _failures(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        if not result.is_right:
            yield f"- {result.case['id']}: {result.wanted} told, {', '.join(result.read)} read{text_of(result.case)}"


def main() -> None:
    options = arguments(__doc__)
    results = run(options.half, options.languages, of_set=options.of_set)
    report(options, tables(results), _failures(results))


if __name__ == "__main__":
    main()
