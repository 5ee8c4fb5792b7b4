"""What `levelling.pyx` offers to Python."""

from array import array
from collections.abc import Callable

class Leveller:
    def __init__(self, level_character: Callable[[str], str]) -> None: ...
    def level(self, source: str) -> tuple[str, array[int] | None]: ...
