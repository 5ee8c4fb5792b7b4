"""Reads Arabic typed in Latin letters ("3andi waga3 fi sadri") as the Arabic words it stands for.

Everybody spells as they hear, so no list of spellings is ever complete. But whatever the vowels, the consonants are
there: a word is taken for the Arabic words of the knowledge files that have the same consonants, those first whose
long vowels and endings suit it best. The Arabic terms and cues then read the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import log, prod
from typing import Final, NamedTuple

from service.understanding import examples, knowledge_files
from service.understanding.once import once
from service.understanding.text.normalise import JOINT, level
from service.understanding.text.words import Words

ARABIC: Final = "ar"

_PIECE: Final = "_"
"""Stands for a part of a word: "3andi" is cut behind its figure."""
_ARABIC_WORD: Final = re.compile(r"[\u0621-\u064a]{2,}")
_FROM_EXAMPLES: Final = 3
"""What people wrote tells more of how often a word occurs than that a term holds it."""
_LONGEST: Final = 20
_MOST_SPELLINGS: Final = 200
_MOST_READINGS: Final = 4
_AS_GOOD: Final = 0.8
_CONSONANTS: Final = dict(zip("بتثجحخدذرزسشصضطظعغفقكلمنه", "btTjHxdDrzs$sdtD3Gfqklmnh", strict=True))
_TWO_LETTERS: Final = {
    "kh": "x",
    "gh": "G",
    "sh": "$",
    "ch": "$",
    "th": "T",
    "dh": "D",
    "ou": "u",
    "oo": "u",
    "ee": "i",
}
_ONE_LETTER: Final = {
    **{letter: letter for letter in "btjdrzsfqklmnhgTDGx$3"},
    **{"7": "H", "5": "x", "6": "t", "8": "G", "9": "q", "2": "2", "v": "f", "p": "b", "c": "k"},
}
_HEARD_AS: Final = {
    **{"T": "Tts", "D": "Dzd", "z": "zD", "s": "sT", "t": "tT", "d": "dD", "h": "hH", "g": "jqG", "q": "qs"},
    **{"k": "kq", "G": "Gq", "2": ("q", "")},
}
"""What a letter may stand for beside itself: z for ظ, g for ج or ق, 9 for ق or ص, 2 for ق or a glottal stop."""
_VOWELS: Final = frozenset("aeiouyw")
_GLIDES: Final = {"ou": "u", "oo": "u", "ee": "i", "ei": "i", "ai": "y", "ay": "y", "aw": "w", "au": "w"}
_ARTICLES: Final = ("el", "al", "il", "l")
_PREFIXES: Final = ("", *_ARTICLES, "w", "b", "f", "bel", "bil", "fel", "wel")
_WITH_PREFIX: Final = 0.6
"""How much better a word without a prefix must suit than one with it."""
_PARTICLES: Final = {
    **dict.fromkeys(("w", "o", "we", "wa", "u", "ou"), "و"),
    **dict.fromkeys(("fi", "f", "fel", "fil"), "في"),
    **dict.fromkeys(("b", "bel", "bil", "bi", "be"), "ب"),
    **dict.fromkeys(("mesh", "mish", "msh", "mush", "mosh", "mch", "mech"), "مش"),
    **dict.fromkeys(("mo", "mu", "mou", "moo"), "مو"),
    **dict.fromkeys(("mn", "men", "min", "mnel"), "من"),
    **dict.fromkeys(("3la", "3ala", "3al"), "على"),
    **dict.fromkeys(("3nd", "3and", "3end"), "عند"),
    **dict.fromkeys(("3ndo", "3ando", "3endo"), "عنده"),
    **dict.fromkeys(("3ndi", "3andi", "3endi"), "عندي"),
    **dict.fromkeys(("wla", "wala"), "ولا"),
    **dict.fromkeys(("ma3", "m3a"), "مع"),
    **dict.fromkeys(("dam", "dem", "damm", "ddem"), "دم"),
    **dict.fromkeys(("bzaf", "bezzaf", "bzzaf"), "بزاف"),
    **{"ma": "ما", "la": "لا", "ya": "يا", "ana": "انا", "howa": "هو", "hiya": "هي", "baba": "بابا", "mama": "ماما"},
    **dict.fromkeys(("lal", "lel", "lil", "lell", "ll"), "لل"),
    **dict.fromkeys(("bakteb", "baktob", "bekteb", "ekteb", "aktob", "byekteb", "btekteb"), "اكتب"),
    **dict.fromkeys(("kela", "kelwa", "kelye", "kelyeh"), "كلى"),
    **{"li": "لي", "kol": "كل", "hal": "هل", "kam": "كم", "bas": "بس", "shi": "شي", "chi": "شي", "3an": "عن"},
}


@dataclass(frozen=True)
class ArabicWords(Words):
    """Words in Latin letters that are read as Arabic ones; each keeps its place, so that spans stay what they were."""

    @once
    def small(self) -> bytes:
        """All are: figures cut words into pieces, so that distances in words are to be doubled."""
        return bytes([True]) * len(self)

    def other_forms(self) -> Iterator[tuple[int, str, int]]:
        """The Arabic words that each typed word may be, alone and together with the article before it."""
        runs = list(_runs(self))
        for start, end in runs:
            for word in readings(_typed(self, start, end)):
                yield start, word, end
        for (start, middle), (first, end) in pairwise(runs):
            if middle == first and _typed(self, start, middle) in _ARTICLES:
                for word in readings(_typed(self, first, end)):
                    yield start, word, end


def as_arabic(words: Words) -> ArabicWords:
    """The same words for the eyes of somebody who reads Arabic."""
    read = list(words.words)
    for start, end in _runs(words):
        if end - start > 1:
            read[start:end] = [_PIECE] * (end - start)
        elif word := next(iter(readings(_typed(words, start, end))), None):
            read[start] = word
    return ArabicWords(
        words.levelled, read, words.starts, words.ends, words.gaps, words.sentence_start, words.sentence_end
    )


def _runs(words: Words) -> Iterator[tuple[int, int]]:
    """Words as typed: "3andi" is cut behind its figure, and "ma-fi" at its hyphen is two; numbers are none."""
    start = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or words.gaps[index] != "":
            if any(map(str.isalpha, _typed(words, start, index))):
                yield start, index
            start = index


def _typed(words: Words, start: int, end: int) -> str:
    return words.levelled.text[words.starts[start] : words.ends[end - 1]].replace(JOINT, "")


@lru_cache(maxsize=5_000)
def readings(typed: str) -> tuple[str, ...]:
    """The Arabic words that a word of a levelled text may stand for, the likeliest first; none for what is none."""
    if typed in _PARTICLES:
        return (_PARTICLES[typed],)
    if not typed.isascii() or len(typed) > _LONGEST or typed in _ARTICLES:
        return ()
    scores: dict[str, float] = {}
    for prefix in _PREFIXES:
        if typed.startswith(prefix):
            for word, score in _without_prefix(typed[len(prefix) :], _WITH_PREFIX if prefix else 0.0):
                scores[word] = max(score, scores.get(word, score))
    best = sorted(scores, key=lambda word: (-scores[word], word))[:_MOST_READINGS]
    return tuple(word for word in best if scores[word] > max(0.0, scores[best[0]] - _AS_GOOD))


def _without_prefix(typed: str, cost: float) -> Iterator[tuple[str, float]]:
    if len(typed) < 2 or (cost and typed[0] not in _VOWELS and len(typed) < 3):
        return
    known, vowels = _words_by_consonants(), _vowels_of(typed)
    for consonants in _spellings(typed):
        for word in known.get(consonants, ()) if consonants else ():
            if not cost or len(consonants) > 1:
                yield word.letters, _suits(vowels, word) + 0.3 * len(consonants) - cost


def _spellings(typed: str) -> set[str]:
    """The consonants that a typed word may stand for, doubled ones once."""
    letters = [_ONE_LETTER[letter] for letter in _shortened(typed, _TWO_LETTERS) if letter in _ONE_LETTER]
    choices = [_heard(letter, last=place == len(letters) - 1) for place, letter in enumerate(_once(letters))]
    if prod(map(len, choices)) > _MOST_SPELLINGS:
        return set()
    spellings = {""}
    for choice in choices:
        spellings = {
            spelling if spelling.endswith(letter) else spelling + letter for spelling in spellings for letter in choice
        }
    return spellings


def _heard(letter: str, *, last: bool) -> tuple[str, ...]:
    heard = tuple(_HEARD_AS.get(letter, letter))
    return (*heard, "") if last and letter == "h" else heard


def _once(letters: list[str]) -> list[str]:
    return [letter for place, letter in enumerate(letters) if place == 0 or letter != letters[place - 1]]


def _shortened(typed: str, table: Mapping[str, str]) -> str:
    for written, letter in table.items():
        typed = typed.replace(written, letter)
    return typed


class _Vowels(NamedTuple):
    """With what a word begins and ends, and how many long vowels it has in between: a, u, i."""

    first: str
    last: str
    a: int
    u: int
    i: int


@dataclass(frozen=True, slots=True)
class _Known:
    """An Arabic word of the files, its vowels as they are written, and what its frequency counts for."""

    letters: str
    vowels: _Vowels
    frequency: float


@cache
def _words_by_consonants() -> Mapping[str, tuple[_Known, ...]]:
    found: defaultdict[str, list[_Known]] = defaultdict(list)
    for word, count in _frequencies().items():
        inner = word[1:-1]
        vowels = _Vowels(word[0], word[-1], inner.count("ا"), inner.count("و"), inner.count("ي"))
        consonants = _once([_CONSONANTS[letter] for letter in _stem(word) if letter in _CONSONANTS])
        found["".join(consonants)].append(_Known(word, vowels, log(count + 1) / 4))
    return {consonants: tuple(words) for consonants, words in found.items()}


def _stem(word: str) -> str:
    """Without the letter that is "his" and the feminine ending alike, of which Latin letters show only the vowel."""
    return word.removesuffix("ه")


def _frequencies() -> Mapping[str, int]:
    """The words of the Arabic files, levelled, and about how often people use them."""
    counts: Counter[str] = Counter()
    paths = [knowledge_files.path_of(kind, ARABIC) for kind in knowledge_files.KINDS]
    for path, weight in (*((path, 1) for path in paths), (examples.path_of(ARABIC), _FROM_EXAMPLES)):
        if path.is_file():
            for word in _ARABIC_WORD.findall(level(path.read_text("utf-8")).text):
                counts[word] += weight
    return counts


def _vowels_of(typed: str) -> _Vowels:
    """The vowels of a typed word, each letter for every long vowel that it may stand for."""
    heard = _shortened(typed, _GLIDES)
    inner = heard[1:-1]
    a, u, i = (sum(map(inner.count, letters)) for letters in ("a", "uow", "iey"))
    return _Vowels(heard[0], heard[-1], a, u, i)


def _suits(typed: _Vowels, word: _Known) -> float:
    """How well the beginning, the ending and the long vowels of an Arabic word suit the letters typed."""
    written = word.vowels
    missing = 0.4 * max(0, written.a - typed.a)
    missing += 0.5 * max(0, written.u - typed.u)
    missing += 0.5 * max(0, written.i - typed.i)
    return _begins(typed.first, written.first) + _ends(typed.last, written.last) - missing + word.frequency


@cache
def _begins(typed: str, letter: str) -> float:
    if typed in "aeiou2":
        return {"ا": 1.0, "ع": 0.5, "ي": 0.5}.get(letter, -1.5)
    if letter == "ا":
        return -1.0
    vowels = {"ي": "yi", "و": "w"}.get(letter)
    return 0.0 if vowels is None else 0.5 if typed in vowels else -1.0


@cache
def _ends(typed: str, letter: str) -> float:
    vowels = {"ي": "iye", "و": "ouw", "ا": "ae", "ه": "aehou"}.get(letter)
    if vowels is None:
        return -1.0 if typed in "aeiou" else 0.3
    return 0.8 if typed in vowels else -1.5
