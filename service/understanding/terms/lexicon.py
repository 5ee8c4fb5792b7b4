"""Knows every word that the terms of one language use, and which of them a written word is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from service.understanding.terms.elements import Fit, Word
from service.understanding.text.spelling import Spelling

NUMBER: Final = 0
"""The symbol of any number, in digits or in words."""

ANY_SCRIPT: Final = "any"
"""The code of a list in many scripts, whose words may have the prefixes that Arabic and Amharic write with a word."""

_ARABIC: Final = (
    "ال",
    "لل",
    *(a + b for a in ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل") for b in ("", "ال")),
)
_PREFIXES: Final[dict[str, tuple[str, ...]]] = {
    "ar": (*_ARABIC, "ولل", "فلل"),
    "fa": ("ب", "مي"),
    "am": ("የ", "በ", "ለ", "ከ", "እ", "ስለ", "እንደ", "የበ", "ለየ", "ከየ", "በየ"),
}
_PREFIXES[ANY_SCRIPT] = (*_PREFIXES["ar"], *_PREFIXES["am"])
_REMAINDER: Final = 2
"""What is left of a word without its prefix must have this many letters."""
_FITS: Final[dict[Fit, Callable[[str, str], bool]]] = {
    "whole": operator.eq,
    "begins": str.startswith,
    "ends": str.endswith,
    "holds": operator.contains,
}
_LETTERS: Final = 2
"""Stems are sought by their first letters, endings by their last: few words share them."""
_NONE: Final[frozenset[int]] = frozenset()
_CACHED_WORDS: Final = 1_000
_CACHED_PER_WORD: Final = 2
"""There are many small lexicons, and a word is soon looked up in them."""
_CACHED_LETTERS: Final = 24


_SAME: Final[dict[tuple[int, ...], tuple[int, ...]]] = {}


def same(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Equal tuples, of which compiling makes a great many, as one object."""
    return _SAME.setdefault(numbers, numbers)


def without_prefixes(form: str, language: str) -> Iterator[str]:
    """What a word may be without the article, "and", "in" and their like, where a language writes them in one word."""
    return _without(form, _PREFIXES.get(language, ()))


def _without(form: str, prefixes: tuple[str, ...]) -> Iterator[str]:
    for prefix in prefixes:
        if form.startswith(prefix) and len(form) - len(prefix) >= _REMAINDER:
            yield form[len(prefix) :]
            if prefix.endswith("لل"):  # li- before the article swallows its alef
                yield "ال" + form[len(prefix) :]


class Lexicon:
    """Words of one language, each with a number (its symbol)."""

    def __init__(self, language: str) -> None:
        self._prefixes = _PREFIXES.get(language, ())
        self._symbols: dict[Fit, dict[str, tuple[int, ...]]] = {"whole": {}, "begins": {}, "ends": {}, "holds": {}}
        self._spelt: dict[int, Word] = {}
        self._lengths: dict[Fit, dict[str, tuple[int, ...]]] = {"begins": {}, "ends": {}}
        self._beginnings: set[str] = set()
        self._count = NUMBER + 1
        self._cache: dict[str, frozenset[int]] = {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read from a file: what equals a tuple of another language is one object with it."""
        self.__dict__.update(state)
        for table in (*self._symbols.values(), *self._lengths.values()):
            table.update(zip(table, map(same, table.values()), strict=True))

    def add(self, word: Word) -> int:
        """The symbol of a word of a term."""
        known = self._symbols[word.fit].get(word.text, ())
        for symbol in known:
            if self._spelt.get(symbol, word) == word:
                return symbol
        return self._add(word, known)

    def _add(self, word: Word, known: tuple[int, ...]) -> int:
        symbol = self._count
        self._count += 1
        self._symbols[word.fit][word.text] = same((*known, symbol))
        if word.spelt:
            self._spelt[symbol] = word
        if word.fit in ("whole", "begins"):
            self._beginnings.add(word.text[:_LETTERS])
        if word.fit in ("begins", "ends"):
            lengths = self._lengths[word.fit]
            letters = word.text[:_LETTERS] if word.fit == "begins" else word.text[-_LETTERS:]
            lengths[letters] = same(tuple(sorted({*lengths.get(letters, ()), len(word.text)})))
        self._cache.clear()
        return symbol

    def agreeing(self, symbols: frozenset[int], written: str, spelling: Spelling) -> frozenset[int]:
        """Those of the symbols whose words have the accents of a word as somebody wrote it."""
        spelt = self._spelt
        if spelt.keys().isdisjoint(symbols) or (own := spelling.own(written)) is None:
            return symbols
        return frozenset(
            symbol
            for symbol in symbols
            if (word := spelt.get(symbol)) is None or _FITS[word.fit](own, spelling.of_term(word.spelt))
        )

    def find_all(self, forms: Iterable[str]) -> dict[str, frozenset[int]]:
        """The symbols of each of these words that some term uses."""
        known, found = self._cache.get, dict[str, frozenset[int]]()
        beginnings = None if self._is_open else self._beginnings
        for form in forms:
            if beginnings is not None and form[:_LETTERS] not in beginnings and form[0] not in beginnings:
                continue
            symbols = known(form)
            if symbols is None:
                symbols = self.find(form)
            if symbols:
                found[form] = symbols
        return found

    @property
    def _is_open(self) -> bool:
        """Whether a form may be one of the words though it begins with other letters."""
        return bool(self._prefixes or self._symbols["ends"] or self._symbols["holds"])

    def find(self, form: str) -> frozenset[int]:
        """The symbols of a word as somebody wrote it; empty for a word that no term uses."""
        found = self._cache.get(form)
        if found is None:
            found = self._look_up(form)
            if len(form) <= _CACHED_LETTERS:
                if len(self._cache) >= min(_CACHED_WORDS, _CACHED_PER_WORD * self._count):
                    self._cache.clear()
                self._cache[form] = found
        return found

    def _look_up(self, form: str) -> frozenset[int]:
        found = self._fitting(form)
        if self._prefixes:
            for rest in _without(form, self._prefixes):
                found += self._fitting(rest)
        return frozenset(found) if found else _NONE

    def _fitting(self, form: str) -> list[int]:
        """The symbols of the words that fit a form; most forms have none, so the way there must be short."""
        symbols, lengths = self._symbols, self._lengths
        found = list(symbols["whole"].get(form, ()))
        stems, endings = lengths["begins"], lengths["ends"]
        for letters in (form[:_LETTERS], form[:1])[: len(form)]:  # a word of one letter has only that one
            for length in stems.get(letters, ()):
                found += symbols["begins"].get(form[:length], ())
        for letters in (form[-_LETTERS:], form[-1:])[: len(form)]:
            for length in endings.get(letters, ()):
                found += symbols["ends"].get(form[-length:], ())
        for text, of_text in symbols["holds"].items():
            if text in form:
                found += of_text
        return found
