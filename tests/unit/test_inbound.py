"""The sender's words are kept as they are, without what no database or screen can hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries.inbound import clean_text

ANY = st.text(st.characters(exclude_categories=()), max_size=200)
PRINTED = st.text(st.characters(exclude_categories=("C", "Z")), max_size=100)


@given(ANY)
def test_what_is_left_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert not [char for char in cleaned if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"]
    assert cleaned == cleaned.strip()


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@given(PRINTED, PRINTED)
def test_letters_of_every_script_and_line_breaks_are_kept(first: str, second: str) -> None:
    text = f"x{first}\n\n{second}\tx"
    assert clean_text(text) == text


JOINED = [
    "\u0915\u094d\u0937\u092e\u093e",  # a Hindi conjunct
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with its half space
    "\U0001f469\u200d\u2695\ufe0f",  # an emoji of three parts
    "\u200f\u0645\u0631\u062d\u0628\u0627",  # Arabic, with a mark of direction
    "\ufdfa",
    "\u00e9",
    "e\u0301",
]


@pytest.mark.parametrize("text", JOINED)
def test_joiners_marks_and_directions_are_part_of_the_words(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85"])
def test_no_line_break_of_any_machine_joins_two_words(line_break: str) -> None:
    assert clean_text(f"my chest{line_break}hurts").split() == ["my", "chest", "hurts"]


@pytest.mark.parametrize("text", ["", "\x00", " \n\t ", "\ud83d", "\x07\x1b\x7f"])
def test_what_holds_no_words_is_empty(text: str) -> None:
    assert clean_text(text) == ""
