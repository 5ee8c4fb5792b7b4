"""Lays compiled terms out as whole numbers, which are searched as they stand, wherever they are mapped from.

All that terms are made of is a list in one pool, and is known by where it begins: a list has its length first, and
lists that are equal are one. Place 0 is the empty list. `search.pyx` reads what is written here:

- a sequence is a list of steps, each a number of two parts: in the lowest two bits what it is (`WORD`, `GAP`, `CHOICE`,
  `ONE_WORD`), above them the symbol, nothing, a choice, or a set;
- a set is a list of symbols in their order; a table is a list of pairs, a symbol and the list of sequences it leads to;
- a choice is six numbers: whether it may be left out, the set of its single words, the tables of its longer options by
  their first and by their last words, and the lists of those that do not begin, or do not end, with a plain word;
- the number of a prefix in its trie is 1 if it swallows the letter behind it;
- a term is its number, whether it has gaps, the number of its entry, how many sets it requires and these, how many
  parts it has, and of each what stands left of its anchor, the anchor with what follows, and the set of anchors;
- a set that is required has a number of its own before it; of one symbol, -1 and the symbol stand for it;
- the index has for each symbol, kind by kind, the list of the terms whose anchor it may be.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from service.understanding.terms.elements import Gap
from service.understanding.terms.lexicon import SWALLOWING, Lexicon, prefixes
from service.understanding.terms.patterns import Branch, Compiled, Entry, Step, Steps, Symbol
from service.understanding.text.trie import lay_out as lay_out_trie

WORD, GAP, CHOICE, ONE_WORD = range(4)
_KIND_BITS: Final = 2


@dataclass(slots=True)
class Pool:
    """Lists of numbers one behind the other."""

    numbers: array[int] = field(default_factory=lambda: array("i", [0]))
    _known: dict[tuple[int, ...], int] = field(default_factory=lambda: {(0,): 0})

    def put(self, numbers: Collection[int]) -> int:
        """Where a list begins."""
        return self.record((len(numbers), *numbers))

    def record(self, numbers: tuple[int, ...]) -> int:
        """Where numbers begin whose count is known without saying."""
        place = self._known.get(numbers)
        if place is None:
            place = self._known[numbers] = len(self.numbers)
            self.numbers.extend(numbers)
        return place

    def append(self, numbers: array[int]) -> int:
        """Where a large table begins."""
        place = len(self.numbers)
        self.numbers.extend(numbers)
        return place


class Layout:
    """The terms of one language in a pool; `head` says where everything begins."""

    def __init__(self, lexicon: Lexicon, terms: Sequence[Compiled]) -> None:
        self._pool = Pool()
        self._branches: dict[Branch, int] = {}
        self._required: dict[frozenset[int], int] = {}
        entries: dict[Entry, int] = {}
        places = [
            self._term(number, term, entries.setdefault(term.entry, len(entries))) for number, term in enumerate(terms)
        ]
        kinds = tuple(dict.fromkeys(term.entry.kind for term in terms))
        words, endings, inner = self._words(lexicon)
        self.head: Mapping[str, Any] = {
            "symbols": lexicon.count,
            "sets": len(self._required),
            "kinds": kinds,
            "index": self._index(kinds, terms, places, lexicon.count),
            "terms": self._pool.append(array("i", [len(places), *places])),
            "words": self._trie(words),
            "endings": self._trie(endings),
            "inner": self._trie(inner),
            "prefixes": self._trie({one: int(one.endswith(SWALLOWING)) for one in prefixes(lexicon.language)}),
            "entries": list(entries),
            "spelt": lexicon.spelt,
        }
        self.numbers = self._pool.numbers

    def _trie(self, values: Mapping[str, int]) -> int:
        return self._pool.append(lay_out_trie(values))

    def _words(self, lexicon: Lexicon) -> tuple[dict[str, int], ...]:
        """Where the symbols stand of whole words and stems together, of endings (read backwards), of inner letters."""
        whole, stems = lexicon.symbols["whole"], lexicon.symbols["begins"]
        put = self._pool.put
        return (
            {
                text: self._pool.record((put(whole.get(text, ())), put(stems.get(text, ()))))
                for text in {**whole, **stems}
            },
            {text[::-1]: put(symbols) for text, symbols in lexicon.symbols["ends"].items()},
            {text: put(symbols) for text, symbols in lexicon.symbols["holds"].items()},
        )

    def _index(self, kinds: Sequence[str], terms: Sequence[Compiled], places: Sequence[int], symbols: int) -> int:
        """For each symbol and kind the list of the terms whose anchor it may be."""
        anchored: dict[tuple[int, str], list[int]] = {}
        for term, place in zip(terms, places, strict=True):
            for symbol in term.parts[0].symbols:
                anchored.setdefault((symbol, term.entry.kind), []).append(place)
        lists = [self._pool.put(anchored.get((symbol, kind), ())) for symbol in range(symbols) for kind in kinds]
        return self._pool.append(array("i", lists))

    def _term(self, number: int, term: Compiled, entry: int) -> int:
        required = [number for symbols in term.required for number in self._required_set(symbols)]
        parts = [
            number
            for part in term.parts
            for number in (self._sequence(part.left), self._sequence(part.right), self._set(part.symbols))
        ]
        known = (number, int(term.gapped), entry)
        return self._pool.record((*known, len(term.required), *required, len(term.parts), *parts))

    def _required_set(self, symbols: frozenset[int]) -> tuple[int, int]:
        if len(symbols) == 1:
            (symbol,) = symbols
            return -1, symbol
        return self._required.setdefault(symbols, len(self._required)), self._set(symbols)

    def _set(self, symbols: Iterable[int]) -> int:
        return self._pool.put(sorted(symbols))

    def _sequence(self, steps: Steps) -> int:
        return self._pool.put([self._step(step) for step in steps])

    def _step(self, step: Step) -> int:
        match step:
            case Symbol():
                return step.number << _KIND_BITS | WORD
            case Gap():
                return GAP
            case Branch() if step.is_simple:
                return self._set(step.single) << _KIND_BITS | ONE_WORD
            case Branch():
                return self._choice(step) << _KIND_BITS | CHOICE

    def _choice(self, branch: Branch) -> int:
        place = self._branches.get(branch)
        if place is None:
            place = self._branches[branch] = self._pool.record(
                (
                    int(branch.optional),
                    self._set(branch.single),
                    self._table(branch.by_first),
                    self._table(branch.by_last),
                    *(self._pool.put([self._sequence(option) for option in options]) for options in branch.others),
                )
            )
        return place

    def _table(self, options: Mapping[int, Sequence[Steps]]) -> int:
        pairs = [
            number
            for symbol in sorted(options)
            for number in (symbol, self._pool.put([self._sequence(option) for option in options[symbol]]))
        ]
        return self._pool.record((len(options), *pairs))
