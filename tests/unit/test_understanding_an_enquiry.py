"""From readings to the enquiry: the line that tells what it is about, what a person must supply, how urgent it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries.deadlines import ANSWER_WITHIN
from service.enquiries.model import URGENCY_RANK, Enquiry, Message, Translation
from service.enquiries.understand import MAX_GIST, gist_of, raise_urgency, take_stock

MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)
URGENCIES = st.sampled_from(sorted(URGENCY_RANK))


def message(
    body: str = "words",
    language: str = "en",
    *,
    translated: bool = False,
    direction: str = "in",
    needs_listening: bool = False,
    reading: dict[str, Any] | None = None,
) -> Message:
    translations = [Translation(version=1)] if translated else []
    made = Message(
        language=language, direction=direction, needs_listening=needs_listening, translations=translations, red_flags=[]
    )
    made.body, made.reading = body, reading
    return made


def says(gist: str, **more: Any) -> Message:
    reading = {"gist": gist, "conditions": [], "red_flags": [], "intent": "cost", **more}
    return message(reading=reading)


def stock(*messages: Message) -> tuple[Sequence[str], bool]:
    enquiry = Enquiry(messages=list(messages))
    take_stock(enquiry)
    return enquiry.needs, enquiry.translated


@pytest.mark.parametrize(
    ("messages", "needs", "translated"),
    [
        ([], [], False),
        ([message()], [], False),
        ([message(language="es")], ["translation"], False),
        ([message(language="es", translated=True)], [], True),
        ([message(language="es", translated=True), message(language="es")], ["translation"], False),
        ([message(language="es", translated=True), message("thank you")], [], True),
        ([message("12345", "und")], ["language"], False),
        ([message("12345", "und", translated=True)], [], False),
        ([message("", "und", needs_listening=True)], ["listening"], False),
        ([message("", "ar", needs_listening=True)], ["listening"], False),
        ([message("", "es")], [], False),
        (
            [message("x", "und", needs_listening=True), message(language="bn")],
            ["listening", "language", "translation"],
            False,
        ),
        ([message(language="es", direction="out")], [], False),
    ],
)  # fmt: skip
def test_an_enquiry_says_what_a_person_must_supply(messages: list[Message], needs: list[str], translated: bool) -> None:
    assert stock(*messages) == (needs, translated)


def test_the_newest_message_that_says_something_comes_first() -> None:
    messages = [says("For their father"), says("Parkinson's disease"), says("thanks", intent="other")]
    assert gist_of(messages) == "Parkinson's disease · earlier: For their father"


def test_what_was_said_twice_is_told_once_and_old_matters_are_left_out() -> None:
    assert gist_of([says("a"), says("a")]) == "a"
    assert gist_of([says("a"), says("b"), says("c"), says("d")]) == "d · earlier: c · earlier: b"


@pytest.mark.parametrize("more", [{"conditions": ["lupus"]}, {"red_flags": ["breathing"]}])
def test_an_illness_or_a_red_flag_says_something_without_any_wish(more: dict[str, Any]) -> None:
    assert gist_of([says("first"), says("ill", intent="other", **more)]).startswith("ill")


def test_where_nothing_was_said_the_last_message_is_the_line() -> None:
    assert gist_of([says("hello", intent="other"), says("hello again", intent="other")]) == "hello again"


def test_what_the_clinic_wrote_and_what_nobody_has_read_is_no_part_of_the_line() -> None:
    ours = message(direction="out", reading={"gist": "ours", "conditions": [], "red_flags": [], "intent": "cost"})
    assert gist_of([says("theirs"), ours, message()]) == "theirs"
    assert gist_of([]) == ""


@given(
    st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=250), min_size=1, max_size=5)
)
def test_the_line_is_one_short_line_that_begins_with_what_was_said_last(gists: list[str]) -> None:
    line = gist_of([says(gist) for gist in gists])
    assert len(line) <= MAX_GIST
    assert line.rstrip("…").startswith(gists[-1][: MAX_GIST - 1].rstrip("…")) or line == gists[-1]


@given(st.lists(URGENCIES, min_size=1, max_size=8))
def test_urgency_only_rises_and_the_answer_is_due_by_the_most_pressing(urgencies: list[str]) -> None:
    enquiry, dues = Enquiry(urgency="routine", urgency_rank=2), []
    for hours, urgency in enumerate(urgencies):
        before = enquiry.urgency_rank
        raise_urgency(enquiry, urgency, MOMENT + timedelta(hours=hours))
        assert enquiry.urgency_rank <= before
        dues.append(enquiry.due_at)
    assert enquiry.urgency == min(urgencies, key=URGENCY_RANK.__getitem__)
    assert enquiry.urgency_rank == URGENCY_RANK[enquiry.urgency]
    assert dues == sorted(dues, reverse=True)


def test_an_emergency_is_due_from_the_moment_it_was_told() -> None:
    enquiry = Enquiry(urgency="routine", urgency_rank=2)
    raise_urgency(enquiry, "routine", MOMENT)
    raise_urgency(enquiry, "emergency", MOMENT + timedelta(hours=3))
    assert enquiry.due_at == MOMENT + timedelta(hours=3) + ANSWER_WITHIN["emergency"]
