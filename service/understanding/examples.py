"""Example messages of each language, sorted by what they tell: what the statistical layer learns from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

from service.understanding.knowledge import condition_codes, red_flag_codes
from service.understanding.knowledge_files import FOLDER, Problem
from service.understanding.reading import INTENTS

Kind = Literal["condition", "red-flag", "intent"]

_SECTION: Final = re.compile(
    r"\[(?:(?P<kind>condition|red-flag|intent) (?P<code>[a-z-]+)|no (?P<none>condition|red-flag))"
    r"(?:; also (?P<also>[a-z, -]+))?(?:; not (?P<others>[a-z, -]+))?\]"
)
_NEXT_LINE: Final = "\\n"
"""Stands in a message of several lines."""
_COMMENT: Final = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True, slots=True)
class Example:
    """One message; `code` is the condition it tells of, the red flag it raises or what the writer wants; None for none.

    `also` is what it tells beside it: other conditions of the patient, other intents. `others` are conditions that it
    names though they are not the patient's.
    """

    language: str
    kind: Kind
    code: str | None
    text: str
    also: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Section:
    """What the messages under a head tell."""

    kind: Kind
    code: str | None
    also: tuple[str, ...]
    others: tuple[str, ...]


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
    section: _Section | None = None
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
            text = line.replace(_NEXT_LINE, "\n")
            yield Example(language, section.kind, section.code, text, section.also, section.others)


def _section(line: str) -> _Section | None:
    match = _SECTION.fullmatch(line)
    if match is None:
        return None
    kind = cast("Kind", match["kind"] or match["none"])
    also, others = _codes(match["also"]), _codes(match["others"])
    named = {*filter(None, [match["code"]]), *also, *others}
    if not named <= codes_of(kind) or (kind == "red-flag" and also) or (kind != "condition" and others):
        return None
    return _Section(kind, match["code"], also, others)


def codes_of(kind: Kind) -> Set[str]:
    """What the messages of a kind may tell."""
    match kind:
        case "condition":
            return condition_codes().keys()
        case "red-flag":
            return red_flag_codes().keys()
        case "intent":
            return frozenset(INTENTS)


def _codes(listed: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in listed.split(",")) if listed else ()
