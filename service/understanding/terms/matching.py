"""Finds terms in a text: a rare word of each term is its anchor, and only where it stands is the rest looked at.

The work is linear in the text: every step of a term turns a small set of places into another one, and gaps and
distances are bounded, so that no text makes a term try more than a fixed number of places around an anchor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from service.understanding.terms.elements import Gap
from service.understanding.terms.lexicon import NUMBER
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import Match, Span, takes_back, without_idioms, words_of
from service.understanding.terms.patterns import Anchored, Branch, Pattern, Step, Symbol
from service.understanding.terms.symbols import NOTHING, Places, Symbols
from service.understanding.text.words import Words

_GAP: Final = 4
_GAP_HAN: Final = 8
_REACH: Final = 12
_REACH_HAN: Final = 24
_MOST_PLACES: Final = 100
"""So many places of one term are looked at in a text; nobody who needs help says the same a hundred times."""


class Scan:
    """One text seen with the terms of one language: which symbols begin and end at each word."""

    def __init__(self, matcher: Matcher, words: Words) -> None:
        self.matcher = matcher
        self.words = words
        self._symbols = Symbols(words, matcher.lexicon, matcher.language)
        self.numbers: dict[int, tuple[int, float]] = {}
        self._all: dict[str, list[Match]] = {}
        self._found: dict[str, list[Match]] = {}
        self._idioms: dict[str, list[Match]] = {}
        self._parts: dict[tuple[Anchored, int], Span | None] = {}

    @cached_property
    def known_words(self) -> int:
        """How many words of the text the terms of this language use."""
        return sum(map(bool, self._symbols.begin))

    def add_number(self, start: int, end: int, value: float) -> None:
        """Lets words `start` to `end` count as a number."""
        self.numbers[start] = (end, value)
        self._symbols.add(NUMBER, start, end)

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
        found = self._all[kind] = list(dict.fromkeys(self._matches(self.matcher.patterns(kind))))
        self._idioms[kind] = [match for match in found if match.is_idiom]
        return sorted(without_idioms(found, self._idioms[kind]), key=lambda match: (match.start, -match.end))

    def number_place(self, match: Match) -> int | None:
        """The word where the first number of a match begins."""
        return next((index for index in range(match.start, match.end) if index in self.numbers), None)

    def _matches(self, index: Mapping[int, Sequence[Pattern]]) -> Iterator[Match]:
        """Tries each term where its anchor stands, if every other word that it needs stands somewhere."""
        places, found = self._symbols.places, dict[Pattern, int]()
        is_missing = places.keys().isdisjoint
        for symbol, anchors in places.items():
            for pattern in index.get(symbol, ()):
                for needed in pattern.required:
                    if is_missing(needed):
                        break
                else:
                    for place in anchors:
                        if (match := self._match(pattern, place)) is not None:
                            found[pattern] = found.get(pattern, 0) + 1
                            if found[pattern] > _MOST_PLACES:
                                break
                            yield match

    def _match(self, pattern: Pattern, place: int) -> Match | None:
        first = self._part(pattern.parts[0], place)
        if first is None:
            return None
        if len(pattern.parts) == 1:
            return Match(pattern, (first,), self._symbols.begin)
        others = [self._near(part, first) for part in pattern.parts[1:]]
        spans = [span for span in others if span is not None]
        return Match(pattern, (first, *spans), self._symbols.begin) if len(spans) == len(others) else None

    def _near(self, part: Anchored, span: Span) -> Span | None:
        """The place of another part that is nearest to `span`, in the same sentence."""
        reach = _REACH_HAN if self._is_small(span[0]) else _REACH
        first = max(self.words.sentence_start[span[0]], span[0] - reach)
        end = min(self.words.sentence_end[span[0]], span[1] + reach)
        places = (place for place in range(first, end) if not self._symbols.begin[place].isdisjoint(part.symbols))
        found = [near for place in places if (near := self._known_part(part, place)) is not None]
        return min(found, key=lambda near: max(near[0] - span[1], span[0] - near[1]), default=None)

    def _known_part(self, part: Anchored, place: int) -> Span | None:
        """The same place is near to many others, and looked at once."""
        if (part, place) not in self._parts:
            self._parts[part, place] = self._part(part, place)
        return self._parts[part, place]

    def _part(self, part: Anchored, place: int) -> Span | None:
        ends = self._reach(part.right, place, forward=True)
        if not ends:
            return None
        starts = self._reach(part.left, place, forward=False)
        if not starts:
            return None
        start, end = max(starts), min(ends)
        return (start, end) if end <= self.words.sentence_end[start] else None

    def _reach(self, steps: Sequence[Step], place: int, *, forward: bool) -> Collection[int]:
        """Where the steps lead from one place; as long as they lead to one only, it needs no set."""
        symbols, on = self._symbols, 1 if forward else -1
        longer = symbols.ahead if forward else symbols.back
        for taken, step in enumerate(steps):
            if isinstance(step, Gap) or (longer and place in longer):
                return self._walk(steps[taken:], {place}, forward=forward)
            alone = symbols.alone[place if forward else place - 1]
            if isinstance(step, Symbol):
                if step.number not in alone:
                    return ()
            elif step.is_simple:
                if alone.isdisjoint(step.single):
                    return ()
            else:
                return self._walk(steps[taken:], {place}, forward=forward)
            place += on
        return (place,)

    def _walk(self, steps: Sequence[Step], places: Places, *, forward: bool) -> Places:
        for step in steps:
            places = self._take(step, places, forward)
            if not places:
                break
        return places

    def _take(self, step: Step, places: Places, forward: bool) -> Places:
        if isinstance(step, Symbol):
            return self._symbols.follow(step.number, places, forward)
        if isinstance(step, Gap):
            return {to for place in places for to in self._gap(place, forward)}
        return self._branch(step, places, forward)

    def _branch(self, branch: Branch, places: Places, forward: bool) -> Places:
        taken = set(places) if branch.optional else set()
        options = branch.by_first if forward else branch.by_last
        several = self._symbols.ahead if forward else self._symbols.back
        for place in places:
            alone = self._symbols.alone[place if forward else place - 1]
            if not alone.isdisjoint(branch.single):
                taken.add(place + 1 if forward else place - 1)
            if longer := several.get(place, NOTHING):
                taken.update(end for symbol in longer if symbol in branch.single for end in longer[symbol])
            if options:
                for symbol in alone if not longer else alone.union(longer):
                    for option in options.get(symbol, ()):
                        taken.update(self._reach(option, place, forward=forward))
        for option in branch.others[0 if forward else 1]:
            taken |= self._walk(option, places, forward=forward)
        return taken

    def _gap(self, place: int, forward: bool) -> range:
        if forward:
            width = _GAP_HAN if self._is_small(place) else _GAP
            limit = self.words.sentence_end[place] if place < len(self.words) else place
            return range(place, min(limit, place + width) + 1)
        width = _GAP_HAN if place and self._is_small(place - 1) else _GAP
        limit = self.words.sentence_start[place - 1] if place else place
        return range(max(limit, place - width), place + 1)

    def _is_small(self, index: int) -> bool:
        return index < len(self.words) and self.words.is_small(index)
