"""The reference survives being spoken, typed in any script, and mistyped."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.enquiries import references

BODIES = st.integers(10_000_000, 99_999_999).map(str)
ZEROS = [0x0030, 0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10, 0x1D7CE]  # Latin, Arabic, Persian, Hindi, Bengali, wide, bold


def whole(body: str) -> str:
    return body + references.check_digit(body)


def test_a_new_reference_is_nine_digits_that_can_be_read_back() -> None:
    made = {references.new_reference() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[1-9]\d\d-\d{3}-\d{3}", reference) for reference in made)
    assert all(references.parse(reference) == reference for reference in made)


@given(BODIES, st.sampled_from(ZEROS))
def test_the_digits_of_every_script_are_read(body: str, zero: int) -> None:
    digits = whole(body)
    typed = "".join(chr(zero + int(digit)) for digit in digits)
    assert references.parse(typed) == references.written(digits)


@given(BODIES, st.lists(st.sampled_from([" ", "-", ".", "\u2013", "\u200f", "\u202c", "\n", "#", "("]), min_size=10))
def test_what_stands_between_the_digits_does_not_matter(body: str, marks: list[str]) -> None:
    digits = whole(body)
    typed = "".join(mark + digit for mark, digit in zip(marks, digits, strict=False)) + digits[len(marks) :]
    assert references.parse(typed) == references.written(digits)


@given(BODIES, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    digits = whole(body)
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert references.parse(wrong) is None


@given(BODIES, st.integers(0, 7))
@example("10900000", 1)
def test_two_swapped_neighbours_are_noticed_unless_they_are_nought_and_nine(body: str, place: int) -> None:
    digits = whole(body)
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    pair = {digits[place], digits[place + 1]}
    if len(pair) == 2 and pair != {"0", "9"}:  # Luhn's blind spot
        assert references.parse(swapped) is None


@pytest.mark.parametrize("typed", ["", "12345678", "1234567890", "ABC-482-719", "482-719-35x", "-" * 9, "½" * 9])
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert references.parse(typed) is None


@given(st.text(max_size=60))
def test_any_text_is_a_reference_or_none(typed: str) -> None:
    found = references.parse(typed)
    assert found is None or references.parse(found) == found
