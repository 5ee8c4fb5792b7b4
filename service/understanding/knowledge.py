"""What dragoman knows: codes and their labels, joining words, and each language's terms, compiled on first use."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from service.understanding import compiled, countries, knowledge_files
from service.understanding.knowledge_files import CUE_SECTIONS
from service.understanding.reading import Level
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import Match
from service.understanding.terms.patterns import Entry

Effect = Literal["silent", "urgent", "stays"]
ENGLISH: Final = "en"

_FACTS: Final = "facts"
_COUNTRIES: Final = "countries"


@dataclass(frozen=True, slots=True)
class RedFlagCode:
    """A red flag: its name for the console, its level, and what a past or a long course does to it."""

    code: str
    label: str
    level: Level
    group: str
    past: Effect
    long_standing: Effect


@dataclass(frozen=True, slots=True)
class ConditionCode:
    """A condition: its names, who treats it, whether it can be over, mostly comes with another, or is told of by a
    child that is wished for, and the one sex that has it, "" where both do.
    """

    code: str
    name: str
    label: str
    specialty: str
    icd10: tuple[str, ...]
    ends: bool
    companion: bool
    wished_child: bool
    sex: str
    confused_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoiningWords:
    """The words of a language that go on with a list: "and", and "or" (which also goes on with a denial).

    `others` are words, as written, that look like one of them once their accents are levelled: the Portuguese "é", is.
    `asking` are particles that end a question.
    """

    both: frozenset[str]
    either: frozenset[str]
    others: frozenset[str]
    asking: frozenset[str]


@cache
def red_flag_codes() -> Mapping[str, RedFlagCode]:
    return {
        code: RedFlagCode(code, row["label"], row["level"], row["group"], row["past"], row["long-standing"])
        for code, row in knowledge_files.table("red-flags.toml").items()
    }


@cache
def condition_codes() -> Mapping[str, ConditionCode]:
    return {
        code: ConditionCode(
            code,
            row["name"],
            row["label"],
            row["specialty"],
            tuple(row["icd10"]),
            row["ends"],
            row["companion"],
            row.get("wished-child", False),
            row.get("sex", ""),
            tuple(row["confused-with"]),
        )
        for code, row in knowledge_files.table("conditions.toml").items()
    }


@cache
def joining_words(language: str) -> JoiningWords:
    row = knowledge_files.table("joining-words.toml").get(language, {})
    return JoiningWords(*(frozenset(row.get(key, ())) for key in ("and", "or", "not", "asking")))


@cache
def distancing_cues() -> frozenset[str]:
    """The sections of cues that keep danger at a distance, as some ideas do (`concepts.distancing`)."""
    return frozenset(knowledge_files.table("distance.toml")["cues"])


@cache
def languages() -> frozenset[str]:
    """The languages of which anything is known."""
    return frozenset(knowledge_files.languages())


def sections(kind: str) -> frozenset[str]:
    """The sections that a file of this kind may have."""
    if kind == "cues":
        return CUE_SECTIONS
    return frozenset(red_flag_codes() if kind == "red-flags" else condition_codes())


@cache
def matcher(language: str) -> Matcher:
    """The terms of one language, from set-up's file or compiled on first use; lines with mistakes are left out.

    They are kept for good, so that looking through them for garbage again and again would be time lost.
    """
    with _without_collection():
        known = compiled.load(language) or compile_terms(language)
    gc.freeze()
    return known


def written(match: Match, language: str) -> str:
    """The term that was found, as it is written in the knowledge file of a language."""
    return _texts(language)[match.pattern.number]


@cache
def _texts(language: str) -> Sequence[str]:
    return tuple(entry.term.text for entry in _entries(language))


def compile_terms(language: str) -> Matcher:
    return Matcher(language, list(_entries(language)))


def keep(languages: Iterable[str]) -> None:
    """Has these languages ready now, so that no patient waits for them."""
    for language in languages:
        matcher(language)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Compiling makes a great many objects and no garbage: looking for any would take half of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _entries(language: str) -> Iterator[Entry]:
    listed: set[str | None] = set()
    for kind in knowledge_files.KINDS:
        for line in knowledge_files.read(kind, language, sections(kind)).lines:
            if kind != "cues":
                yield Entry(kind, line.section, line.term, line.value)
                continue
            if line.section == _COUNTRIES:
                listed.add(line.value)
            for group in _groups(line.section):
                yield Entry(group, line.section, line.term, line.value)
    for term, code in countries.terms(language, listed):
        yield Entry(_FACTS, _COUNTRIES, term, code)


def _groups(section: str) -> tuple[str, ...]:
    """Cues are looked up in two goes: what bounds a finding, and what tells a fact; a duration does both."""
    if section == "numbers":
        return ("numbers",)
    if section.startswith("duration."):
        return ("scope", _FACTS) if section in knowledge_files.SCOPE_SECTIONS else (_FACTS,)
    return ("scope",) if section in knowledge_files.SCOPE_SECTIONS else (_FACTS,)
