"""Filled forms: what is left unticked was not said, and what parts two fields ends an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.reader import Reader
from service.understanding.text.boxes import ticked

_READER = Reader()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("☐ fever\n☑ knee pain\n☐ cough", "       \n  knee pain\n       "),
        ("[x] fever [ ] cough [X] pain", "    fever           ,   pain"),
        ("Fever: ☐ yes ☒ no", "Fever:         no"),
        ("Febre ( ) S ( X ) N", "Febre       :     N"),
        ("Fieber □ ja ■ nein", "Fieber      : nein"),
        ("Fiebre [ ] Diabetes [x] Asma [ ]", "           Diabetes ,           "),
    ],
    ids=["a list", "in one line", "behind a question", "with spaces", "behind a label", "boxes that stand behind"],
)
def test_what_is_not_ticked_is_left_out(text: str, left: str) -> None:
    assert ticked(text) == left


@pytest.mark.parametrize("text", ["☐ fever\n☐ cough", "✓ fever\n✓ cough", "see [1] and (a)", ""])
def test_a_text_without_ticked_and_empty_boxes_stays_as_it_is(text: str) -> None:
    assert ticked(text) == text


@given(st.text(st.sampled_from("ab \n:?☐☑[]x()■□"), max_size=40))
def test_a_text_stays_as_long_and_its_lines_stay_lines(text: str) -> None:
    left = ticked(text)
    assert [len(line) for line in left.split("\n")] == [len(line) for line in text.split("\n")]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("☐ chest pain\n☐ fever\n☑ knee pain", []),
        ("☑ chest pain\n☐ fever\n☐ knee pain", ["chest-pain"]),
        ("Chest pain: ☐ yes ☒ no\nDiabetes: ☒ yes ☐ no", []),
        ("Chest pain: ☒ yes ☐ no\nDiabetes: ☐ yes ☒ no", ["chest-pain"]),
        ("Diabetes: no / chest pain: yes, since an hour", ["chest-pain"]),
        ("Diabetes: no - chest pain: yes, since an hour", ["chest-pain"]),
        ("Chest pain: no / diabetes: yes", []),
    ],
)
def test_the_danger_of_a_form_is_what_is_ticked_or_answered(text: str, flags: list[str]) -> None:
    assert [flag.code for flag in _READER.red_flags(text, language="en")] == flags
