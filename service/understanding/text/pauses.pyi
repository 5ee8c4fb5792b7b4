"""What `pauses.pyx` offers to Python."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.understanding.text.words import Words

TRAITS: Final[int]

class Spaces:
    def __init__(self, words: Words, stands: Iterable[tuple[int, int]]) -> None: ...
    def traits(self, place: int) -> list[int]: ...
    def likely(self, first: int, end: int, table: NDArray[np.float32]) -> list[int]: ...
