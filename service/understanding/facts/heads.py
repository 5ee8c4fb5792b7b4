"""Tells at a glance whether any of very many terms may stand in a text, by the first letters of their longest words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Self

from service.understanding.terms.elements import Choice, Element, Word
from service.understanding.terms.patterns import Entry
from service.understanding.text.words import Words, is_han

_LETTERS: Final = 5
_PREFIXED: Final = frozenset("وفبلكايየበለከእስ")
"""Letters that a word with an article, "and" or "in" before it may begin with."""
_LONGEST_PREFIX: Final = 4


class Heads:
    """The first letters of the terms of a list; stems must be no shorter than that."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        terms = (entry.term for entry in entries if not entry.term.idiom)
        self._heads = frozenset(_head(words) for term in terms for part in term.parts for words in _spelt(part))

    @classmethod
    def read(cls, written: bytes) -> Self:
        """What `written` gave."""
        heads = cls(())
        heads._heads = frozenset(written.decode().split("\n"))
        return heads

    def written(self) -> bytes:
        return "\n".join(sorted(self._heads)).encode()

    def may_stand_in(self, words: Words) -> bool:
        heads = self._heads
        for word in words.places:
            if word[:_LETTERS] in heads or (word[0] in _PREFIXED and self._holds_behind_prefix(word)):
                return True
        return self._holds_signs(words) or any(form[:_LETTERS] in heads for _, form, _ in words.forms)

    def _holds_behind_prefix(self, word: str) -> bool:
        last = min(_LONGEST_PREFIX, len(word) - 2)
        return any(word[at : at + _LETTERS] in self._heads for at in range(1, last + 1))

    def _holds_signs(self, words: Words) -> bool:
        signs = words.words
        if not any(len(word) == 1 and is_han(word) for word in words.places):
            return False
        return any(signs[at] + signs[at + 1] in self._heads for at in range(len(signs) - 1))


def _spelt(elements: tuple[Element, ...]) -> Iterator[list[Word]]:
    """Every way to write a term, as far as its words are always there."""
    ways: list[list[Word]] = [[]]
    for element in elements:
        if isinstance(element, Word):
            ways = [[*way, element] for way in ways]
        elif isinstance(element, Choice) and not element.optional:
            ways = [[*way, *option] for way in ways for choice in element.options for option in _spelt(choice)]
    yield from ways


def _head(words: list[Word]) -> str:
    """Of Chinese characters two: each is a word by itself, and many stand in any text."""
    if is_han(words[0].text) and len(words) > 1:
        return words[0].text + words[1].text
    longest = max(words, key=lambda word: len(word.text))
    if longest.fit != "whole" and len(longest.text) < _LETTERS:
        raise ValueError(f"“{longest.text}*” is so short a stem that everyday words may begin so")
    return longest.text[:_LETTERS]
