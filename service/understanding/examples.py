"""Example messages of each language, sorted by what they tell: what the statistical layer learns from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from service.understanding.knowledge import condition_codes, red_flag_codes
from service.understanding.knowledge_files import FOLDER, Problem

Kind = Literal["condition", "red-flag"]


_SECTION: Final = re.compile(r"\[(?:(condition|red-flag) ([a-z-]+)|no (condition|red-flag))\]")
_COMMENT: Final = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True, slots=True)
class Example:
    """One message; `code` is the condition it tells of or the red flag it raises, None for neither."""

    language: str
    kind: Kind
    code: str | None
    text: str


def path_of(language: str) -> Path:
    return FOLDER / "examples" / f"{language}.txt"


def languages() -> tuple[str, ...]:
    """The languages of which there are examples."""
    return tuple(sorted(path.stem for path in (FOLDER / "examples").glob("*.txt")))


def read(language: str) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    """The examples of a language, and what is wrong in the file; a language that has none gives nothing."""
    path = path_of(language)
    if not path.is_file():
        return (), ()
    problems: list[Problem] = []
    return tuple(_examples(path, language, problems)), tuple(problems)


def _examples(path: Path, language: str, problems: list[Problem]) -> Iterator[Example]:
    section: tuple[Kind, str | None] | None = None
    seen: dict[str, int] = {}
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), start=1):
        line = _COMMENT.sub("", raw).strip()
        if line.startswith("["):
            section = _section(line)
            if section is None:
                problems.append(Problem(path, number, f"there is no section {line}"))
        elif line and section is None:
            problems.append(Problem(path, number, "an example before any known section"))
        elif line and line in seen:
            problems.append(Problem(path, number, f"this stands already in line {seen[line]}"))
        elif line and section is not None:
            seen[line] = number
            yield Example(language, section[0], section[1], line)


def _section(line: str) -> tuple[Kind, str | None] | None:
    match = _SECTION.fullmatch(line)
    if match is None:
        return None
    if match[1] is None:
        return ("condition" if match[3] == "condition" else "red-flag"), None
    codes = condition_codes() if match[1] == "condition" else red_flag_codes()
    return (("condition" if match[1] == "condition" else "red-flag"), match[2]) if match[2] in codes else None
