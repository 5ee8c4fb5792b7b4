"""Says which ideas a text speaks of, whatever its language: what the statistical layer pools over all languages.

"Sein Mund hängt schief" and "babamın ağzı kaydı" both speak of a crooked mouth. The ideas stand in
`knowledge/concepts.txt`, and which words of a language mean each of them in `knowledge/concepts/<language>.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from marisa_trie import RecordTrie

from service.understanding import knowledge_files
from service.understanding.knowledge_files import Problem
from service.understanding.terms.lexicon import without_prefixes
from service.understanding.text.words import Words, split

_COMMENT: Final = re.compile(r"(^|\s)#.*")
_CHINESE: Final = "zh"
_SHORTEST_STEM: Final = 3
_SHORTEST_SYLLABLES: Final = 2
_LAST_ALPHABET: Final = "\u0780"
"""Scripts up to here write a letter for a sound; beyond, a sign is a syllable or a word."""
_LONGEST: Final = 4
_LONGEST_HAN: Final = 10
_REMEMBERED: Final = 5_000
_REMEMBERED_KEYS: Final = 2_000
RECORD: Final = "<H"

Stands = tuple[int, int]
"""An idea, by its number in the list, and the word where it stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """A word or a phrase of an idea, levelled; with `open_end` its last word may go on."""

    idea: int
    words: tuple[str, ...]
    open_end: bool


_Rests = dict[str, tuple[str, ...]]
"""What may stand behind a word so that both are one phrase, by its first letter, the longest first."""


class Concepts:
    """The words of all languages by the ideas that they stand for."""

    def __init__(self, trie: RecordTrie) -> None:
        self._trie = trie
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._ideas = lru_cache(maxsize=_REMEMBERED_KEYS)(self._ideas_of)

    def of(self, words: Words, language: str, masked: Set[int] = frozenset()) -> list[Stands]:
        """The ideas of a text, in its order; within a phrase that stands for one, single words say nothing."""
        found: list[Stands] = []
        written, look_up, place = words.words, self._remembered, 0
        last = len(written) - 1
        while place <= last:
            length = 1
            if place not in masked:
                ideas, rests = look_up(language, written[place])
                if rests and place < last and (options := rests.get(written[place + 1][0])):
                    following = _following(language, written, place + 1)
                    if rest := next(filter(following.startswith, options), None):
                        ideas = self._ideas(_beginning(language, written[place]) + rest)
                        length = _length(rest, language, written, place)
                found += [(idea, place) for idea in ideas]
            place += length
        return found

    def known(self, words: Words, language: str) -> int:
        """How many ideas of a text the language has words for."""
        return len({place for _, place in self.of(words, language)})

    def _look_up(self, language: str, word: str) -> tuple[tuple[int, ...], _Rests]:
        """The ideas of a word by itself, and how the phrases go on that begin with it."""
        key, beginning = self._longest(language, word), _beginning(language, word)
        rests = {key[len(beginning) :] for key in self._trie.iterkeys(beginning)}
        by_letter: dict[str, list[str]] = {}
        for rest in sorted(filter(None, rests), key=len, reverse=True):
            by_letter.setdefault(rest[0], []).append(rest)
        return self._ideas(key) if key else (), {letter: tuple(known) for letter, known in by_letter.items()}

    def _ideas_of(self, key: str) -> tuple[int, ...]:
        return tuple(idea for (idea,) in self._trie[key])

    def _longest(self, language: str, word: str) -> str:
        """The longest key with which a word begins, or what is left of it without its prefix."""
        if language == _CHINESE:
            return self._last(language, word)
        return self._last(language, f"{word} ") or next(
            filter(None, (self._last(language, f"{bare} ") for bare in without_prefixes(word, language))), ""
        )

    def _last(self, language: str, text: str) -> str:
        keys: list[str] = self._trie.prefixes(f"{language}\t{text}")
        return keys[-1] if keys else ""


def _beginning(language: str, word: str) -> str:
    """With what the keys of the phrases begin that begin with a word."""
    return f"{language}\t{word}{'' if language == _CHINESE else ' '}"


def _following(language: str, written: Sequence[str], place: int) -> str:
    """As much of a text as a phrase may hold, as the keys write it."""
    if language == _CHINESE:
        return "".join(written[place : place + _LONGEST_HAN - 1])
    return " ".join(written[place : place + _LONGEST - 1]) + " "


def _length(rest: str, language: str, written: Sequence[str], place: int) -> int:
    """How many words a phrase has that begins at a place and goes on with `rest`."""
    if language != _CHINESE:
        return rest.rstrip(" ").count(" ") + 2
    signs, length = len(rest), 1
    while signs > 0:
        signs -= len(written[place + length])
        length += 1
    return length


def compile_trie(languages: Iterable[str]) -> RecordTrie:
    """All words of these languages; keys are "es<tab>boca " for a whole word, "es<tab>torc" for one that may go on."""
    return RecordTrie(
        RECORD,
        [
            (_key(language, line), (line.idea,))
            for language in sorted(languages)
            for line in dict.fromkeys(read(language)[0])
        ],
    )


def _key(language: str, line: Line) -> str:
    if language == _CHINESE:
        return f"{language}\t{''.join(line.words)}"
    return f"{language}\t{' '.join(line.words)}{'' if line.open_end else ' '}"


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
