"""Large tables in files: what is read of them comes into memory, the rest stays on the disk.

Processes share what they have mapped. One that reads a great many texts may keep the tables whole in memory of its own
instead, which can then be gathered into large pages (`large_pages.py`).
"""

from __future__ import annotations

import os
from mmap import ACCESS_READ, MADV_RANDOM, mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class _Process:
    """How this process reads tables."""

    keeps_whole = False


def keep_whole() -> None:
    """From now on this process reads tables into memory of its own, whole."""
    _Process.keeps_whole = True


def write(path: Path, content: bytes | memoryview) -> None:
    """Writes a file to be mapped, whole or not at all: whoever has mapped the one before keeps that.

    What has just been written lies in the system's cache in large pieces, each of which would count as memory of
    whoever reads a byte of it; so the cache is asked to forget the file.
    """
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    unfinished.replace(path)


def read(path: Path) -> bytes | mmap:
    """A file in memory, of which only what is read comes in: its neighbours are of no use to a table."""
    if _Process.keeps_whole:
        return path.read_bytes()
    with path.open("rb") as file:
        content = mmap(file.fileno(), 0, access=ACCESS_READ)
    content.madvise(MADV_RANDOM)
    return content


def read_array(path: Path) -> NDArray[Any]:
    """The array of a file in numpy's format."""
    return np.asarray(np.load(path, mmap_mode=None if _Process.keeps_whole else "r", allow_pickle=False))
