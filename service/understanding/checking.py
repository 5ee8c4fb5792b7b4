"""Checks the knowledge files for whoever corrects them: what cannot be read, stands twice, clashes or is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from service.understanding import knowledge_files
from service.understanding.elements import Choice, Element, Word
from service.understanding.knowledge import sections
from service.understanding.knowledge_files import KINDS, KnowledgeFile, Line, Problem

_SHORTEST_STEM: Final = 3
_LAST_ALPHABET: Final = "\u0780"
"""Scripts up to here write a letter for a sound; beyond, a sign is a syllable or a word, and two are enough."""
_EVERYDAY_SECTIONS: Final = ("who.", "negation.", "numbers", "clause", "now", "past", "ongoing", "intent.")


def check(languages: Sequence[str] = ()) -> list[Problem]:
    """Every problem in the files of these languages, or of all."""
    wanted = languages or knowledge_files.languages()
    return [problem for language in wanted for problem in _check_language(language)]


def _check_language(language: str) -> Iterator[Problem]:
    for kind in KINDS:
        file = _read(kind, language)
        if not file.path.is_file():
            yield Problem(file.path, 0, "there is no such file yet")
            continue
        yield from file.problems
        if file.state is None:
            yield Problem(file.path, 1, "the head of the file says no state, such as “# state: machine-drafted”")
        yield from _duplicates(file)
        yield from _loose_stems(file)
        if kind == "red-flags":
            yield from _missing(file)
            yield from _everyday_elsewhere(file)


@cache
def _read(kind: str, language: str) -> KnowledgeFile:
    return knowledge_files.read(kind, language, sections(kind))


def _duplicates(file: KnowledgeFile) -> Iterator[Problem]:
    first: dict[tuple[str, object, bool], Line] = {}
    for line in file.lines:
        earlier = first.setdefault((line.section, line.term.parts, line.term.idiom), line)
        if earlier is not line:
            message = f"“{line.term.text}” stands already in line {earlier.number}, perhaps in another spelling"
            yield Problem(file.path, line.number, message)


def _loose_stems(file: KnowledgeFile) -> Iterator[Problem]:
    """A term that is one short open word matches by chance; inside a longer term it may be right."""
    for line in file.lines:
        words = list(_words(element for part in line.term.parts for element in part))
        only = words[0] if len(words) == 1 else None
        if only and only.fit != "whole" and len(only.text) < _SHORTEST_STEM and only.text[0] < _LAST_ALPHABET:
            yield Problem(file.path, line.number, f"“{line.term.text}”: too many words begin so")


def _missing(file: KnowledgeFile) -> Iterator[Problem]:
    present = {line.section for line in file.lines if not line.term.idiom}
    for code in sorted(sections(file.kind) - present):
        yield Problem(file.path, 1, f"no term for [{code}]")


def _everyday_elsewhere(file: KnowledgeFile) -> Iterator[Problem]:
    """A red flag of one word that is an everyday word of another language would raise false alarms there."""
    everyday = _everyday_words()
    for line in file.lines:
        words = list(_words(element for part in line.term.parts for element in part))
        if len(words) == 1 and not line.term.idiom and words[0].fit == "whole":
            others = sorted(everyday.get(words[0].text, frozenset()) - {file.language})
            if others:
                message = f"“{line.term.text}” is an everyday word in {', '.join(others)}"
                yield Problem(file.path, line.number, message)


@cache
def _everyday_words() -> dict[str, set[str]]:
    """Single words that the cues of each language know, with their languages."""
    found: dict[str, set[str]] = defaultdict(set)
    for language in knowledge_files.languages():
        for line in _read("cues", language).lines:
            words = list(_words(element for part in line.term.parts for element in part))
            if len(words) == 1 and line.section.startswith(_EVERYDAY_SECTIONS):
                found[words[0].text].add(language)
    return found


def _words(elements: Iterable[Element]) -> Iterator[Word]:
    for element in elements:
        if isinstance(element, Word):
            yield element
        elif isinstance(element, Choice):
            for option in element.options:
                yield from _words(option)
