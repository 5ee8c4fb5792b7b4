"""Compiled terms are read from set-up's file only while they are of exactly these terms and this code."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.understanding import compiled, knowledge, knowledge_files
from service.understanding.knowledge_files import KINDS
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matching import Scan
from service.understanding.text.words import split

TERM = "# state: machine-drafted\n[chest-pain]\n(chest|breast) .. (pain|hurts)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Knowledge of one language, compiled and kept."""
    monkeypatch.setattr(knowledge_files, "FOLDER", tmp_path / "knowledge")
    for kind in KINDS:
        (tmp_path / "knowledge" / kind).mkdir(parents=True)
    (tmp_path / "knowledge" / "red-flags" / "xx.txt").write_text(TERM, "utf-8")
    compiled.save(knowledge.compile_terms("xx"), tmp_path / "compiled")
    return tmp_path


def sections(matcher: Matcher | None, text: str) -> list[str]:
    assert matcher is not None
    return [match.section for match in Scan(matcher, split(text)).find("red-flags")]


def test_kept_terms_find_what_fresh_ones_find(folder: Path) -> None:
    text = "my chest really hurts"
    assert sections(compiled.load("xx", folder / "compiled"), text) == ["chest-pain"]
    assert sections(knowledge.compile_terms("xx"), text) == ["chest-pain"]


def test_after_a_change_of_the_terms_the_file_is_passed_over(folder: Path) -> None:
    (folder / "knowledge" / "red-flags" / "xx.txt").write_text(TERM + "chest on fire\n", "utf-8")
    assert compiled.load("xx", folder / "compiled") is None


def test_after_a_change_of_the_code_the_file_is_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_digest_of_code", lambda: b"another version")
    assert compiled.load("xx", folder / "compiled") is None


def test_a_language_without_a_file_has_none(folder: Path) -> None:
    assert compiled.load("yy", folder / "compiled") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        (2**40).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"\xff\xfe",
        (24).to_bytes(8, "little") + b'{"byteorder": "neither"}',
    ],
)
def test_what_holds_no_terms_is_passed_over(folder: Path, content: bytes) -> None:
    path = folder / "compiled" / "xx.bin"
    path.write_bytes(path.read_bytes()[:32] + content)
    assert compiled.load("xx", folder / "compiled") is None


def test_terms_whose_numbers_are_cut_off_are_an_error_and_no_reading_beyond(folder: Path) -> None:
    head, numbers = knowledge.compile_terms("xx").written()
    laid_out = memoryview(numbers).cast("B").cast("i")
    for length in range(1, len(laid_out)):
        try:
            sections(Matcher.read(head, laid_out[:length]), "my chest really hurts")
        except (IndexError, ValueError):
            continue
