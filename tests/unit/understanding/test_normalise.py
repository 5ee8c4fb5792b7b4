"""Levelling makes one word of its many spellings, and never loses its place."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.text.levelling import Leveller
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


ODD = "a\u0303é½ﷺ\u200c\u200d\u00adصَنमङसञण\u094d\u093c\ud800\n\x00😂"
"""Characters that become none or several, or that their neighbours have a say in."""
NASALS = "नमङञण"


def plainly(source: str) -> Iterator[tuple[str, int]]:
    """What each character of a text is levelled to, and where it came from, by the rule as it is told."""
    alone = [level(char).text for char in source]
    for place, char in enumerate(source):
        if char == "\u200c":
            alone[place] = "'" if place and "\u0600" <= source[place - 1] <= "\u06ff" else ""
    for place in range(len(source) - 2):
        nasal, virama, letter = alone[place : place + 3]
        if nasal and nasal in NASALS and virama == "\u094d" and "क" <= letter <= "ह":
            alone[place : place + 2] = "ं", ""
    return ((char, place) for place, piece in enumerate(alone) for char in piece)


@given(st.text(max_size=50) | st.text(alphabet=ODD, max_size=12))
def test_a_text_is_levelled_character_by_character(source: str) -> None:
    levelled = level(source)
    expected = list(plainly(source))
    assert levelled.text == "".join(char for char, _ in expected)
    places = range(len(source)) if levelled.offsets is None else levelled.offsets
    assert [*places] == [place for _, place in expected]


def test_every_character_there_is_can_be_levelled_among_others() -> None:
    for point in range(0x110000):
        alone = level(chr(point)).text
        around = "" if chr(point) == "\u200c" else alone
        assert level(f"a{chr(point)}b").text == f"a{around}b", hex(point)
        assert level(alone).text == alone, hex(point)


def test_what_a_forked_process_meets_is_its_own() -> None:
    leveller = Leveller(lambda char: "ss" if char == "ß" else char)
    child = os.fork()
    if not child:
        os._exit(leveller.level("ß")[0] != "ss")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert leveller.level("ß")[0] == "ss"
