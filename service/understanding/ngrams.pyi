"""What `ngrams.pyx` offers to Python."""

from collections.abc import Iterable, Iterator, Set
from typing import Final

from service.understanding.text.words import Words

WORDS: Final[int]
IDEAS: Final[int]
SIGNS: Final[int]
BUCKETS: Final[int]

class Places:
    def __init__(self, pieces: Iterable[int] = ()) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[int]: ...
    def items(self) -> Iterator[tuple[int, int]]: ...
    def with_signs(self, signs: Iterable[str]) -> Places: ...

def pieces(words: Words, ideas: Iterable[tuple[int, int]] = (), masked: Set[int] = frozenset()) -> Places: ...
