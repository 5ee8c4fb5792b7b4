"""Memory is gathered into large pages while lines are read, and what it holds stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from operator import length_hint
from pathlib import Path

import pytest

from translations import large_pages

_MAPS = """\
5580a0000000-5580a0200000 r-xp 00000000 fe:00 131 /usr/bin/program
5580a0400000-5580a0500000 rw-p 00100000 fe:00 131 /usr/bin/program
5580a1000000-5580a1800000 rw-p 00000000 00:00 0 [heap]
7f0000000000-7f0000400000 rw-p 00000000 00:00 0
7f0000400000-7f0000500000 ---p 00000000 00:00 0
7f0000500000-7f0000600000 r--p 00000000 00:00 0
7f0000600000-7f0000900000 rw-s 00000000 00:01 9 /dev/zero (deleted)
7f0000900000-7f0000a00000 rw-p 00000000 fe:00 12 /a table with blanks
7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]
"""


def test_only_memory_of_its_own_that_it_writes_to_is_gathered() -> None:
    heap, nameless = (0x5580A1000000, 0x5580A1800000), (0x7F0000000000, 0x7F0000400000)
    assert list(large_pages.own_ranges(_MAPS)) == [heap, nameless]


def test_memory_is_gathered_each_time_that_there_were_twice_as_many_lines() -> None:
    lines = iter(range(3000))
    left: list[int] = []
    read = list(large_pages.while_reading(lines, lambda: left.append(length_hint(lines))))
    assert read == list(range(3000))
    assert [3000 - one for one in left] == [513, 1025, 2049]


def test_a_line_is_passed_on_before_the_next_one_is_asked_for() -> None:
    asked: list[int] = []

    def lines() -> Iterator[int]:
        for number in range(100):
            asked.append(number)
            yield number

    for line in large_pages.while_reading(lines(), lambda: None):
        assert asked[-1] == line


def test_what_memory_holds_stays_as_it_is() -> None:
    large = bytearray(range(256)) * (5 << 12)
    before = bytes(large)
    large_pages.gather()
    assert large == before
    large[-1] = 7
    assert large[-1] == 7


def test_a_system_that_tells_no_ranges_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(large_pages, "_MAPS", tmp_path / "maps")
    large_pages.gather()
