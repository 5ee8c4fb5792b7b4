"""Large tables in files that processes map into memory: what is read of them comes in, the rest stays on the disk."""

from __future__ import annotations

import os
from mmap import ACCESS_READ, MADV_RANDOM, mmap
from pathlib import Path


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


def read(path: Path) -> mmap:
    """A file in memory, of which only what is read comes in: its neighbours are of no use to a table."""
    with path.open("rb") as file:
        content = mmap(file.fileno(), 0, access=ACCESS_READ)
    content.madvise(MADV_RANDOM)
    return content
