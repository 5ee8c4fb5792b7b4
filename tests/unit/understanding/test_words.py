"""A levelled text is cut into words, numbers and signs, with nothing lost between them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.text.cutting import holds_triple
from service.understanding.text.normalise import Levelled
from service.understanding.text.words import Words, cut, split

HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
INDIC_SIGNS = "\u0900-\u0963\u0971-\u097f\u0980-\u09e5\u09f0-\u09ff\u0a00-\u0a65\u0a70-\u0ae5"
SIGNS = "$£¥\u20a0-\u20cf\u2600-\u27bf\u2b00-\u2bff\U0001f100-\U0001faff"
WORD = re.compile(rf"[{HAN}]|(?:[^\W\d_{HAN}]|[{INDIC_SIGNS}])+|\d+(?:[.,]\d+)*|[{SIGNS}]")
LEVELLED = st.text(max_size=50) | st.text(alphabet="ab B12.,;!?\n'-_日नी😂$٣\ud800", max_size=20)


def cut_text(text: str) -> Words:
    return cut(Levelled(text, text, None))


def check(text: str) -> None:
    """Holds the words of a text beside what the pattern of a word finds in it."""
    words = cut_text(text)
    spans = [match.span() for match in WORD.finditer(text)]
    assert [*zip(words.starts, words.ends, strict=True)] == spans
    assert words.words == [text[start:end].replace(",", ".") for start, end in spans]
    edges = zip([0, *words.ends], [*words.starts, len(text)], strict=True)
    assert words.gaps == [text[end:start] for end, start in edges]


@given(LEVELLED)
def test_any_text_is_cut_as_the_pattern_of_a_word_says(text: str) -> None:
    check(text)


def test_every_character_there_is_belongs_to_a_word_or_to_none() -> None:
    for point in range(0x110000):
        check(f"a{chr(point)}b1{chr(point)}2")


@given(LEVELLED)
def test_sentences_follow_one_another_and_hold_all_words(text: str) -> None:
    words = cut_text(text)
    bounds = [*dict.fromkeys(zip(words.sentence_start, words.sentence_end, strict=True))]
    assert [place for first, end in bounds for place in range(first, end)] == [*range(len(words))]
    for first, _ in bounds[1:]:
        assert re.search(r"[.!?;\n]", words.gaps[first])


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("No fever. Pain!", 2),
        ("My doctor, J. Smith", 1),
        ("on the 3. Mai", 1),
        ("p.m. is e.g. fine", 1),
        ("he has hepatitis C. He is ill", 2),
        ("头痛。发烧", 2),
        ("...", 0),
        ("seit ca. 5 Jahren", 1),
        ("es ist ca. Krebs", 2),
        ("3 мес. назад упал", 1),
        ("болит 3 мес. Назначили лечение", 2),
    ],
)
def test_a_full_stop_ends_a_sentence_unless_it_shortens_a_word(text: str, sentences: int) -> None:
    assert len(set(split(text).sentence_start)) == sentences


@given(st.text(alphabet="aab\x00", max_size=12))
def test_a_character_three_times_in_a_row_is_seen(text: str) -> None:
    assert holds_triple(text) == bool(re.search(r"(.)\1\1", text, re.DOTALL))
