"""What `trie.pyx` offers to Python."""

from array import array
from collections.abc import Mapping

from typing_extensions import Buffer

def lay_out(values: Mapping[str, int]) -> array[int]: ...

class Trie:
    def __init__(self, table: Buffer) -> None: ...
    def get(self, word: str) -> int: ...
