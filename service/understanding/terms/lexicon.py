"""Numbers every word that the terms of one language use."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Final

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
_SPOKEN_ARABIC: Final = ("هال", "وهال", "بهال", "لهال", "فهال", "عال", "وعال")
"""This, and on the, in one word with the next: هالفتق, عالكلى."""
_PREFIXES: Final[dict[str, tuple[str, ...]]] = {
    "ar": (*_ARABIC, "ولل", "فلل", *_SPOKEN_ARABIC),
    "fa": ("ب", "مي"),
    "am": ("የ", "በ", "ለ", "ከ", "እ", "ስለ", "እንደ", "የበ", "ለየ", "ከየ", "በየ"),
}
_PREFIXES[ANY_SCRIPT] = (*_PREFIXES["ar"], *_PREFIXES["am"])
SWALLOWING: Final = "لل"
"""At the end of a prefix: li- before the article, which swallows its alef."""
ARTICLE: Final = "ال"
REMAINDER: Final = 2
"""What is left of a word without its prefix must have this many letters."""
_FITS: Final[dict[Fit, Callable[[str, str], bool]]] = {
    "whole": operator.eq,
    "begins": str.startswith,
    "ends": str.endswith,
    "holds": operator.contains,
}


def prefixes(language: str) -> tuple[str, ...]:
    """The article, "and", "in" and their like, where a language writes them in one word with the next."""
    return _PREFIXES.get(language, ())


def without_prefixes(form: str, language: str) -> Iterator[str]:
    """What a word may be without its prefix."""
    for prefix in prefixes(language):
        if form.startswith(prefix) and len(form) - len(prefix) >= REMAINDER:
            yield form[len(prefix) :]
            if prefix.endswith(SWALLOWING):
                yield ARTICLE + form[len(prefix) :]


class Lexicon:
    """Words of one language, each with a number (its symbol)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.symbols: dict[Fit, dict[str, tuple[int, ...]]] = {"whole": {}, "begins": {}, "ends": {}, "holds": {}}
        self.spelt: dict[int, Word] = {}
        self.count = NUMBER + 1

    def add(self, word: Word) -> int:
        """The symbol of a word of a term."""
        known = self.symbols[word.fit].get(word.text, ())
        for symbol in known:
            if self.spelt.get(symbol, word) == word:
                return symbol
        symbol = self.count
        self.count += 1
        self.symbols[word.fit][word.text] = (*known, symbol)
        if word.spelt:
            self.spelt[symbol] = word
        return symbol


def agreeing(spelt: Mapping[int, Word], symbols: frozenset[int], written: str, spelling: Spelling) -> frozenset[int]:
    """Those of the symbols whose words have the accents of a word as somebody wrote it; `spelt` has words by symbol."""
    if spelt.keys().isdisjoint(symbols) or (own := spelling.own(written)) is None:
        return symbols
    return frozenset(
        symbol
        for symbol in symbols
        if (word := spelt.get(symbol)) is None or _FITS[word.fit](own, spelling.of_term(word.spelt))
    )
