"""Writes out what people clip when they text: "pls hlp my dad cnt brth" as "please help my dad cannot breath".

What is clipped in a language stands in `knowledge/shorthand/<language>.txt`, a word or phrase and behind it the ways in
which it is typed. A word of its own that is also a clipped one is none of them, and neither is an abbreviation in
capitals in a text that has small letters: "MS" is an illness, "ms" may be a month.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from service.understanding import knowledge_files
from service.understanding.knowledge_files import Problem
from service.understanding.text.normalise import Levelled, level
from service.understanding.text.words import Words, cut, split

_MOST_WORDS: Final = 4
"""A clipped phrase is cut into no more words: "2day" is two."""
_CAPITALS: Final = 4
"""An abbreviation in capitals has so many letters at most."""
_COMMENT: Final = "#"
_NUMBER: Final = "{n}"
_TWO_FIGURES: Final = "{nn}"
_COUNTING: Final = frozenset((_TWO_FIGURES, _NUMBER))
"""What a phrase may begin with instead of a number: "49a" is "49 años", but "2a" is no age."""
_ANY_NUMBER: Final = "1"

Key = tuple[str, ...]
"""A clipped word or phrase as a text would have it: its words, and between them what stands in the gaps."""


def written_out(words: Words, language: str) -> Words:
    """The text with its clipped words in full; each full one stands where the clipped one stood."""
    known, longest = _known(language)
    heads = longest.keys()
    if heads.isdisjoint(words.words) and not (_COUNTING & heads and any(map(str.isdecimal, words.words))):
        return words
    found = list(_clipped(words, known, longest))
    return _replaced(words, found) if found else words


def _clipped(words: Words, known: Mapping[Key, str], longest: Mapping[str, int]) -> Iterator[tuple[int, int, str]]:
    """From which word to which a clipped phrase stands, the longest at each place, and what it is in full."""
    source = words.levelled.source
    is_shouted = source.isupper()
    counts = any(sign in longest for sign in _COUNTING)
    end = 0
    for place, word in enumerate(words.words):
        if place < end or not (word in longest or (counts and word.isdecimal())):
            continue
        for behind, full in islice(_full(words, place, known, longest), 1):
            if is_shouted or not _is_abbreviation(source[slice(*words.source_span(place, behind))]):
                yield place, behind, full
                end = behind


def _full(words: Words, place: int, known: Mapping[Key, str], longest: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Where clipped phrases end that begin at a word, the longest first, and what they are in full."""
    written = words.words[place]
    for first in (written, *(sign for sign in _COUNTING if _counts(sign, written))):
        for count in range(min(longest.get(first, 0), len(words) - place), 0, -1):
            key = (first, *_key(words, place, place + count)[1:])
            if key in known and _is_whole(words, place, place + count, key):
                yield place + count, known[key].replace(first, written)


def _counts(sign: str, word: str) -> bool:
    """Whether a word is a number that a sign stands for."""
    return word.isdecimal() and (sign == _NUMBER or len(word) == 2)


def _is_abbreviation(written: str) -> bool:
    return 1 < len(written) <= _CAPITALS and written.isupper()


def _is_whole(words: Words, first: int, end: int, key: Key) -> bool:
    """Whether what has a figure in it is a word as typed: "t7" is none in "t7lil", but "6j" has a clipped "j"."""
    has_figure = any(part.isdecimal() or part in _COUNTING for part in key)
    return not has_figure or (_is_typed_apart(words, first) and _is_typed_apart(words, end))


def _is_typed_apart(words: Words, place: int) -> bool:
    """Whether a word begins as typed; a sign of Chinese on either side has no letter to go on with."""
    if place in (0, len(words)) or words.gaps[place] != "":
        return True
    return words.is_small(place - 1) or words.is_small(place)


def _key(words: Words, first: int, end: int) -> Key:
    parts = [words.words[first]]
    for index in range(first + 1, end):
        parts += " " if words.gaps[index].isspace() else words.gaps[index], words.words[index]
    return tuple(parts)


def _replaced(words: Words, found: list[tuple[int, int, str]]) -> Words:
    """The text with the full words in it; of these, each letter comes from about where it would stand."""
    levelled = words.levelled
    text, offsets = "", array("l")
    known = levelled.offsets if levelled.offsets is not None else range(len(levelled.text))
    full_words: dict[int, str] = {}
    done = 0
    for first, end, full in found:
        start, stop = words.starts[first], words.ends[end - 1]
        text += levelled.text[done:start]
        offsets.extend(known[done:start])
        for word in full.split(" "):
            full_words[len(text)] = word
            text += f"{level(word).text} "
        text = text[:-1]
        wide = max(len(text) - len(offsets) - 1, 1)
        last = stop - start - 1
        offsets.extend(known[start + round(last * at / wide)] for at in range(len(text) - len(offsets)))
        done = stop
    text += levelled.text[done:]
    offsets.extend(known[done:])
    whole = cut(Levelled(levelled.source, text, offsets))
    spelt = {place: full_words[start] for place, start in enumerate(whole.starts) if start in full_words}
    return replace(whole, full=spelt)


@cache
def _known(language: str) -> tuple[dict[Key, str], dict[str, int]]:
    """What is clipped in a language, in full; and by their first words, how many words the longest have."""
    known = dict(read(language)[0])
    longest: dict[str, int] = {}
    for key in known:
        longest[key[0]] = max(longest.get(key[0], 0), len(key) // 2 + 1)
    return known, longest


def path_of(language: str) -> Path:
    return knowledge_files.FOLDER / "shorthand" / f"{language}.txt"


def read(language: str) -> tuple[list[tuple[Key, str]], list[Problem]]:
    """The file of a language, each clipped phrase with the full one, and what is wrong in it; none if it has none."""
    path, problems = path_of(language), list[Problem]()
    return (list(_lines(path, problems)) if path.is_file() else []), problems


def _lines(path: Path, problems: list[Problem]) -> Iterator[tuple[Key, str]]:
    seen: dict[Key, int] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.partition(_COMMENT)[0].strip()
        if not line:
            continue
        full, colon, listed = line.partition(":")
        levelled = level(full.strip()).text
        if not colon or not levelled:
            problems.append(Problem(path, number, f"“{line}” is no “full words: clipped, clipped”"))
            continue
        for item in filter(None, map(str.strip, listed.split(","))):
            sign = next(filter(item.startswith, _COUNTING), "")
            words = split(f"{_ANY_NUMBER if sign else ''}{item[len(sign) :]}")
            key = _key(words, 0, len(words)) if 0 < len(words) <= _MOST_WORDS else ()
            key = (sign, *key[1:]) if sign else key
            if not key or level(item).text == levelled or (sign not in full):
                problems.append(Problem(path, number, f"“{item}” is no clipped phrase of up to {_MOST_WORDS} words"))
            elif key in seen:
                problems.append(Problem(path, number, f"“{item}” stands already in line {seen[key]}"))
            else:
                seen[key] = number
                yield key, " ".join(full.split())
