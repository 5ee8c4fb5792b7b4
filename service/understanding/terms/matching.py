"""Finds the terms of one language in a text, and what their idioms take back."""

from __future__ import annotations

from service.understanding.once import once
from service.understanding.terms.lexicon import NUMBER, agreeing
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import own_words, takes_back, without_idioms, words_of
from service.understanding.terms.search import Match, Search
from service.understanding.text.spelling import Spelling, spelling_of
from service.understanding.text.words import Words


class Scan:
    """One text seen with the terms of one language."""

    def __init__(self, matcher: Matcher, words: Words) -> None:
        self.matcher = matcher
        self.words = words
        self.numbers: dict[int, tuple[int, float]] = {}
        self.put_right: set[int] = set()
        """The words that take a number back: "sixty, no, sixty two" denies nothing."""
        self._all: dict[str, list[Match]] = {}
        self._found: dict[str, list[Match]] = {}
        self._idioms: dict[str, list[Match]] = {}
        spelling = spelling_of(words.levelled.source, matcher.language)
        narrow = _Narrow(matcher, words, spelling) if spelling is not None else None
        sentences = words.sentence_start, words.sentence_end
        self._search = Search(matcher.tables, words.words, *sentences, words.small, narrow)
        for start, form, end in words.forms:
            self._search.add_form(form, start, end)

    @once
    def known_words(self) -> int:
        """How many words of the text the terms of this language use."""
        return self._search.known_words()

    def add_number(self, start: int, end: int, value: float) -> None:
        """Lets words `start` to `end` count as a number."""
        self.numbers[start] = (end, value)
        self._search.add(NUMBER, start, end)

    def find(self, kind: str) -> list[Match]:
        """Every term of a kind that stands in the text, in order of place, without what an idiom takes back."""
        if kind not in self._found:
            self._found[kind] = self._find(kind)
        return self._found[kind]

    def idioms(self, kind: str) -> list[Match]:
        """The idioms of a kind that stand in the text."""
        self.find(kind)
        return self._idioms[kind]

    def told_off(self, kind: str) -> set[int]:
        """The words of idioms that take something back; those of an idiom with a gap may say anything, and stay."""
        idioms = [one for one in self.idioms(kind) if one.is_together]
        terms = [one for one in self._all[kind] if not one.is_idiom] if idioms else []
        return words_of(idiom for idiom in idioms if any(takes_back(idiom, term) for term in terms))

    def _find(self, kind: str) -> list[Match]:
        found = self._all[kind] = self._search.matches(kind)
        idioms = self._idioms[kind] = [match for match in found if match.is_idiom]
        return without_idioms(found, idioms)

    def number_place(self, match: Match) -> int | None:
        """The word where the number of a match begins, not of its gaps; "a man of 58" is not one.

        Of several the last that something follows, as what it counts does: "stage 4 for 2 years".
        """
        places = [index for index in own_words(match) if index in self.numbers]
        if len(places) > 1:
            places = [place for place in places if not self._is_article(place)] or places
            places = [place for place in places if self.numbers[place][0] < match.end] or places
        return places[-1] if places else None

    def _is_article(self, place: int) -> bool:
        return self.numbers[place][1] == 1 and not self.words.words[place][0].isdigit()


class _Narrow:
    """Which symbols of a word agree with it in their accents; what is written again is looked at once."""

    def __init__(self, matcher: Matcher, words: Words, spelling: Spelling) -> None:
        self._spelt = matcher.spelt
        self._words = words
        self._spelling = spelling
        self._known: dict[tuple[str, frozenset[int]], frozenset[int]] = {}

    def __call__(self, index: int, symbols: frozenset[int]) -> frozenset[int]:
        written = self._words.spelling(index)
        found = self._known.get((written, symbols))
        if found is None:
            found = self._known[written, symbols] = agreeing(self._spelt, symbols, written, self._spelling)
        return found
