"""What `concept_table.pyx` offers to Python."""

from array import array
from collections.abc import Mapping, Set
from typing import Final

from typing_extensions import Buffer

from service.understanding.text.words import Words

CHINESE: Final[str]

def lay_out(ideas: Mapping[str, tuple[int, ...]]) -> array[int]: ...

class Concepts:
    def __init__(self, table: Buffer) -> None: ...
    def of(self, words: Words, language: str, masked: Set[int] = frozenset()) -> list[tuple[int, int]]: ...
    def known(self, words: Words, language: str) -> int: ...
