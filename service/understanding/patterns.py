"""Compiles terms for matching: words become symbols, choices become tables, and each part gets its anchor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.understanding.lexicon import NUMBER
from service.understanding.terms import Gap, Term


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


def compile_choice(options: Sequence[tuple[Step, ...]], optional: bool) -> Branch:
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


def compile_term(entry: Entry, parts: Sequence[tuple[Step, ...]], usage: Counter[int]) -> Pattern:
    anchored = sorted((_anchored(part, usage) for part in parts), key=lambda part: _cost(part.symbols, usage))
    symbols = frozenset(symbols_of(parts))
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


def symbols_of(parts: Iterable[Sequence[Step]]) -> Iterator[int]:
    for part in parts:
        for step in part:
            if isinstance(step, Symbol):
                yield step.number
            elif isinstance(step, Branch):
                yield from symbols_of(step.options)
