"""`python -m tests.benchmarks.examples LANGUAGE…`: which examples of the knowledge are not read as they should be.

Emergencies must raise a red flag. Every other example, those of conditions among them, must not, apart from the
`[condition …]` ones that describe an emergency on purpose: those are listed, to be looked at. The first condition
must be the section's.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from service.understanding import examples
from service.understanding.examples import Example
from service.understanding.reader import Reader
from service.understanding.reading import Reading
from tests.benchmarks.cases import read, share


def fault(example: Example, reading: Reading) -> str | None:
    """What is wrong with a reading, in a few words."""
    fired = ", ".join(flag.code for flag in reading.red_flags)
    if example.kind == "red-flag" and example.code:
        return None if fired else "nothing fired"
    if fired:
        return f"{fired} fired"
    if example.kind == "condition" and reading.condition != (example.code or "unclassified"):
        return f"{reading.condition} read"
    return None


def report(language: str, reader: Reader) -> Iterator[str]:
    found, problems = examples.read(language)
    for problem in problems:
        yield f"{problem.path.name}:{problem.line}: {problem.message}"
    readings = [(example, read(reader, example.text)) for example in found]
    for example, reading in readings:
        if message := fault(example, reading):
            yield f"- [{example.kind} {example.code}] {message} ({reading.language}): {example.text}"
    emergencies = [bool(reading.red_flags) for example, reading in readings if _is_emergency(example)]
    silent = [not reading.red_flags for example, reading in readings if not _is_emergency(example)]
    first = [
        reading.condition == (example.code or "unclassified")
        for example, reading in readings
        if example.kind == "condition"
    ]
    yield f"{language}: emergencies {share(emergencies)} · silent {share(silent)} · first condition {share(first)}"


def _is_emergency(example: Example) -> bool:
    return example.kind == "red-flag" and example.code is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=examples.languages())
    reader = Reader()
    for language in parser.parse_args().languages:
        print("\n".join(report(language, reader)))


if __name__ == "__main__":
    main()
