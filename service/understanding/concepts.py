"""Says which ideas a text speaks of, whatever its language: what the statistical layer pools over all languages.

"Sein Mund hängt schief" and "babamın ağzı kaydı" both speak of a crooked mouth. The ideas stand in
`knowledge/concepts.txt`, and which words of a language mean each of them in `knowledge/concepts/<language>.txt`.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from service.understanding import knowledge_files
from service.understanding.concept_table import CHINESE, lay_out
from service.understanding.knowledge_files import Problem
from service.understanding.text.words import split

_COMMENT: Final = re.compile(r"(^|\s)#.*")
_SHORTEST_STEM: Final = 3
_SHORTEST_SYLLABLES: Final = 2
_LAST_ALPHABET: Final = "\u0780"
"""Scripts up to here write a letter for a sound; beyond, a sign is a syllable or a word."""
Stands = tuple[int, int]
"""An idea, by its number in the list, and the word where it stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """A word or a phrase of an idea, levelled; with `open_end` its last word may go on."""

    idea: int
    words: tuple[str, ...]
    open_end: bool


def compile_table(languages: Iterable[str]) -> array[int]:
    """All words of these languages, for `Concepts`.

    Keys are "es<tab>boca " for a whole word, "es<tab>torc" for one that may go on; a key without ideas is where a word
    of a phrase ends that goes on.
    """
    ideas: dict[str, list[int]] = {}
    for language in sorted(languages):
        for line in read(language)[0]:
            key = _key(language, line)
            ideas.setdefault(key, []).append(line.idea)
            for beginning in _beginnings(language, key):
                ideas.setdefault(beginning, [])
    return lay_out({key: _in_order(listed) for key, listed in ideas.items()})


def _key(language: str, line: Line) -> str:
    if language == CHINESE:
        return f"{language}\t{''.join(line.words)}"
    return f"{language}\t{' '.join(line.words)}{'' if line.open_end else ' '}"


def _beginnings(language: str, key: str) -> Iterator[str]:
    """What is left of a key where one of its words ends; in Chinese, any sign may end one."""
    first = len(language) + 2
    return (key[:end] for end in range(first, len(key)) if language == CHINESE or key[end - 1] == " ")


def _in_order(ideas: Iterable[int]) -> tuple[int, ...]:
    """The ideas of a key, each once, in the order in which the model has learned to hear them.

    It is that of the lower bytes of their numbers, but those that share one come first.
    """
    listed = set(ideas)
    sharing = Counter(idea & 255 for idea in listed)
    return tuple(sorted(listed, key=lambda idea: (-sharing[idea & 255], idea & 255, idea)))


@cache
def codes() -> tuple[str, ...]:
    """Every idea, in the order of the list."""
    lines = list_of_codes().read_text(encoding="utf-8").splitlines()
    return tuple(line.split()[0] for line in lines if line.strip() and line[0] not in "#[")


@cache
def distancing() -> frozenset[int]:
    """The ideas, by their numbers in the list, that keep danger at a distance."""
    numbers = {code: number for number, code in enumerate(codes())}
    return frozenset(map(numbers.__getitem__, knowledge_files.table("distance.toml")["ideas"]))


def list_of_codes() -> Path:
    return knowledge_files.FOLDER / "concepts.txt"


def path_of(language: str) -> Path:
    return knowledge_files.FOLDER / "concepts" / f"{language}.txt"


@cache
def languages() -> frozenset[str]:
    """The languages whose words are known."""
    return frozenset(path.stem for path in (knowledge_files.FOLDER / "concepts").glob("*.txt"))


def read(language: str) -> tuple[list[Line], list[Problem]]:
    """The file of a language, and what is wrong in it; lines with mistakes are left out."""
    problems: list[Problem] = []
    return list(_lines(path_of(language), problems)), problems


def _lines(path: Path, problems: list[Problem]) -> Iterator[Line]:
    numbers = {code: number for number, code in enumerate(codes())}
    seen: dict[str, int] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = _COMMENT.sub("", raw).strip()
        if not line:
            continue
        code, colon, listed = line.partition(":")
        code = code.strip()
        if not colon or code not in numbers:
            problems.append(Problem(path, number, f"“{code}” is no idea of concepts.txt"))
            continue
        if code in seen:
            problems.append(Problem(path, number, f"“{code}” stands already in line {seen[code]}"))
        seen[code] = number
        for item in filter(None, map(str.strip, listed.split(","))):
            words = tuple(split(item.rstrip("*")).words)
            if not words:
                problems.append(Problem(path, number, f"“{item}” holds no word"))
            elif "*" in item[:-1]:
                problems.append(Problem(path, number, f"“{item}”: only the end of the last word may be open"))
            elif item.endswith("*") and _is_loose(words):
                problems.append(Problem(path, number, f"“{item}”: too many words begin so"))
            else:
                yield Line(numbers[code], words, item.endswith("*"))
    problems += (Problem(path, 1, f"nothing is said of “{code}”") for code in numbers if code not in seen)


def _is_loose(words: tuple[str, ...]) -> bool:
    """Whether a stem by itself is so short that words begin with it by chance; behind another word it may be."""
    shortest = _SHORTEST_STEM if words[-1][0] < _LAST_ALPHABET else _SHORTEST_SYLLABLES
    return len(words) == 1 and len(words[0]) < shortest
