"""Cuts a text into what an engine translates and what stays as it is, and puts it together again exactly."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from translations import survivors

# An engine's sentence. Longer ones are cut at a comma or a space: models are trained on sentences, and the time for one
# grows with the square of its length.
LONGEST: Final = 400
_LONGEST_WORD: Final = 80  # nothing longer is a word of any language that puts spaces between words

_LINE_BREAK: Final = re.compile(r"((?<!\s)\s*(?:\r\n|[\n\r\v\f\x85\u2028\u2029])\s*)")
_EDGES: Final = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
# Addresses must come out as they went in, and no engine can be trusted with them.
_ADDRESS: Final = re.compile(r"(https?://[^\s<>]*[\w/]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)")
_SPACELESS: Final = frozenset({"zh"})
_WIDE: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `translate` is false for spacing, numbers, emoji and what else has no words."""

    text: str
    translate: bool


def split(text: str, language: str) -> list[Piece]:
    """The pieces of a text; joined they are the text again, character by character."""
    return [piece for part in _LINE_BREAK.split(text) for piece in _pieces(part, language)]


def rejoin(pieces: Sequence[Piece], translated: Sequence[str]) -> str:
    """The text with its translatable pieces replaced, in order; spacing and line breaks stay as they were.

    Where a script without spaces had none, a language that needs one between its sentences is given it.
    """
    parts = [piece.text for piece in pieces]
    places = [index for index, piece in enumerate(pieces) if piece.translate]
    for index, text in zip(places, translated, strict=True):
        parts[index] = text
    joined = "".join(parts[:1])
    for (before, after), part in zip(itertools.pairwise(pieces), parts[1:], strict=True):
        was_wide = _WIDE.match(before.text[-1]) or _WIDE.match(after.text[0])
        joined += f" {part}" if was_wide and _run_together(joined, part) else part
    return joined


def _run_together(before: str, after: str) -> bool:
    """Whether a reader would miss a space between the two."""
    if not before or not after or before[-1].isspace() or _WIDE.match(before[-1]) or _WIDE.match(after[0]):
        return False
    return after[0].isalnum()


def _pieces(part: str, language: str) -> Iterator[Piece]:
    if not part.strip():
        yield from _piece(part, language)
        return
    import sentencex

    for sentence in _whole(part, sentencex.segment(language, part)):
        for stretch in _without_addresses(sentence):
            for short in _short(stretch):
                yield from _piece(short, language)


def _without_addresses(sentence: str) -> Iterator[str]:
    """The sentence cut around its addresses and telephone numbers."""
    for stretch in _ADDRESS.split(sentence):
        done = 0
        for start, end in () if _ADDRESS.fullmatch(stretch) else survivors.phones(stretch):
            yield from (stretch[done:start], stretch[start:end])
            done = end
        yield stretch[done:]


def _whole(text: str, sentences: list[str]) -> list[str]:
    """The segmenter's sentences, if they are the text cut up and nothing else; otherwise the text uncut."""
    return sentences if "".join(sentences) == text else [text]


def _short(sentence: str) -> Iterator[str]:
    """The sentence in parts of at most `LONGEST` characters, cut after a comma, else a space, else anywhere."""
    while len(sentence) > LONGEST:
        cut = max((sentence.rfind(mark, LONGEST // 2, LONGEST) for mark in ",;:،؛，、；"), default=-1)
        cut = cut if cut >= 0 else sentence.rfind(" ", 1, LONGEST)
        cut = cut if cut >= 0 else _end_of_word(sentence)
        yield sentence[: cut + 1]
        sentence = sentence[cut + 1 :]
    yield sentence


def _end_of_word(text: str) -> int:
    """Where a first word that is too long ends, so that it stays in one piece; in Chinese a sentence is one."""
    if text[:LONGEST].isascii():
        found = re.search(r"\s", text)
        return found.start() if found else len(text) - 1
    return LONGEST - 1


def _piece(text: str, language: str) -> Iterator[Piece]:
    matched = _EDGES.fullmatch(text)
    before, middle, after = matched.groups() if matched else ("", text, "")
    for stretch, is_text in ((before, False), (middle, True), (after, False)):
        if stretch:
            yield Piece(stretch, translate=is_text and _has_words(stretch, language))


def _has_words(text: str, language: str) -> bool:
    if _ADDRESS.fullmatch(text):
        return False
    if language in _SPACELESS:
        return any(letter.isalpha() for letter in text)
    return any(len(word) <= _LONGEST_WORD and any(letter.isalpha() for letter in word) for word in text.split())
