"""Checks the knowledge files for whoever corrects them: what cannot be read, stands twice, clashes or is missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, get_args

from service.understanding import concepts, examples, knowledge_files, shorthand
from service.understanding.knowledge import sections
from service.understanding.knowledge_files import KINDS, KnowledgeFile, Line, Problem
from service.understanding.terms.elements import Choice, Element, Word

_EMPTY_OPTION: Final = re.compile(r"\(\s*\||\|\s*\||\|\s*\)")
_STATE: Final = re.compile(r"^#\s*state\s*:", re.MULTILINE)
_HEAD: Final = 400
_SHORTEST_STEM: Final = 3
_LAST_ALPHABET: Final = "\u0780"
"""Scripts up to here write a letter for a sound; beyond, a sign is a syllable or a word, and two are enough."""
_EVERYDAY_SECTIONS: Final = ("who.", "negation.", "numbers", "clause", "now", "past", "ongoing", "intent.")


def check(languages: Sequence[str] = ()) -> list[Problem]:
    """Every problem in the files of these languages, or of all."""
    wanted = languages or knowledge_files.languages()
    return [problem for language in wanted for problem in _check_language(language)]


def _check_language(language: str) -> Iterator[Problem]:
    yield from _check_examples(language)
    yield from _check_concepts(language)
    yield from _check_shorthand(language)
    for kind in KINDS:
        file = _read(kind, language)
        if not file.path.is_file():
            yield Problem(file.path, 0, "there is no such file yet")
            continue
        yield from file.problems
        if file.state is None:
            yield Problem(file.path, 1, "the head of the file says no state, such as “# state: machine-drafted”")
        yield from _duplicates(file)
        yield from _empty_options(file)
        yield from _clashes(file)
        yield from _loose_stems(file)
        if kind == "red-flags":
            yield from _missing(file)
        if kind != "cues":
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


def _empty_options(file: KnowledgeFile) -> Iterator[Problem]:
    """ "(pain||ache)": an empty place lets the whole bracket be left out, which is written with a question mark."""
    for line in file.lines:
        if _EMPTY_OPTION.search(line.term.text):
            yield Problem(file.path, line.number, f"“{line.term.text}”: a bracket has an empty place")


def _clashes(file: KnowledgeFile) -> Iterator[Problem]:
    """The same firm term cannot name two conditions; as a hint it may point at several."""
    first: dict[object, Line] = {}
    for line in file.lines if file.kind == "conditions" else ():
        if line.term.idiom or line.term.weak:
            continue
        earlier = first.setdefault(line.term.parts, line)
        if earlier.section != line.section:
            where = f"[{earlier.section}] in line {earlier.number}"
            yield Problem(file.path, line.number, f"“{line.term.text}” names {where}, too: make both hints (?)")


def _check_examples(language: str) -> Iterator[Problem]:
    """Example messages: what cannot be read, a head without a state, and codes that have none."""
    path = examples.path_of(language)
    if not path.is_file():
        return
    found, problems = examples.read(language)
    yield from problems
    yield from _no_state(path)
    for kind in get_args(examples.Kind):
        present = {one.code for one in found if one.kind == kind}
        for code in sorted(examples.codes_of(kind) - present):
            yield Problem(path, 1, f"no example for [{kind} {code}]")
        if kind != "intent" and None not in present:
            yield Problem(path, 1, f"no example for [no {kind}]")


def _check_concepts(language: str) -> Iterator[Problem]:
    """The words of the ideas: what cannot be read, ideas without a line, and a head without a state."""
    path = concepts.path_of(language)
    if not path.is_file():
        return
    yield from concepts.read(language)[1]
    yield from _no_state(path)


def _check_shorthand(language: str) -> Iterator[Problem]:
    """What people clip: what cannot be read, full words as clipped ones, and a head without a state."""
    path = shorthand.path_of(language)
    if not path.is_file():
        return
    clipped, problems = shorthand.read(language)
    yield from problems
    yield from _no_state(path)
    full = {word for _, phrase in clipped for word in phrase.split()}
    for key, phrase in clipped:
        if len(key) == 1 and key[0] in full:
            yield Problem(path, 1, f"“{key[0]}” for “{phrase}” is itself a full word of this file")


def _no_state(path: Path) -> Iterator[Problem]:
    if not _STATE.search(path.read_text(encoding="utf-8")[:_HEAD]):
        yield Problem(path, 1, "the head of the file says no state, such as “# state: machine-drafted”")


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
    """A term of one word that is an everyday word of another language would be found there, too."""
    everyday = _everyday_words()
    for line in file.lines:
        words = list(_words(element for part in line.term.parts for element in part))
        is_firm = not (line.term.idiom or line.term.weak)
        if len(words) == 1 and is_firm and words[0].fit == "whole":
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
