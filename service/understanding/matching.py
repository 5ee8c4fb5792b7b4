"""Finds terms in a text: a rare word of each term is its anchor, and only where it stands is the rest looked at.

The work is linear in the text: every step of a term turns a small set of places into another one, and gaps and
distances are bounded, so that no text makes a term try more than a fixed number of places around an anchor.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from service.understanding.lexicon import NUMBER, Lexicon
from service.understanding.patterns import (
    Anchored,
    Branch,
    Entry,
    Pattern,
    Step,
    Symbol,
    compile_choice,
    compile_symbol,
    compile_term,
    symbols_of,
)
from service.understanding.spelling import Spelling, spelling_of
from service.understanding.terms import Choice, Element, Gap, Number, Part, Word
from service.understanding.words import Words, is_han

Span = tuple[int, int]
Places = set[int]

_GAP: Final = 4
_GAP_HAN: Final = 8
_REACH: Final = 12
_REACH_HAN: Final = 24
_LONG_TEXT: Final = 80
_NUMBER: Final = compile_symbol(NUMBER)
_NUMBERS_STAND_EVERYWHERE: Final = 10_000
"""And so they make poor anchors."""
_NOTHING: Final[dict[int, tuple[int, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Match:
    """Where a term stands: a span of words for each of its parts."""

    pattern: Pattern
    spans: tuple[Span, ...]
    scan: Scan = field(repr=False, compare=False)

    @property
    def section(self) -> str:
        return self.pattern.entry.section

    @property
    def start(self) -> int:
        return min(span[0] for span in self.spans)

    @property
    def end(self) -> int:
        return max(span[1] for span in self.spans)

    def is_alike(self, other: Match) -> bool:
        """Whether another match says the same of overlapping words."""
        return self.section == other.section and self.start < other.end and other.start < self.end

    def has_own_word(self, span: Span) -> bool:
        """Whether a word in `span` is one of those that the term itself names."""
        after, symbols = self.scan.after, self.pattern.symbols
        return any(not symbols.isdisjoint(after[index]) for index in range(*span))


class Matcher:
    """All terms of one language, compiled."""

    def __init__(self, language: str, entries: Iterable[Entry]) -> None:
        self.language = language
        self.lexicon = Lexicon(language)
        self._symbols: dict[Word, Symbol] = {}
        compiled = [(entry, [self._steps(part) for part in entry.term.parts]) for entry in entries]
        symbols = [frozenset().union(*map(symbols_of, parts)) for _, parts in compiled]
        usage = Counter(chain.from_iterable(symbols))
        usage[NUMBER] = _NUMBERS_STAND_EVERYWHERE
        self._index: dict[str, dict[int, list[Pattern]]] = defaultdict(lambda: defaultdict(list))
        for (entry, parts), used in zip(compiled, symbols, strict=True):
            pattern = compile_term(entry, parts, used, usage)
            for symbol in pattern.parts[0].symbols:
                self._index[entry.kind][symbol].append(pattern)

    def scan(self, words: Words) -> Scan:
        """The text as this language sees it."""
        return Scan(self, words)

    def patterns(self, kind: str) -> dict[int, list[Pattern]]:
        return self._index.get(kind, {})

    def _steps(self, part: Part) -> tuple[Step, ...]:
        return tuple(self._step(element) for element in part)

    def _step(self, element: Element) -> Step:
        match element:
            case Word():
                return self._symbol(element)
            case Number():
                return _NUMBER
            case Gap():
                return element
            case Choice(options, optional):
                return compile_choice([self._steps(option) for option in options], optional)

    def _symbol(self, word: Word) -> Symbol:
        symbol = self._symbols.get(word)
        if symbol is None:
            symbol = self._symbols[word] = compile_symbol(self.lexicon.add(word))
        return symbol


class Scan:
    """One text seen with the terms of one language: which symbols begin and end at each word."""

    def __init__(self, matcher: Matcher, words: Words) -> None:
        self.matcher = matcher
        self.words = words
        self.after: list[dict[int, tuple[int, ...]]] = [_NOTHING] * (len(words) + 1)
        self.before: list[dict[int, tuple[int, ...]]] = [_NOTHING] * (len(words) + 1)
        self.numbers: dict[int, tuple[int, float]] = {}
        self._found: dict[str, list[Match]] = {}
        self._parts: dict[tuple[Anchored, int], Span | None] = {}
        self._look_up()

    def _look_up(self) -> None:
        find, words = self.matcher.lexicon.find, self.words
        spelling = spelling_of(words.levelled.source, self.matcher.language)
        for index, word in enumerate(words.words):
            for symbol in find(word) if spelling is None else self._spelt_alike(index, spelling):
                self._join(symbol, index, index + 1)
        for index, form, end in words.other_forms():
            for symbol in find(form):
                self._join(symbol, index, end)

    def _spelt_alike(self, index: int, spelling: Spelling) -> Iterator[int]:
        lexicon, words = self.matcher.lexicon, self.words
        if symbols := lexicon.find(words.words[index]):
            start, end = words.source_span(index, index + 1)
            yield from lexicon.agreeing(symbols, words.levelled.source[start:end], spelling)

    def add_number(self, start: int, end: int, value: float) -> None:
        """Lets words `start` to `end` count as a number."""
        self.numbers[start] = (end, value)
        self._join(NUMBER, start, end)

    def find(self, kind: str) -> list[Match]:
        """Every term of a kind that stands in the text, in order of place, without what an idiom takes back."""
        if kind not in self._found:
            self._found[kind] = self._find(kind)
        return self._found[kind]

    def _find(self, kind: str) -> list[Match]:
        found = list(dict.fromkeys(self._matches(self.matcher.patterns(kind))))
        idioms = [match for match in found if match.pattern.entry.term.idiom]
        if idioms:
            found = [match for match in found if not _taken_back(match, idioms)]
        return sorted(found, key=lambda match: (match.start, -match.end))

    def number_place(self, match: Match) -> int | None:
        """The word where the first number of a match begins."""
        return next((index for index in range(match.start, match.end) if index in self.numbers), None)

    def _join(self, symbol: int, start: int, end: int) -> None:
        if self.after[start] is _NOTHING:
            self.after[start] = {}
        if self.before[end] is _NOTHING:
            self.before[end] = {}
        self.after[start][symbol] = (*self.after[start].get(symbol, ()), end)
        self.before[end][symbol] = (*self.before[end].get(symbol, ()), start)

    def _matches(self, index: Mapping[int, Sequence[Pattern]]) -> Iterator[Match]:
        if not index:
            return
        possible = index if len(self.words) < _LONG_TEXT else self._possible(index)
        for place, symbols in enumerate(self.after):
            for symbol in symbols:
                for pattern in possible.get(symbol, ()):
                    yield from self._match(pattern, place)

    def _possible(self, index: Mapping[int, Sequence[Pattern]]) -> Mapping[int, Sequence[Pattern]]:
        """The terms of which every needed word stands somewhere: saves more than it costs in long texts only."""
        present = {symbol for symbols in self.after for symbol in symbols}
        return {
            symbol: [pattern for pattern in index[symbol] if not any(map(present.isdisjoint, pattern.required))]
            for symbol in present.intersection(index)
        }

    def _match(self, pattern: Pattern, place: int) -> Iterator[Match]:
        first = self._part(pattern.parts[0], place)
        if first is None:
            return
        if len(pattern.parts) == 1:
            yield Match(pattern, (first,), self)
            return
        others = [self._near(part, first) for part in pattern.parts[1:]]
        spans = [span for span in others if span is not None]
        if len(spans) == len(others):
            yield Match(pattern, (first, *spans), self)

    def _near(self, part: Anchored, span: Span) -> Span | None:
        """The place of another part that is nearest to `span`, in the same sentence."""
        reach = _REACH_HAN if self._is_han(span[0]) else _REACH
        first = max(self.words.sentence_start[span[0]], span[0] - reach)
        end = min(self.words.sentence_end[span[0]], span[1] + reach)
        places = (place for place in range(first, end) if not part.symbols.isdisjoint(self.after[place]))
        found = [near for place in places if (near := self._known_part(part, place)) is not None]
        return min(found, key=lambda near: max(near[0] - span[1], span[0] - near[1]), default=None)

    def _known_part(self, part: Anchored, place: int) -> Span | None:
        """The same place is near to many others, and looked at once."""
        if (part, place) not in self._parts:
            self._parts[part, place] = self._part(part, place)
        return self._parts[part, place]

    def _part(self, part: Anchored, place: int) -> Span | None:
        ends = self._walk((part.anchor, *part.right), {place}, forward=True)
        if not ends:
            return None
        starts = self._walk(part.left, {place}, forward=False)
        if not starts:
            return None
        start, end = max(starts), min(ends)
        return (start, end) if end <= self.words.sentence_end[start] else None

    def _walk(self, steps: Sequence[Step], places: Places, *, forward: bool) -> Places:
        for step in steps:
            places = self._take(step, places, forward)
            if not places:
                break
        return places

    def _take(self, step: Step, places: Places, forward: bool) -> Places:
        if isinstance(step, Symbol):
            table = self.after if forward else self.before
            return {to for place in places for to in table[place].get(step.number, ())}
        if isinstance(step, Gap):
            return {to for place in places for to in self._gap(place, forward)}
        return self._branch(step, places, forward)

    def _branch(self, branch: Branch, places: Places, forward: bool) -> Places:
        table, longer = (self.after, branch.by_first) if forward else (self.before, branch.by_last)
        taken = set(places) if branch.optional else set()
        for place in places:
            for symbol, ends in table[place].items():
                if symbol in branch.single:
                    taken.update(ends)
                for option in longer.get(symbol, ()):
                    taken |= self._walk(option, {place}, forward=forward)
        for option in branch.others[0 if forward else 1]:
            taken |= self._walk(option, places, forward=forward)
        return taken

    def _gap(self, place: int, forward: bool) -> range:
        if forward:
            width = _GAP_HAN if self._is_han(place) else _GAP
            limit = self.words.sentence_end[place] if place < len(self.words) else place
            return range(place, min(limit, place + width) + 1)
        width = _GAP_HAN if place and self._is_han(place - 1) else _GAP
        limit = self.words.sentence_start[place - 1] if place else place
        return range(max(limit, place - width), place + 1)

    def _is_han(self, index: int) -> bool:
        return index < len(self.words) and is_han(self.words.words[index])


def _taken_back(match: Match, idioms: Iterable[Match]) -> bool:
    return match.pattern.entry.term.idiom or any(
        idiom.section == match.section and _covers(idiom, match) for idiom in idioms
    )


def _covers(idiom: Match, match: Match) -> bool:
    """Whether an idiom holds words of a match; words that only stand in the match's gap are none of its own."""
    first, end = idiom.start, idiom.end
    for start, stop in match.spans:
        if first <= start < end or first < stop <= end:
            return True
        if not match.pattern.gapped and start < end and first < stop:
            return True
    return False
