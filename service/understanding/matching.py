"""Finds terms in a text: a rare word of each term is its anchor, and only where it stands is the rest looked at.

The work is linear in the text: every step of a term turns a small set of places into another one, and gaps and
distances are bounded, so that no text makes a term try more than a fixed number of places around an anchor.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.understanding.lexicon import NUMBER, Lexicon
from service.understanding.terms import Choice, Element, Gap, Number, Part, Term, Word
from service.understanding.words import Words, is_han

Span = tuple[int, int]
Places = set[int]

_GAP: Final = 4
_GAP_HAN: Final = 8
_REACH: Final = 12
_REACH_HAN: Final = 24
_LONG_TEXT: Final = 80
_NOTHING: Final[dict[int, tuple[int, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as it stands in a knowledge file: its kind, its section, and the value behind its equals sign."""

    kind: str
    section: str
    term: Term
    value: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A word of a term, by its number in the lexicon."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A choice of a term, compiled: single words by symbol, longer options by the symbols that they begin or end with.

    `others` are the options that do not begin, or do not end, with a plain word.
    """

    options: tuple[tuple[Step, ...], ...]
    optional: bool
    single: frozenset[int]
    by_first: Mapping[int, Sequence[tuple[Step, ...]]]
    by_last: Mapping[int, Sequence[tuple[Step, ...]]]
    others: tuple[tuple[tuple[Step, ...], ...], tuple[tuple[Step, ...], ...]]


Step = Symbol | Branch | Gap


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """One part of a term, cut at its anchor; `left` reads backwards from it."""

    left: tuple[Step, ...]
    anchor: Step
    right: tuple[Step, ...]
    symbols: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A term ready for matching; `parts[0]` is the rarest.

    Of each set in `required` one symbol must stand somewhere in the text, or the term cannot.
    """

    entry: Entry
    parts: tuple[Anchored, ...]
    symbols: frozenset[int]
    required: tuple[frozenset[int], ...]
    gapped: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Where a term stands: a span of words for each of its parts."""

    pattern: Pattern
    spans: tuple[Span, ...]

    @property
    def section(self) -> str:
        return self.pattern.entry.section

    @property
    def start(self) -> int:
        return min(span[0] for span in self.spans)

    @property
    def end(self) -> int:
        return max(span[1] for span in self.spans)


class Matcher:
    """All terms of one language, compiled."""

    def __init__(self, language: str, entries: Iterable[Entry]) -> None:
        self.language = language
        self.lexicon = Lexicon(language)
        compiled = [(entry, [self._steps(part) for part in entry.term.parts]) for entry in entries]
        usage = Counter(symbol for _, parts in compiled for symbol in set(_symbols_of(parts)))
        self._index: dict[str, dict[int, list[Pattern]]] = defaultdict(lambda: defaultdict(list))
        for entry, parts in compiled:
            pattern = _pattern(entry, parts, usage)
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
                return Symbol(self.lexicon.add(element))
            case Number():
                return Symbol(NUMBER)
            case Gap():
                return element
            case Choice(options, optional):
                return _branch([self._steps(option) for option in options], optional)


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
        find = matcher.lexicon.find
        for index, word in enumerate(words.words):
            for symbol in find(word):
                self._join(symbol, index, index + 1)
        for index, form, end in words.other_forms():
            for symbol in find(form):
                self._join(symbol, index, end)

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

    def has_own_word(self, match: Match, span: Span) -> bool:
        """Whether a word in `span` is one of those that the term itself names."""
        symbols = match.pattern.symbols
        return any(not symbols.isdisjoint(self.after[index]) for index in range(*span))

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
            yield Match(pattern, (first,))
            return
        others = [self._near(part, first) for part in pattern.parts[1:]]
        spans = [span for span in others if span is not None]
        if len(spans) == len(others):
            yield Match(pattern, (first, *spans))

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


def _branch(options: Sequence[tuple[Step, ...]], optional: bool) -> Branch:
    single = {step.number for option in options if len(option) == 1 and isinstance(step := option[0], Symbol)}
    longer = [option for option in options if len(option) > 1 or not isinstance(option[0], Symbol)]
    by_first, others_forward = _by_leading_symbol(longer)
    by_last, others_backward = _by_leading_symbol([option[::-1] for option in longer])
    others = (tuple(others_forward), tuple(others_backward))
    return Branch(tuple(options), optional, frozenset(single), by_first, by_last, others)


def _by_leading_symbol(
    options: Iterable[tuple[Step, ...]],
) -> tuple[dict[int, list[tuple[Step, ...]]], list[tuple[Step, ...]]]:
    leading: dict[int, list[tuple[Step, ...]]] = {}
    others = []
    for option in options:
        if isinstance(option[0], Symbol):
            leading.setdefault(option[0].number, []).append(option)
        else:
            others.append(option)
    return leading, others


def _pattern(entry: Entry, parts: Sequence[tuple[Step, ...]], usage: Counter[int]) -> Pattern:
    anchored = sorted((_anchored(part, usage) for part in parts), key=lambda part: _cost(part.symbols, usage))
    symbols = frozenset(_symbols_of(parts))
    required = tuple(firsts for part in parts for step in part if (firsts := _first_symbols(step)))
    return Pattern(
        entry, tuple(anchored), symbols, required, any(isinstance(step, Gap) for part in parts for step in part)
    )


def _anchored(part: tuple[Step, ...], usage: Counter[int]) -> Anchored:
    possible = [(index, symbols) for index, step in enumerate(part) if (symbols := _first_symbols(step))]
    at, symbols = min(possible, key=lambda candidate: _cost(candidate[1], usage))
    return Anchored(part[:at][::-1], part[at], part[at + 1 :], symbols)


def _first_symbols(step: Step) -> frozenset[int]:
    """The symbols with which a step may begin; empty if it cannot be an anchor."""
    if isinstance(step, Symbol):
        return frozenset((step.number,))
    if isinstance(step, Gap) or step.optional:
        return frozenset()
    firsts = [_first_of(option) for option in step.options]
    return frozenset().union(*firsts) if all(firsts) else frozenset()


def _first_of(option: Sequence[Step]) -> frozenset[int]:
    """The symbols with which a sequence may begin, its optional beginnings included."""
    found: frozenset[int] = frozenset()
    for step in option:
        if not (isinstance(step, Branch) and step.optional):
            firsts = _first_symbols(step)
            return found | firsts if firsts else frozenset()
        found = found.union(*(_first_of(branch) for branch in step.options))
    return frozenset()


def _cost(symbols: Iterable[int], usage: Counter[int]) -> int:
    """How often an anchor would be tried: numbers stand everywhere, so they make poor anchors."""
    return sum(10_000 if symbol == NUMBER else usage[symbol] for symbol in symbols)


def _symbols_of(parts: Iterable[Sequence[Step]]) -> Iterator[int]:
    for part in parts:
        for step in part:
            if isinstance(step, Symbol):
                yield step.number
            elif isinstance(step, Branch):
                yield from _symbols_of(step.options)


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
