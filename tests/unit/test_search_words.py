"""The words of a text by which it is found, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries.search_words import words_asked_for, words_of, words_of_name


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Artritis REUMATOIDE", "reumatoide"),
        ("Fatigué, épaule", "fatigue"),
        ("Schmerzen im Knie", "KNIE"),
        ("ألم في المفصل", "مفصل"),
        ("ألم في مفصل", "المفصل"),
        ("کلیه", "كليه"),
        ("हिन्दी में लिखा", "हिंदी"),
        ("у меня ГРЫЖА", "грыжа"),
        ("我有糖尿病", "糖尿病"),
        ("我有糖尿病", "尿病"),
        ("it costs 4000 euros", "4000"),
        ("it costs ٤٠٠٠ euros", "4000"),
    ],
)
def test_a_word_is_found_however_it_is_typed(text: str, asked: str) -> None:
    assert words_asked_for(asked)
    assert words_asked_for(asked) <= words_of(text)


def test_single_characters_and_words_that_every_message_has_are_left_out() -> None:
    assert words_of("I have a knee, is it 5?") == {"knee"}
    assert words_of("病") == frozenset()


def test_chinese_characters_apart_make_no_pair() -> None:
    assert words_of("糖，尿") == frozenset()


def test_an_everyday_word_is_looked_for_when_there_is_no_other_for_it_may_be_a_name() -> None:
    assert words_asked_for("An") == words_of_name("An") == {"an"}
    assert words_asked_for("An Nguyen") == {"nguyen"}


@given(st.text(max_size=80))
def test_any_text_has_words_or_none(text: str) -> None:
    assert all(len(word) >= 2 for word in words_of(text))
    assert words_of(text) <= words_of_name(text)
