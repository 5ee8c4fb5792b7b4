"""What `automaton.pyx` offers to Python."""

from array import array

import numpy as np
from numpy.typing import NDArray

class Automaton:
    def __init__(
        self,
        moves: NDArray[np.uint32],
        rows: NDArray[np.uint32],
        features: NDArray[np.int32],
        weights: NDArray[np.uint16],
        bias: NDArray[np.float32],
    ) -> None: ...
    def shares(self, text: bytes) -> array[float]: ...
