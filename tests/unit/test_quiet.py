"""Nobody is woken by a message that could wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import quiet
from service.enquiries.model import ContactPoint

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def phone(value: str, kind: str = "phone") -> ContactPoint:
    point = ContactPoint(kind=kind)
    point.value = value
    return point


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("number", "moment", "goes"),
    [
        ("+96550001234", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"),  # 13:00 in Kuwait
        ("+96550001234", "2026-03-02T17:30:00Z", "2026-03-03T06:00:00Z"),  # 20:30, so at 09:00 the next day
        ("+447700900123", "2026-07-02T07:59:59Z", "2026-07-02T08:00:00Z"),  # British summer time
        ("+9779800000000", "2026-03-02T01:00:00Z", "2026-03-02T03:15:00Z"),  # Nepal is 5:45 ahead
    ],
)
def test_a_message_waits_for_the_patients_morning(number: str, moment: str, goes: str) -> None:
    assert quiet.next_time(phone(number), None, at(moment)) == at(goes)


def test_without_a_number_the_country_tells() -> None:
    assert quiet.next_time(phone("a@b.example", "email"), "KW", at("2026-03-02T20:00:00Z")) == at(
        "2026-03-03T06:00:00Z"
    )


def test_where_nothing_is_known_nothing_waits() -> None:
    moment = at("2026-03-02T01:00:00Z")
    assert quiet.next_time(phone("a@b.example", "email"), None, moment) == moment
    assert quiet.next_time(phone("nonsense"), "XX", moment) == moment


@given(MOMENTS, st.sampled_from(["+96550001234", "+447700900123", "+16502530000", "+79161234567", "+8613912345678"]))
def test_it_is_day_when_the_message_goes_and_it_never_waits_two_days(moment: datetime, number: str) -> None:
    point = phone(number)
    goes = quiet.next_time(point, None, moment)
    assert moment <= goes <= moment + timedelta(days=2)
    begins, ends = quiet.DAY
    zones = quiet.zones_of(point, None)
    assert any(begins <= goes.astimezone(zone).time() < ends for zone in zones)
