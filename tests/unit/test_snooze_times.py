"""Until when a coordinator snoozes something, in the zone of their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console import moments
from service.errors import BadInput

FRIDAY = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "zone", "expected"),
    [
        ("hour", "Europe/Berlin", datetime(2026, 11, 28, 0, 30, tzinfo=UTC)),
        ("hours", "", datetime(2026, 11, 28, 3, 30, tzinfo=UTC)),
        ("tomorrow", "", datetime(2026, 11, 28, 9, tzinfo=UTC)),
        # It is Saturday already in Berlin.
        ("tomorrow", "Europe/Berlin", datetime(2026, 11, 29, 8, tzinfo=UTC)),
        ("monday", "Europe/Berlin", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("week", "Asia/Tokyo", FRIDAY + timedelta(days=7)),
    ],
)
def test_a_choice_is_a_time_of_the_reader_s_clock(choice: str, zone: str, expected: datetime) -> None:
    assert moments.until({"until": choice, "zone": zone}, FRIDAY) == expected


def test_nine_in_the_morning_is_nine_on_both_sides_of_the_change_of_clocks() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    form = {"until": "tomorrow", "zone": "Europe/Berlin"}
    assert moments.until(form, before) == datetime(2026, 10, 25, 8, tzinfo=UTC)
    assert moments.until(form, before - timedelta(days=1)) == datetime(2026, 10, 24, 7, tzinfo=UTC)


def test_monday_is_never_today() -> None:
    monday = datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert moments.until({"until": "monday"}, monday) == datetime(2026, 12, 7, 9, tzinfo=UTC)


def test_until_the_patient_writes_has_no_time() -> None:
    assert moments.until({"until": "patient"}, FRIDAY) is None


def test_a_typed_time_is_of_the_reader_s_zone() -> None:
    form = {"until": "at", "at": "2026-12-01T10:15", "zone": "Asia/Kolkata"}
    assert moments.until(form, FRIDAY) == datetime(2026, 12, 1, 4, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "until"),
        ({"until": "some day"}, "until"),
        ({"until": "at"}, "at"),
        ({"until": "at", "at": "tomorrow"}, "at"),
        ({"until": "at", "at": "0001-01-01T00:00", "zone": "Asia/Tokyo"}, "at"),
        ({"until": "hour", "zone": "Mars/Olympus"}, "at"),
        ({"until": "hour", "zone": "../../etc/passwd"}, "at"),
        ({"until": "hour", "zone": "\0"}, "at"),
    ],
)
def test_what_is_no_time_is_refused_by_its_field(form: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        moments.until(form, FRIDAY)
    assert refused.value.field == field


@given(st.dictionaries(st.sampled_from(["until", "at", "zone"]), st.text(max_size=40)))
def test_whatever_is_typed_is_a_time_or_refused(form: dict[str, str]) -> None:
    try:
        found = moments.until(form, FRIDAY)
    except BadInput:
        return
    assert found is None or found.utcoffset() == timedelta(0)
