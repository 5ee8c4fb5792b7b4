"""Cuts a levelled text into words and sentences, and knows every way in which a word could be read as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from service.understanding.once import once
from service.understanding.text.cutting import Cutter, holds_triple
from service.understanding.text.normalise import JOINT, Levelled, level

_WORDS_FOR_AGO: Final = Path(__file__).parent.parent / "knowledge" / "words-for-ago.txt"
_BEFORE_A_NUMBER: Final = Path(__file__).parent.parent / "knowledge" / "before-a-number.txt"
_ORDINAL_WORDS: Final = Path(__file__).parent.parent / "knowledge" / "ordinal-words.txt"
_HAN: Final = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FIRST_HAN: Final = _HAN[0]
_INDIC_SIGNS: Final = "\u0900-\u0963\u0971-\u097f\u0980-\u09e5\u09f0-\u09ff\u0a00-\u0a65\u0a70-\u0ae5"
_PICTURE: Final = "\u2600-\u27bf\u2b00-\u2bff\U0001f100-\U0001faff"
_MONEY: Final = "$£¥\u20a0-\u20cf"
_KINDS: Final = re.compile(rf"([{_HAN}])|([^\W\d_]|[{_INDIC_SIGNS}])|(\d)|([{_MONEY}{_PICTURE}])")
"""A sign of Chinese, a letter, a digit, another sign that is a word: the kinds that `cutting` knows, in their order."""
_HAN_ONLY: Final = re.compile(f"[{_HAN}]")
_PICTURE_ONLY: Final = re.compile(f"[{_PICTURE}]")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_WRAPPED_LINE: Final = 60
"""A line this long, followed by a small letter, was broken by a mail program and not by its writer."""
_PAUSE: Final = re.compile(r"[,:()\[\]\"“”«»/]|\s'+\s")
_NO_PAUSES: Final = frozenset(("", " ", JOINT, "/", ":"))
"""Between two words without a space, a stroke or a colon parts nothing: 120/80, and/or, 10:30."""
_JOINED_AT_MOST: Final = 4
_NAME: Final = 3
"""A word of which there are kinds, each with a letter, has so many letters at least."""


def is_han(char: str) -> bool:
    """Whether a character is a word by itself, as in Chinese."""
    return char >= _FIRST_HAN and _HAN_ONLY.match(char) is not None


@dataclass(frozen=True)
class Words:
    """A text as words: `words[i]` is `levelled.text[starts[i]:ends[i]]`, decimal commas as points.

    `gaps[i]` is what stands before word i (and, last of all, after the last word); `sentence_start[i]` and
    `sentence_end[i]` bound the sentence of word i, in words.
    """

    levelled: Levelled
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    sentence_start: list[int]
    sentence_end: list[int]
    full: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.words)

    def written(self, index: int) -> str:
        """Word `index` with its decimal comma or point as typed."""
        return self.levelled.text[self.starts[index] : self.ends[index]]

    def source_span(self, first: int, end: int) -> tuple[int, int]:
        """Where words `first` to `end` (exclusive) stand in the text as it was given."""
        return self.levelled.span(self.starts[first], self.ends[end - 1])

    def spelling(self, index: int) -> str:
        """Word `index` with its accents: as it was given, or as it would be if it had not been clipped."""
        return self.full.get(index) or self.levelled.source[slice(*self.source_span(index, index + 1))]

    def is_small(self, index: int) -> bool:
        """Whether word `index` says so little that distances count double, as a Chinese character does."""
        return bool(self.small[index])

    @once
    def small(self) -> bytes:
        """Of each word, whether it is small."""
        return bytes(map(is_han, self.words))

    @once
    def pictures(self) -> Sequence[int]:
        """Which words are pictures: 😂, ❤."""
        if not _PICTURE_ONLY.search(self.levelled.text):
            return ()
        return tuple(index for index, word in enumerate(self.words) if _PICTURE_ONLY.match(word))

    @once
    def behind_pauses(self) -> Set[int]:
        """Before which words there is a pause, whatever they mean; the first of the text is one."""
        found = set(self.sentence_start)
        found.update(index for index, gap in enumerate(self.gaps) if gap not in _NO_PAUSES and _PAUSE.search(gap))
        for picture in self.pictures:  # stands as a full stop does
            found |= {picture, picture + 1}
        found.discard(len(self))
        return found

    @once
    def places(self) -> dict[str, list[int]]:
        """Each word once, with its places."""
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            found.setdefault(word, []).append(index)
        return found

    @once
    def forms(self) -> Sequence[tuple[int, str, int]]:
        """All of `other_forms`."""
        return tuple(self.other_forms())

    def other_forms(self) -> Iterator[tuple[int, str, int]]:
        """Words as they may also be read: unstretched, or joined with what follows; where each begins and ends."""
        if holds_triple(self.levelled.text):
            for index, word in enumerate(self.words):
                if _STRETCHED.search(word):
                    yield index, _STRETCHED.sub(r"\1\1", word), index + 1
                    yield index, _STRETCHED.sub(r"\1", word), index + 1
        if JOINT in self.gaps:
            for index in range(1, len(self.words)):
                if self.gaps[index] == JOINT:
                    yield from self._joined(index - 1)

    def _joined(self, index: int) -> Iterator[tuple[int, str, int]]:
        word, end = self.words[index], index + 1
        while end < len(self.words) and end - index < _JOINED_AT_MOST and self.gaps[end] == JOINT:
            word += self.words[end]
            end += 1
            yield index, word, end


def split(source: str) -> Words:
    """The words of any text; never raises."""
    return cut(level(source))


def levelled_phrases(phrases: Iterable[str]) -> frozenset[str]:
    """Each phrase as the words of it that a text would have, with a space between them."""
    return frozenset(" ".join(split(phrase).words) for phrase in phrases)


def cut(levelled: Levelled) -> Words:
    """The words of a text that is levelled already."""
    words, starts, ends, gaps, stops = _CUTTER.cut(levelled.text)
    sentences = _sentences(
        [stop for stop in stops if _ends_sentence(levelled, words, stop, gaps[stop], starts)], len(words)
    )
    return Words(levelled, words, starts, ends, gaps, *sentences)


def _kind_of(char: str) -> int:
    kind = _KINDS.match(char)
    return (kind and kind.lastindex) or 0


_CUTTER: Final = Cutter(_kind_of)


def _sentences(stops: list[int], count: int) -> tuple[list[int], list[int]]:
    """The first and the last word, exclusive, of the sentence of each word, where sentences end before some of them."""
    sentence_start: list[int] = []
    sentence_end: list[int] = []
    for first, end in pairwise([0, *stops, count]):
        sentence_start += [first] * (end - first)
        sentence_end += [end] * (end - first)
    return sentence_start, sentence_end


def _ends_sentence(levelled: Levelled, words: list[str], index: int, gap: str, starts: list[int]) -> bool:
    """Whether a sign that ends sentences does so in a gap before a word."""
    word_before = words[index - 1]
    if gap == ".":  # p.m, e.g; but Chinese parts its words by nothing, and its own full stop abbreviates nothing
        return len(word_before) > 2 or is_han(word_before) or _is_own_full_stop(levelled, starts[index] - 1)
    if gap.strip() == "." and "\n" not in gap:
        if word_before.isdigit():
            return not words[index].startswith(_ordinal_words())
        if words[index][0].isdigit() and word_before in _before_a_number():  # ca. 5 Jahre
            return False
        if words[index] in _words_for_ago() and index > 1 and words[index - 2][0].isdigit():  # 3 мес. назад
            return False
        return len(word_before) > 1 or not word_before.isascii() or _names_a_kind(levelled, words, index - 1, starts)
    return not _is_wrapped(levelled.text, gap, starts[index])


def _names_a_kind(levelled: Levelled, words: list[str], index: int, starts: list[int]) -> bool:
    """Whether a single letter is no initial but the end of a name: "hepatitis C." and not "my doctor, J. Smith"."""
    if not index or len(words[index - 1]) < _NAME or starts[index] - starts[index - 1] != len(words[index - 1]) + 1:
        return False
    kind, of = (levelled.source[levelled.span(at, at + 1)[0]] for at in (starts[index], starts[index - 1]))
    return kind.isupper() and of.islower()


@cache
def _ordinal_words() -> tuple[str, ...]:
    """With what the words begin behind which a number with a full stop is an ordinal."""
    return tuple(_listed(_ORDINAL_WORDS))


@cache
def _words_for_ago() -> frozenset[str]:
    """What goes on behind an abbreviated month or week."""
    return frozenset(_listed(_WORDS_FOR_AGO))


@cache
def _before_a_number() -> frozenset[str]:
    """Abbreviations behind whose full stop a number goes on."""
    return frozenset(_listed(_BEFORE_A_NUMBER))


def _listed(path: Path) -> Iterator[str]:
    """The words of a file with a line for each language."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.partition(":")[2].split()


def _is_own_full_stop(levelled: Levelled, place: int) -> bool:
    """Whether a levelled full stop was the sign of a script that ends nothing but sentences with it: 。 । ። ۔"""
    start, _ = levelled.span(place, place + 1)
    return levelled.source[start] != "."


def _is_wrapped(text: str, gap: str, start: int) -> bool:
    if gap.strip(" ") != "\n":
        return False
    line_end = start - len(gap)
    line_start = text.rfind("\n", max(0, line_end - 2 * _WRAPPED_LINE), line_end)
    return line_end - line_start > _WRAPPED_LINE and text[start].isalpha()
