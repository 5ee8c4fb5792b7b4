"""What `search.pyx` offers to Python."""

from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import Buffer

from service.understanding.terms.patterns import Entry

_Span = tuple[int, int]

class Pattern:
    entry: Entry
    number: int
    gapped: bool

class Tables:
    steps: int
    def __init__(self, numbers: Buffer, head: Mapping[str, Any]) -> None: ...
    def __len__(self) -> int: ...
    def pattern(self, number: int) -> Pattern: ...

class Match:
    pattern: Pattern
    spans: tuple[_Span, ...]
    start: int
    end: int
    section: str
    is_idiom: bool
    is_together: bool
    def __init__(self, pattern: Pattern, spans: tuple[_Span, ...], search: Search) -> None: ...
    def words(self) -> range: ...
    def only(self, span: _Span) -> Match: ...
    def has_own_word(self, span: _Span) -> bool: ...

class Search:
    def __init__(
        self,
        tables: Tables,
        words: list[str],
        sentence_start: list[int],
        sentence_end: list[int],
        small: bytes,
        narrow: Callable[[int, frozenset[int]], frozenset[int]] | None = None,
    ) -> None: ...
    def known_words(self) -> int: ...
    def add_form(self, form: str, start: int, end: int) -> None: ...
    def add(self, symbol: int, start: int, end: int) -> None: ...
    def matches(self, kind: str) -> list[Match]: ...
    def names(self, number: int, first: int, end: int) -> bool: ...
