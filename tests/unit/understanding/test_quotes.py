"""Quoted mails: what a clinic warns of is not what its patient has; what somebody passes on is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.reader import Reader
from service.understanding.text.quotes import own, own_lines

_READER = Reader()
_WARNING = "If you have chest pain or cannot breathe, call 112 at once."


@pytest.mark.parametrize(
    ("text", "mine"),
    [
        ("my words\n> quoted\nmore of mine", "+-+"),
        ("my words\n\nOn Monday, 10:12, the clinic wrote:\nquoted\nquoted", "+---"),
        ("my words\n\nOn Monday my doctor wrote:\nhis words", "+++"),
        ("book flights please\nFrom: Lagos\nTo: Istanbul\nDate: Monday\nmy words", "+++++"),
        ("my words\n\nOn Monday, the clinic wrote:\n> quoted\n\nmine again", "+--+"),
        ("my words\n\n-----Original Message-----\nquoted\n--------\nmine again", "+---+"),
        ("my words\n________\nFrom: Care Team\nSubject: re\nquoted", "+----"),
        ("Von: Ana\nAn: Klinik\nmeine Worte", "+++"),
        ("my words\nSent from my phone\n", "+-"),
        (
            "see this\n\n---------- Forwarded message ---------\nFrom: Ali <ali@x.example>\nTo: me\n\nhis words",
            "+++++",
        ),
    ],
    ids=[
        "marked",
        "to the end",
        "a doctor's words",
        "a journey",
        "answered below",
        "to a ruler",
        "a head",
        "one's own head",
        "signed",
        "passed on",
    ],
)
def test_the_writers_own_lines(text: str, mine: str) -> None:
    lines = text.split("\n")
    found = "".join("+" if is_mine else "-" for line, is_mine in zip(lines, own_lines(lines), strict=True) if line)
    assert found == mine


def test_a_text_that_is_hardly_more_than_a_quote_is_read_as_a_whole() -> None:
    assert own(f"> {_WARNING}\nhelp") == f"> {_WARNING}\nhelp"


@given(st.text(st.sampled_from("> a\nOn wrote:\n-----From:@"), max_size=80))
def test_a_text_stays_as_long_and_its_lines_stay_lines(text: str) -> None:
    assert [len(line) for line in own(text).split("\n")] == [len(line) for line in text.split("\n")]


@pytest.mark.parametrize(
    ("text", "flags", "email"),
    [
        (f"Thank you, Monday is fine.\n\nOn Friday, Care <care@clinic.example> wrote:\n> {_WARNING}", [], None),
        (
            f"I cannot breathe since noon.\n\nOn Friday, Care <c@clinic.example> wrote:\n> {_WARNING}",
            ["breathing"],
            None,
        ),
        (
            "Please see what my uncle writes\n\n---------- Forwarded message ---------\n"
            "From: Ali <ali@mail.example>\nSubject: help\n\nI cannot breathe since noon",
            ["breathing"],
            "ali@mail.example",
        ),
    ],
)
def test_danger_and_addresses_of_a_quote_are_not_the_writers(text: str, flags: list[str], email: str | None) -> None:
    reading = _READER.read(text, language="en")
    assert [flag.code for flag in reading.red_flags] == flags
    assert reading.facts.get("email") == email
