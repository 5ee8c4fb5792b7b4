"""Texting: clipped words are read in full, and what they are read as is quoted as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding import knowledge_files, shorthand
from service.understanding.reader import Reader
from service.understanding.shorthand import written_out
from service.understanding.text.words import split

_FILE = """
# state: machine-drafted
cannot: cnt, can8
to day: 2day
for my: 4 my
please: pls  # and others
{nn} years: {nn}y
{n} weeks: {n}w
"""


@pytest.fixture
def _words_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "shorthand"
    folder.mkdir()
    (folder / "en.txt").write_text(_FILE, encoding="utf-8")
    monkeypatch.setattr(knowledge_files, "FOLDER", tmp_path)
    monkeypatch.setattr(shorthand, "_known", shorthand._known.__wrapped__)


@pytest.mark.usefixtures("_words_of_our_own")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("he cnt walk", "he cannot walk"),
        ("He Cnt walk, pls", "he cannot walk please"),
        ("came 2day", "came to day"),
        ("came 2 day", "came 2 day"),
        ("room 12day", "room 12 day"),
        ("he is 49y, 3w ill", "he is 49 years 3 weeks ill"),
        ("a 3y guarantee", "a 3 y guarantee"),
        ("price 4 my son", "price for my son"),
        ("price 4 sons", "price 4 sons"),
        ("the CNT in 2019", "the cnt in 2019"),
        ("HE CNT WALK", "he cannot walk"),
    ],
    ids=[
        *("a word", "with a capital", "with a figure", "two words are none", "a part of a word is none", "numbers"),
        *("of two figures only", "a phrase", "another phrase", "an abbreviation", "shouted"),
    ],
)
def test_clipped_words_are_read_in_full(text: str, words: str) -> None:
    assert " ".join(written_out(split(text), "en").words) == words


@pytest.mark.usefixtures("_words_of_our_own")
def test_a_full_word_stands_where_the_clipped_one_was_typed() -> None:
    words = written_out(split("é pls 4  my són 2day"), "en")
    typed = [words.levelled.source[slice(*words.source_span(place, place + 1))] for place in range(len(words))]
    assert words.words == ["e", "please", "for", "my", "son", "to", "day"]
    assert typed[:2] == ["é", "pls"]
    assert typed[4] == "són"
    assert "".join(typed[5:]) == "2day"


@pytest.mark.usefixtures("_words_of_our_own")
@given(st.lists(st.sampled_from(["cnt", "2day", "4", "my", "pls", "é", "ﬁ", "CNT", ",", "\n", " "]), max_size=12))
def test_every_word_comes_from_a_place_in_the_text(parts: list[str]) -> None:
    words = written_out(split("".join(parts)), "en")
    spans = [words.source_span(place, place + 1) for place in range(len(words))]
    assert all(0 <= start < end <= len("".join(parts)) for start, end in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("years: {nn}y", "is no clipped phrase"),
        ("cannot cnt", "is no “full words: clipped, clipped”"),
        ("cannot: cannot", "is no clipped phrase"),
        ("cannot: a b c d e", "is no clipped phrase"),
        ("cannot: cnt\ncan not: CNT", "stands already in line 1"),
    ],
)
def test_what_cannot_be_understood_in_a_file_is_said(
    content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shorthand").mkdir()
    (tmp_path / "shorthand" / "en.txt").write_text(content, encoding="utf-8")
    monkeypatch.setattr(knowledge_files, "FOLDER", tmp_path)
    _, problems = shorthand.read("en")
    assert [said in problem.message for problem in problems] == [True]


def test_danger_in_texting_is_seen_and_quoted_as_typed() -> None:
    found = Reader().red_flags("pls hlp my dad cnt breathe", language="en")
    assert [flag.code for flag in found] == ["breathing"]
    assert found[0].evidence[0].text == "cnt breathe"
