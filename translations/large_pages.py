"""Large pages (of 2 MB, not 4 kB) for the memory of a process that reads a great many texts, where the system has them.

Terms, weights and the objects around them are read here and there. With small pages most of these reads first wait
until the processor has found out where the page lies, the longer the more machines share it; with large ones it
remembers where all of them are (docs/decisions/0038).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

Line = TypeVar("Line")

_MAPS: Final = Path("/proc/self/maps")
_SIZE: Final = 2 << 20
_COLLAPSE: Final = 25
"""MADV_COLLAPSE: moves a range into large pages at once. Linux has it since 6.1; an older one refuses."""
_HEAP: Final = "[heap]"
_FIRST_TIME: Final = 512
"""To gather takes as long as to read several hundred messages."""


def while_reading(lines: Iterable[Line], gather: Callable[[], None]) -> Iterator[Line]:
    """The same lines; memory is gathered when there were 512 of them, and each time that there were twice as many.

    Knowledge comes into memory as messages need it: after the first ones most of it is there.
    """
    for number, line in enumerate(lines):
        if number >= _FIRST_TIME and number & (number - 1) == 0:
            gather()
        yield line


def gather() -> None:
    """Moves the memory that this process alone writes to into large pages; does nothing where that cannot be."""
    try:
        ranges = list(own_ranges(_MAPS.read_text(encoding="utf-8")))
        advise = ctypes.CDLL(None).madvise
    except (OSError, AttributeError):
        return
    for start, end in ranges:
        for page in range(-(-start // _SIZE) * _SIZE, end - _SIZE + 1, _SIZE):
            advise(ctypes.c_void_p(page), ctypes.c_size_t(_SIZE), _COLLAPSE)


def own_ranges(maps: str) -> Iterator[tuple[int, int]]:
    """The ranges of addresses, in the format of /proc/self/maps, that are private, written to, and of no file."""
    for line in maps.splitlines():
        addresses, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights.startswith("rw") and rights.endswith("p") and (not name or name == [_HEAP]):
            start, _, end = addresses.partition("-")
            yield int(start, 16), int(end, 16)
