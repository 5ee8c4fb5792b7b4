"""Opening hours as a lead types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import calendars
from service.enquiries import hours as business
from service.enquiries.hours import DAYS
from service.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", None),
        ("  ", None),
        ("09:00-17:30", [["09:00", "17:30"]]),
        ("9-17", [["09:00", "17:00"]]),
        ("9.30 – 17", [["09:30", "17:00"]]),
        ("13:00-18:00, 09:00-12:00", [["09:00", "12:00"], ["13:00", "18:00"]]),
        ("00:00-24:00", [["00:00", "24:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, spans: list[list[str]] | None) -> None:
    assert calendars.week_of({"mon": typed}).get("mon") == spans


@pytest.mark.parametrize(
    "typed",
    [
        "closed", "9", "09:00", "17:00-09:00", "09:00-09:00", "09:00-25:00", "09:60-17:00", "09:00-12:00, 11:00-13:00",
        "09:00-17:00,", "22:00-02:00", "٠٩:٠٠-١٧:٠٠", "9-17" * 100,
    ],
)  # fmt: skip
def test_hours_that_make_no_sense_are_refused_beside_their_day(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        calendars.week_of({"mon": "09:00-17:00", "tue": typed})
    assert refused.value.field == "tue"


@given(st.lists(st.integers(0, 1440), max_size=8, unique=True).map(sorted))
def test_what_is_shown_is_read_the_same_again(cuts: list[int]) -> None:
    times = [f"{cut // 60:02}:{cut % 60:02}" for cut in cuts]
    spans = [list(span) for span in zip(times[::2], times[1::2], strict=False)]
    assert calendars.week_of({"sun": calendars.as_typed(spans)}).get("sun", []) == spans


@given(st.dictionaries(st.sampled_from(DAYS), st.text(max_size=30)))
def test_whatever_is_typed_becomes_a_week_that_can_be_read_or_a_clear_answer(typed: dict[str, str]) -> None:
    try:
        week = calendars.week_of(typed)
    except BadInput as refused:
        assert refused.field in DAYS
    else:
        business.read("UTC", week)
