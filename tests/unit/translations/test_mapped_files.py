"""Tables that are mapped into memory outlive being written anew: set-up may run beside the program."""

from __future__ import annotations

from mmap import mmap
from pathlib import Path

import numpy as np
import pytest

from translations import mapped_files


def test_who_has_mapped_a_file_keeps_it_when_it_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "table"
    mapped_files.write(path, b"old" * 100_000)
    mapped = mapped_files.read(path)
    mapped_files.write(path, b"new")
    assert mapped[-3:] == b"old"
    assert mapped_files.read(path)[:] == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["table"]


def test_a_process_may_keep_its_tables_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table, array = tmp_path / "table", tmp_path / "array.npy"
    mapped_files.write(table, b"terms")
    np.save(array, np.arange(5))
    assert isinstance(mapped_files.read(table), mmap)
    assert not mapped_files.read_array(array).flags.writeable
    monkeypatch.setattr(mapped_files._Process, "keeps_whole", False)
    mapped_files.keep_whole()
    assert mapped_files.read(table) == b"terms"
    kept = mapped_files.read_array(array)
    assert kept.flags.writeable
    assert kept.tolist() == [0, 1, 2, 3, 4]
