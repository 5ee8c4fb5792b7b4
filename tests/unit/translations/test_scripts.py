"""Letters are counted by their script, and those of other scripts can be taken out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations import scripts

TEXTS = st.text(max_size=100) | st.text(alphabet="abYZ 09.é\u0130بعд日ሀ", max_size=50)


@given(TEXTS)
def test_every_letter_counts_for_its_script(text: str) -> None:
    assert scripts.count(text) == Counter(scripts.script_of(letter) for letter in text if letter.isalpha())


def test_scripts_are_counted_in_the_order_in_which_they_occur() -> None:
    assert list(scripts.count("1 да, MRI и CT 日").items()) == [("Cyrl", 3), ("Latn", 5), ("Hani", 1)]


@given(TEXTS, st.sampled_from(["Latn", "Arab", "Cyrl"]))
def test_only_letters_of_one_script_are_left(text: str, script: str) -> None:
    left = scripts.only(script, text)
    for before, after in zip(text, left, strict=True):
        is_other = before.isalpha() and scripts.script_of(before) != script
        assert after == (" " if is_other else before)


@pytest.mark.parametrize("text", ["", "  ", "123 !?", "👍"])
def test_what_holds_no_letters_is_in_no_script(text: str) -> None:
    assert not scripts.count(text)
