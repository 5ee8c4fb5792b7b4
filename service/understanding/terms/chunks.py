"""Reads the words of a term: every way to write a chunk of it that holds no spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from service.understanding.terms.elements import Choice, Element, TermError, Word, fit_of
from service.understanding.text.normalise import JOINT, level
from service.understanding.text.spelling import is_told_apart, spell
from service.understanding.text.words import cut

_OPEN_DECIMAL: Final = re.compile(r"\d+[.,]")
_ONE_WORD: Final = re.compile(r"[^\W\d_\u2e80-\uffff\U00010000-\U0010ffff]+")
"""Letters of an alphabet: by far the most."""
_UMLAUTS_OF: Final = "de"
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@lru_cache(maxsize=20_000)  # most words of a language stand in many of its terms
def words_of(written: str, language: str) -> tuple[Element, ...]:
    """A chunk without spaces as words, or as a choice between the ways to write it."""
    bare = written.strip("*")
    if "*" in bare:
        raise TermError(f"“{written}”: * may stand only before or after a word")
    stars = written.startswith("*"), written.endswith("*")
    if stars[1] and _OPEN_DECIMAL.fullmatch(bare):
        return (Word(level(bare).text.replace(",", "."), "begins"),)
    spellings = (bare, bare.translate(_UMLAUTS)) if language == _UMLAUTS_OF else (bare,)
    cuts = (words for spelling in spellings for words in _cuts(spelling))
    readings = tuple(dict.fromkeys(tuple(_starred(words, *stars, language)) for words in cuts))
    if not readings:
        raise TermError(f"“{written}” holds no letter and no digit")
    return readings[0] if len(readings) == 1 else (Choice(readings),)


def _cuts(written: str) -> Iterator[list[tuple[str, str]]]:
    """A chunk as words, levelled and as written: cut at its joints, and, if it has any, together, too."""
    levelled = level(written)
    if _ONE_WORD.fullmatch(levelled.text):
        yield [(levelled.text, written)]
        return
    words = cut(levelled)
    if not len(words):
        return
    spans = [words.source_span(index, index + 1) for index in range(len(words))]
    yield [(word, written[start:end]) for word, (start, end) in zip(words.words, spans, strict=True)]
    if len(words) > 1 and all(gap == JOINT for gap in words.gaps[1:-1]):
        yield [("".join(words.words), "".join(written[start:end] for start, end in spans))]


def _starred(words: list[tuple[str, str]], open_before: bool, open_after: bool, language: str) -> Iterator[Word]:
    last = len(words) - 1
    for index, (word, written) in enumerate(words):
        fit = fit_of(open_before=open_before and index == 0, open_after=open_after and index == last)
        yield Word(word, fit, spell(written, language) if is_told_apart(word, language) else "")
