"""How long a text message is, what is cheaper without loss, and where a long one is parted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.sms_segments import LONGEST, economical, measure, split


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "count"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("ñ à ü é", "GSM-7", 7, 1),
        ("ş" * 70, "UCS-2", 70, 1),
        ("ş" * 71, "UCS-2", 71, 2),
        ("ж" * 134, "UCS-2", 134, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
    ],
)
def test_segments_are_counted_as_the_provider_counts_them(
    text: str, encoding: str, characters: int, count: int
) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.characters, measured.count) == (encoding, characters, count)


@pytest.mark.parametrize(
    ("text", "cheap"),
    [
        ("It’s “fine” – come…", 'It\'s "fine" - come...'),
        ("4\u00a0000\u202f€", "4 000 €"),
        ("e\u0301t\u00e9", "été"),
        ("Doğru, ş", "Doğru, ş"),
        ("Привет – да", "Привет – да"),
    ],
)
def test_only_signs_are_replaced_never_letters(text: str, cheap: str) -> None:
    assert economical(text) == cheap


@given(st.text(max_size=400))
def test_an_economical_text_never_costs_more(text: str) -> None:
    assert measure(economical(text)).count <= measure(text).count


def test_a_long_text_is_parted_between_sentences() -> None:
    first, second = "One sentence. " * 100, "The second begins here. " * 20
    parts = split(first + second)
    assert len(parts) == 2
    assert all(part.endswith(".") for part in parts)


def test_a_text_without_sentences_is_parted_between_words_and_without_words_anywhere() -> None:
    assert all(not part.endswith("wor") for part in split("word " * 1000))
    assert [len(part) for part in split("x" * (LONGEST + 1))] == [LONGEST, 1]


@given(st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=300), st.integers(5, 60))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part.encode("utf-16-le")) // 2 <= longest for part in parts)
