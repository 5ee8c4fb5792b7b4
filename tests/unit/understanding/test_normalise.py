"""Levelling makes one word of its many spellings, and never loses its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.text.normalise import level
from service.understanding.text.words import split


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CORAZÓN", "corazon"),
        ("İstanbul'da ağrı", "istanbul'da agri"),
        ("صَدْرِي", "صدری"),
        ("أَلَم", "الم"),
        ("بـــطن", "بطن"),
        ("فتاة", "فتاه"),
        ("बुख़ार", "बुखार"),
        ("हिन्दी", "हिंदी"),
        ("ЁЛКА", "елка"),
        ("ＩＣＵ", "icu"),
        ("發燒", "发烧"),
        ("ጸሐይ", "ፀሀይ"),
        ("٦٨ ۶۸ ६८ ৬৮", "68 68 68 68"),
        ("\u202eabc\u202c\x00", "abc"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_one_word_become_the_same(one: str, other: str) -> None:
    assert level(one).text == level(other).text


def test_a_decomposed_accent_belongs_to_its_letter_in_the_original() -> None:
    source = "cora\u0301zon"
    levelled = level(source)
    start = levelled.text.index("a")
    begin, end = levelled.span(start, start + 1)
    assert source[begin:end] == "a\u0301"


def test_a_hindi_half_letter_still_points_to_both_its_signs() -> None:
    source = "हिन्दी"
    words = split(source)
    assert words.source_span(0, 1) == (0, len(source))


@given(st.text())
def test_any_text_can_be_levelled_and_cut(source: str) -> None:
    words = split(source)
    places = [words.source_span(index, index + 1) for index in range(len(words))]
    assert all(0 <= start < end <= len(source) for start, end in places)
    assert places == sorted(places)


@given(st.text())
def test_a_word_in_the_original_is_the_word_that_was_levelled(source: str) -> None:
    words = split(source)
    for index, word in enumerate(words.words):
        start, end = words.source_span(index, index + 1)
        assert word in level(source[start:end]).text.replace(",", ".")


@given(st.text())
def test_levelling_twice_changes_nothing_more(source: str) -> None:
    once = level(source).text
    assert level(once).text == once
