"""Compiles terms for matching: words become symbols, choices become tables, and each part gets its anchor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from service.understanding.terms.elements import Gap, Term


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

    optional: bool
    single: frozenset[int]
    by_first: Mapping[int, Sequence[Steps]]
    by_last: Mapping[int, Sequence[Steps]]
    others: tuple[tuple[Steps, ...], tuple[Steps, ...]]

    @property
    def is_simple(self) -> bool:
        """Whether it is one word, whichever is chosen."""
        return not (self.optional or self.by_first or self.others[0])

    def longer(self) -> Iterator[Steps]:
        """The options that are more than one plain word."""
        yield from chain.from_iterable(self.by_first.values())
        yield from self.others[0]


Step = Symbol | Branch | Gap
Steps = tuple[Step, ...]

_NONE: Final[frozenset[int]] = frozenset()
_REQUIRED: Final = 3
"""So many sets of words are looked for before a term is tried: more say little more, and take memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """One part of a term, cut before its anchor; `left` reads backwards from it, `right` begins with it.

    `symbols` are those with which the anchor may begin.
    """

    left: Steps
    right: Steps
    symbols: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A term ready to be laid out; `parts[0]` is the rarest.

    Beside the anchor, of each set in `required` one symbol must stand somewhere in the text, or the term cannot. A term
    is `gapped` if other words may stand between its own.
    """

    entry: Entry
    parts: tuple[Anchored, ...]
    required: tuple[frozenset[int], ...]
    gapped: bool


def _has_gap(steps: Steps) -> bool:
    """Whether a sequence, or an option of one of its choices, has a gap."""
    longer = chain.from_iterable(step.longer() for step in steps if isinstance(step, Branch))
    return any(isinstance(step, Gap) for step in steps) or any(map(_has_gap, longer))


class Compiler:
    """Compiles the choices of one language."""

    def __init__(self) -> None:
        self._of_branches: dict[Branch, frozenset[int]] = {}
        self._firsts: dict[Branch, frozenset[int]] = {}

    def choice(self, options: Sequence[Steps], optional: bool) -> Branch:
        single = frozenset(
            step.number for option in options if len(option) == 1 and isinstance(step := option[0], Symbol)
        )
        longer = [option for option in options if len(option) > 1 or not isinstance(option[0], Symbol)]
        by_first, others_forward = _by_leading_symbol(longer)
        by_last, others_backward = _by_leading_symbol([option[::-1] for option in longer])
        branch = Branch(optional, single, by_first, by_last, (tuple(others_forward), tuple(others_backward)))
        self._firsts[branch] = self._firsts_of_choice(single, longer)
        return branch

    def symbols_of(self, steps: Steps) -> frozenset[int]:
        """Every symbol of a sequence."""
        return frozenset().union(*map(self._symbols_of_step, steps))

    def _symbols_of_step(self, step: Step) -> frozenset[int]:
        if isinstance(step, Gap):
            return _NONE
        if isinstance(step, Symbol):
            return frozenset((step.number,))
        known = self._of_branches.get(step)
        if known is None:
            known = self._of_branches[step] = step.single.union(*map(self.symbols_of, step.longer()))
        return known

    def term(self, entry: Entry, parts: Sequence[Steps], usage: Counter[int]) -> Compiled:
        """A term, each part cut at the word that is rarest by `usage`."""
        anchored = sorted((self._anchored(part, usage) for part in parts), key=lambda part: _cost(part.symbols, usage))
        needed = [firsts for part in parts for step in part if (firsts := self._firsts_of(step))]
        others = (firsts for firsts in needed if firsts != anchored[0].symbols)
        required = sorted(others, key=lambda firsts: _cost(firsts, usage))  # what is likeliest to be missing first
        return Compiled(entry, tuple(anchored), tuple(required[:_REQUIRED]), any(map(_has_gap, parts)))

    def _anchored(self, part: Steps, usage: Counter[int]) -> Anchored:
        possible = [(index, firsts) for index, step in enumerate(part) if (firsts := self._firsts_of(step))]
        at, symbols = min(possible, key=lambda candidate: _cost(candidate[1], usage))
        return Anchored(part[:at][::-1], part[at:], symbols)

    def _firsts_of(self, step: Step) -> frozenset[int]:
        """The symbols with which a step begins that is always there; empty for all others."""
        if isinstance(step, Symbol):
            return frozenset((step.number,))
        return _NONE if isinstance(step, Gap) or step.optional else self._firsts[step]

    def _firsts_of_choice(self, single: frozenset[int], longer: Sequence[Steps]) -> frozenset[int]:
        """All symbols with which a choice may begin, none if that cannot be told."""
        firsts = list(map(self._firsts_of_steps, longer))
        return single.union(*firsts) if all(firsts) else _NONE

    def _firsts_of_steps(self, steps: Steps) -> frozenset[int]:
        """The symbols with which a sequence may begin, its optional beginnings included."""
        found: list[frozenset[int]] = []
        for step in steps:
            if isinstance(step, Branch) and step.optional:
                found.append(self._firsts[step])
            else:
                firsts = self._firsts_of(step)
                return firsts.union(*found) if firsts else _NONE
        return _NONE


def _by_leading_symbol(options: Iterable[Steps]) -> tuple[Mapping[int, Sequence[Steps]], list[Steps]]:
    leading: dict[int, tuple[Steps, ...]] = {}
    others = []
    for option in options:
        if isinstance(option[0], Symbol):
            leading[option[0].number] = (*leading.get(option[0].number, ()), option)
        else:
            others.append(option)
    return leading, others


def _cost(symbols: Iterable[int], usage: Counter[int]) -> int:
    """How often an anchor would be tried."""
    return sum(map(usage.__getitem__, symbols))
