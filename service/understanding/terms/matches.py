"""Where terms stand in a text, and which of these places an idiom takes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.understanding.terms.patterns import Pattern

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a term stands: a span of words for each of its parts. `symbols` are those of every word of the text."""

    pattern: Pattern
    spans: tuple[Span, ...]
    symbols: Sequence[frozenset[int]] = field(repr=False, compare=False)

    @property
    def section(self) -> str:
        return self.pattern.entry.section

    @property
    def start(self) -> int:
        return min(span[0] for span in self.spans)

    @property
    def end(self) -> int:
        return max(span[1] for span in self.spans)

    @property
    def is_idiom(self) -> bool:
        return self.pattern.entry.term.idiom

    @property
    def is_together(self) -> bool:
        """Whether its words stand side by side."""
        return len(self.spans) == 1 and not self.pattern.gapped

    def words(self) -> range:
        """From its first word to its last, with what stands between."""
        return range(self.start, self.end)

    def has_own_word(self, span: Span) -> bool:
        """Whether a word in `span` is one of those that the term itself names."""
        return any(self.pattern.uses(self.symbols[index]) for index in range(*span))


def words_of(matches: Iterable[Match]) -> set[int]:
    """The words of all of these, each from its first to its last."""
    return {word for match in matches for word in match.words()}


def without_idioms(matches: Sequence[Match], idioms: Sequence[Match]) -> list[Match]:
    """The matches that no idiom of their section takes back, without the idioms."""
    return [match for match in matches if not _taken_back(match, idioms)] if idioms else list(matches)


def _taken_back(match: Match, idioms: Iterable[Match]) -> bool:
    return match.is_idiom or any(takes_back(idiom, match) for idiom in idioms)


def takes_back(idiom: Match, match: Match) -> bool:
    """Whether an idiom takes back a match: it is of the same section, and holds words of it."""
    return idiom.section == match.section and _covers(idiom, match)


def _covers(idiom: Match, match: Match) -> bool:
    """Whether an idiom holds words of a match; words that only stand in the match's gap are none of its own."""
    first, end = idiom.start, idiom.end
    for start, stop in match.spans:
        if first <= start < end or first < stop <= end:
            return True
        if not match.pattern.gapped and start < end and first < stop:
            return True
    return False
