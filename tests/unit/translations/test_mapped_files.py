"""Tables that are mapped into memory outlive being written anew: set-up may run beside the program."""

from __future__ import annotations

from pathlib import Path

from translations import mapped_files


def test_who_has_mapped_a_file_keeps_it_when_it_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "table"
    mapped_files.write(path, b"old" * 100_000)
    mapped = mapped_files.read(path)
    mapped_files.write(path, b"new")
    assert mapped[-3:] == b"old"
    assert mapped_files.read(path)[:] == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["table"]
