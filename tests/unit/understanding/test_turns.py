"""Copied chats: who speaks is laid aside, and who says no to a question denies what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.reader import Reader
from service.understanding.text.turns import TURN, spoken

_READER = Reader()


@pytest.mark.parametrize(
    "chat",
    [
        "[14:05] Dr A: any pain?\n[14:06] Sam: no\n[14:07] Dr A: good",
        "14:05 - Dr A: any pain?\n14:06 - Sam: no\n14:07 - Dr A: good",
        "2:05 PM – Dr A: any pain?\n2:06 PM – Sam: no\n2:07 PM – Dr A: good",
        "Dr A 14:05: any pain?\nSam 14:06: no\nDr A 14:07: good",
        "7/5/2025, 14:05 - Dr A: any pain?\n7/5/2025, 14:06 - Sam: no\n7/5/2025, 14:07 - Dr A: good",
        "Dr A, 14:05\nany pain?\nSam, 14:06\nno\nDr A, 14:07\ngood",
        "21 h 05 — Dr A : any pain?\n21 h 06 — Sam : no\n21 h 07 — Dr A : good",
        "١٤:٠٥ - Dr A: any pain?\n١٤:٠٦ - Sam: no\n١٤:٠٧ - Dr A: good",
    ],
)
def test_times_and_names_are_laid_aside(chat: str) -> None:
    left = spoken(chat)
    assert len(left) == len(chat)
    assert left.split() == [TURN, "any", "pain?", TURN, "no", TURN, "good"]


@pytest.mark.parametrize(
    "text",
    [
        "08:00 fever: 38.5\n12:00 fever: 39\n16:00 pain: 7\n20:00 pain: 8",
        "22:10 chest pain: strong\n22:30 vomiting: twice\nshould we come?",
        "Come at 14:05: is that all right?",
        "14:05 Sam: hello?\n14:06 Sam: are you there?\n14:07 Sam: please",
        "",
    ],
    ids=["a log", "a short log", "a time", "one who speaks alone", "nothing"],
)
def test_what_is_no_talk_stays_as_it_is(text: str) -> None:
    assert spoken(text) == text


@given(st.text(st.sampled_from("[]12:03 APMh.,-–\nab?:ü"), max_size=80))
def test_a_text_stays_as_long_and_its_lines_stay_lines(text: str) -> None:
    assert [len(line) for line in spoken(text).split("\n")] == [len(line) for line in text.split("\n")]


@pytest.mark.parametrize(
    ("chat", "flags"),
    [
        ("[14:05] Dr A: short of breath, chest pain?\n[14:06] Sam: no doctor\n[14:07] Dr A: good", []),
        ("[14:05] Dr A: chest pain?\n[14:06] Sam: never in my life\n[14:07] Dr A: good", []),
        ("[14:05] Dr A: chest pain?\n[14:06] Sam: yes, since an hour\n[14:07] Dr A: oh", ["chest-pain"]),
        ("[14:05] Dr A: diabetes?\n[14:06] Sam: no, chest pain since an hour\n[14:07] Dr A: oh", ["chest-pain"]),
        ("[14:05] Dr A: any chest pain, fever?\n[14:06] Sam: no doctor\n[14:07] Dr A: good", []),
        ("[14:05] Sam: my chest hurts, is there a bus?\n[14:06] Ann: no\n[14:07] Sam: oh", ["chest-pain"]),
    ],
    ids=["a list", "with a few words", "yes", "no, but", "a list with more", "another question"],
)
def test_no_denies_what_was_asked_and_nothing_else(chat: str, flags: list[str]) -> None:
    assert [flag.code for flag in _READER.red_flags(chat, language="en")] == flags
