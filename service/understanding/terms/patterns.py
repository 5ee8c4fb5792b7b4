"""Compiles terms for matching: words become symbols, choices become tables, and each part gets its anchor."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar

from service.understanding.terms.elements import Gap, Term
from service.understanding.terms.lexicon import same

_EVERY_NUMBER: Final = tuple(range(1 << 16))
"""Numbers that stand in many sets, each there once."""


def _unpacked(content: bytes) -> Iterator[int]:
    return map(_EVERY_NUMBER.__getitem__, memoryview(content).cast("H"))


class Numbers(frozenset[int]):
    """A set of symbols; read from a file, it shares its numbers with all others, which saves a third of the memory."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[[bytes], Numbers], tuple[bytes]]:
        return _numbers, (array("H", sorted(self)).tobytes(),)


def _numbers(content: bytes) -> Numbers:
    return Numbers(_unpacked(content))


class Few(tuple[int, ...]):
    """A few symbols that are only gone through: a set of them would take four times the memory."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[[bytes], tuple[int, ...]], tuple[bytes]]:
        return _few, (array("H", self).tobytes(),)


def _few(content: bytes) -> tuple[int, ...]:
    return same(tuple(_unpacked(content)))


Value = TypeVar("Value")


class BySymbol(dict[int, Value]):
    """Something for each of many symbols; read from a file, it is a plain dictionary that shares its numbers, too."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., dict[int, Value]], tuple[bytes, tuple[Value, ...]]]:
        return _by_symbol, (array("H", self).tobytes(), tuple(self.values()))


def _by_symbol(symbols: bytes, values: tuple[Value, ...]) -> dict[int, Value]:
    return dict(zip(_unpacked(symbols), values, strict=True))


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
    symbols: tuple[int, ...]

    def uses(self, symbols: frozenset[int]) -> bool:
        """Whether one of these is the symbol of the word."""
        return self.number in symbols


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A choice of a term, compiled: single words by symbol, longer options by the symbols that they begin or end with.

    `others` are the options that do not begin, or do not end, with a plain word.
    """

    optional: bool
    single: Collection[int]
    by_first: Mapping[int, Sequence[Steps]]
    by_last: Mapping[int, Sequence[Steps]]
    others: tuple[tuple[Steps, ...], tuple[Steps, ...]]

    @property
    def is_simple(self) -> bool:
        """Whether it is one word, whichever is chosen."""
        return not (self.optional or self.by_first or self.others[0])

    def uses(self, symbols: frozenset[int]) -> bool:
        """Whether one of these is the symbol of a word of any option."""
        return not symbols.isdisjoint(self.single) or any(_uses(option, symbols) for option in self.longer())

    def longer(self) -> Iterator[Steps]:
        """The options that are more than one plain word."""
        yield from chain.from_iterable(self.by_first.values())
        yield from self.others[0]


Step = Symbol | Branch | Gap
Steps = tuple[Step, ...]

_NONE: Final = Numbers()
_REQUIRED: Final = 3
"""So many sets of words are looked for before a term is tried: more say little more, and take memory."""
_NOTHING: Final[Mapping[int, Sequence[Steps]]] = {}
_MOST_FIRST: Final = 32
_MOST_ALONE: Final = 8
"""More symbols than these are better looked for than gone through: those that may begin a term where a text is asked
whether it holds any, and those of a choice at every word that it is tried at.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """One part of a term, cut before its anchor; `left` reads backwards from it, `right` begins with it.

    `symbols` are those with which the anchor may begin.
    """

    left: Steps
    right: Steps
    symbols: Collection[int]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A term ready for matching; `parts[0]` is the rarest.

    Beside the anchor, of each set in `required` one symbol must stand somewhere in the text, or the term cannot. A term
    is `gapped` if other words may stand between its own.
    """

    entry: Entry
    parts: tuple[Anchored, ...]
    required: tuple[Collection[int], ...]
    gapped: bool

    def uses(self, symbols: frozenset[int]) -> bool:
        """Whether one of these is the symbol of a word of the term."""
        return any(_uses(part.left, symbols) or _uses(part.right, symbols) for part in self.parts)


def _uses(steps: Steps, symbols: frozenset[int]) -> bool:
    return any(step.uses(symbols) for step in steps if not isinstance(step, Gap))


def _has_gap(steps: Steps) -> bool:
    """Whether a sequence, or an option of one of its choices, has a gap."""
    longer = chain.from_iterable(step.longer() for step in steps if isinstance(step, Branch))
    return any(isinstance(step, Gap) for step in steps) or any(map(_has_gap, longer))


class Compiler:
    """Compiles the choices of one language; sets that are equal are one object, since most of them are."""

    def __init__(self) -> None:
        self._sets: dict[Few | Numbers, Few | Numbers] = {}
        self._of_branches: dict[Branch, frozenset[int]] = {}
        self._firsts: dict[Branch, Collection[int]] = {}

    def symbol(self, number: int) -> Symbol:
        return Symbol(number, same((number,)))

    def choice(self, options: Sequence[Steps], optional: bool) -> Branch:
        single = self._shared(
            {step.number for option in options if len(option) == 1 and isinstance(step := option[0], Symbol)},
            _MOST_ALONE,
        )
        longer = [option for option in options if len(option) > 1 or not isinstance(option[0], Symbol)]
        by_first, others_forward = _by_leading_symbol(longer)
        by_last, others_backward = _by_leading_symbol([option[::-1] for option in longer])
        branch = Branch(optional, single, by_first, by_last, (tuple(others_forward), tuple(others_backward)))
        self._firsts[branch] = self._shared(self._firsts_of_choice(single, longer), _MOST_FIRST)
        return branch

    def symbols_of(self, steps: Steps) -> frozenset[int]:
        """Every symbol of a sequence."""
        return frozenset().union(*map(self._symbols_of_step, steps))

    def _symbols_of_step(self, step: Step) -> frozenset[int]:
        if isinstance(step, Gap):
            return _NONE
        if isinstance(step, Symbol):
            return frozenset(step.symbols)
        known = self._of_branches.get(step)
        if known is None:
            known = self._of_branches[step] = frozenset(step.single).union(*map(self.symbols_of, step.longer()))
        return known

    def term(self, entry: Entry, parts: Sequence[Steps], usage: Counter[int]) -> Pattern:
        """A term, each part cut at the word that is rarest by `usage`."""
        anchored = sorted((self._anchored(part, usage) for part in parts), key=lambda part: _cost(part.symbols, usage))
        needed = [firsts for part in parts for step in part if (firsts := self._firsts_of(step))]
        others = (firsts for firsts in needed if firsts is not anchored[0].symbols)
        required = sorted(others, key=lambda firsts: _cost(firsts, usage))  # what is likeliest to be missing first
        return Pattern(entry, tuple(anchored), tuple(required[:_REQUIRED]), any(map(_has_gap, parts)))

    def _anchored(self, part: Steps, usage: Counter[int]) -> Anchored:
        possible = [(index, firsts) for index, step in enumerate(part) if (firsts := self._firsts_of(step))]
        at, symbols = min(possible, key=lambda candidate: _cost(candidate[1], usage))
        return Anchored(part[:at][::-1], part[at:], symbols)

    def _firsts_of(self, step: Step) -> Collection[int]:
        """The symbols with which a step begins that is always there; empty for all others."""
        if isinstance(step, Symbol):
            return step.symbols
        return _NONE if isinstance(step, Gap) or step.optional else self._firsts[step]

    def _firsts_of_choice(self, single: Collection[int], longer: Sequence[Steps]) -> frozenset[int]:
        """All symbols with which a choice may begin, none if that cannot be told."""
        firsts = list(map(self._firsts_of_steps, longer))
        return frozenset(single).union(*firsts) if all(firsts) else _NONE

    def _firsts_of_steps(self, steps: Steps) -> Collection[int]:
        """The symbols with which a sequence may begin, its optional beginnings included."""
        found: list[Collection[int]] = []
        for step in steps:
            if isinstance(step, Branch) and step.optional:
                found.append(self._firsts[step])
            else:
                firsts = self._firsts_of(step)
                return frozenset(firsts).union(*found) if firsts else _NONE
        return _NONE

    def _shared(self, numbers: Set[int], most: int) -> Collection[int]:
        """The symbols as one object with all that equal them; a tuple, if they are few."""
        found = Few(sorted(numbers)) if len(numbers) <= most else Numbers(numbers)
        return self._sets.setdefault(found, found)


def _by_leading_symbol(options: Iterable[Steps]) -> tuple[Mapping[int, Sequence[Steps]], list[Steps]]:
    leading: dict[int, tuple[Steps, ...]] = {}
    others = []
    for option in options:
        if isinstance(option[0], Symbol):
            leading[option[0].number] = (*leading.get(option[0].number, ()), option)
        else:
            others.append(option)
    return BySymbol(leading) if leading else _NOTHING, others


def _cost(symbols: Iterable[int], usage: Counter[int]) -> int:
    """How often an anchor would be tried."""
    return sum(map(usage.__getitem__, symbols))
