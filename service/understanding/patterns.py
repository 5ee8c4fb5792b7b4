"""Compiles terms for matching: words become symbols, choices become tables, and each part gets its anchor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from service.understanding.elements import Gap, Term


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
    symbols: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A choice of a term, compiled: single words by symbol, longer options by the symbols that they begin or end with.

    `others` are the options that do not begin, or do not end, with a plain word; `firsts` all symbols with which the
    choice may begin, none if that cannot be told.
    """

    optional: bool
    symbols: frozenset[int]
    firsts: frozenset[int]
    single: frozenset[int]
    by_first: Mapping[int, Sequence[Steps]]
    by_last: Mapping[int, Sequence[Steps]]
    others: tuple[tuple[Steps, ...], tuple[Steps, ...]]


Step = Symbol | Branch | Gap
Steps = tuple[Step, ...]

_NONE: Final[frozenset[int]] = frozenset()
_NOTHING: Final[Mapping[int, Sequence[Steps]]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """One part of a term, cut before its anchor; `left` reads backwards from it, `right` begins with it.

    `symbols` are those with which the anchor may begin.
    """

    left: Steps
    right: Steps
    symbols: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A term ready for matching; `parts[0]` is the rarest.

    Beside the anchor, of each set in `required` one symbol must stand somewhere in the text, or the term cannot.
    `symbols` are those of all its words, in several sets that it shares with other terms.
    """

    entry: Entry
    parts: tuple[Anchored, ...]
    symbols: tuple[frozenset[int], ...]
    required: tuple[frozenset[int], ...]
    gapped: bool

    def uses(self, symbols: frozenset[int]) -> bool:
        """Whether one of these is the symbol of a word of the term."""
        return not all(map(symbols.isdisjoint, self.symbols))


class Compiler:
    """Compiles the choices of one language; sets that are equal are one object, since most of them are."""

    def __init__(self) -> None:
        self._sets: dict[frozenset[int], frozenset[int]] = {}

    def symbol(self, number: int) -> Symbol:
        return Symbol(number, self._shared(frozenset((number,))))

    def choice(self, options: Sequence[Steps], optional: bool) -> Branch:
        single = self._shared(
            frozenset(step.number for option in options if len(option) == 1 and isinstance(step := option[0], Symbol))
        )
        longer = [option for option in options if len(option) > 1 or not isinstance(option[0], Symbol)]
        by_first, others_forward = _by_leading_symbol(longer)
        by_last, others_backward = _by_leading_symbol([option[::-1] for option in longer])
        return Branch(
            optional,
            self._shared(single.union(*chain.from_iterable(map(symbols_of, longer)))),
            self._shared(_firsts_of_choice(single, longer)),
            single,
            by_first,
            by_last,
            (tuple(others_forward), tuple(others_backward)),
        )

    def _shared(self, numbers: frozenset[int]) -> frozenset[int]:
        return self._sets.setdefault(numbers, numbers)


def _by_leading_symbol(options: Iterable[Steps]) -> tuple[Mapping[int, Sequence[Steps]], list[Steps]]:
    leading: dict[int, tuple[Steps, ...]] = {}
    others = []
    for option in options:
        if isinstance(option[0], Symbol):
            leading[option[0].number] = (*leading.get(option[0].number, ()), option)
        else:
            others.append(option)
    return leading or _NOTHING, others


def _firsts_of_choice(single: frozenset[int], longer: Sequence[Steps]) -> frozenset[int]:
    firsts = list(map(_firsts_of_steps, longer))
    return single.union(*firsts) if all(firsts) else _NONE


def _firsts_of_steps(steps: Steps) -> frozenset[int]:
    """The symbols with which a sequence may begin, its optional beginnings included."""
    found: list[frozenset[int]] = []
    for step in steps:
        if isinstance(step, Branch) and step.optional:
            found.append(step.firsts)
        else:
            firsts = firsts_of(step)
            return firsts.union(*found) if firsts else _NONE
    return _NONE


def firsts_of(step: Step) -> frozenset[int]:
    """The symbols with which a step begins that is always there; empty for all others."""
    if isinstance(step, Symbol):
        return step.symbols
    return _NONE if isinstance(step, Gap) or step.optional else step.firsts


def symbols_of(steps: Steps) -> tuple[frozenset[int], ...]:
    """Every symbol of a sequence, step by step."""
    return tuple(step.symbols for step in steps if not isinstance(step, Gap))


def compile_term(entry: Entry, parts: Sequence[Steps], usage: Counter[int]) -> Pattern:
    anchored = sorted((_anchored(part, usage) for part in parts), key=lambda part: _cost(part.symbols, usage))
    symbols = tuple(chain.from_iterable(map(symbols_of, parts)))
    required = tuple(
        firsts for part in parts for step in part if (firsts := firsts_of(step)) and firsts is not anchored[0].symbols
    )
    gapped = any(isinstance(step, Gap) for part in parts for step in part)
    return Pattern(entry, tuple(anchored), symbols, required, gapped)


def _anchored(part: Steps, usage: Counter[int]) -> Anchored:
    possible = [(index, firsts) for index, step in enumerate(part) if (firsts := firsts_of(step))]
    at, symbols = min(possible, key=lambda candidate: _cost(candidate[1], usage))
    return Anchored(part[:at][::-1], part[at:], symbols)


def _cost(symbols: Iterable[int], usage: Counter[int]) -> int:
    """How often an anchor would be tried."""
    return sum(map(usage.__getitem__, symbols))
