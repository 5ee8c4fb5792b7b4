"""What `letters.pyx` offers to Python."""

from collections.abc import Callable

class Tally:
    def __init__(self, kind_of: Callable[[str], int]) -> None: ...
    def count(self, text: str) -> list[tuple[int, int]]: ...
