"""The hour at a patient's: by the telephone number, else by the country, and a range where that has several zones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.console import person_view
from service.console.person_view import LocalTime, zones_of_country, zones_of_phone

NOON = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)


def there(*names: str) -> LocalTime:
    moments = sorted(person_view._shown(names, NOON), key=lambda pair: pair[1].replace(tzinfo=None))
    return LocalTime(moments[0][1], moments[-1][1], moments[0][0])


@pytest.mark.parametrize(
    ("number", "zone"),
    [("+971501234567", "Asia/Dubai"), ("+12125550123", "America/New_York"), ("+447700900123", "Europe/London")],
)
def test_a_number_tells_its_zone(number: str, zone: str) -> None:
    assert zone in zones_of_phone(number)


@pytest.mark.parametrize("number", ["", "+0", "+8881234567", "hello"])
def test_a_number_of_nowhere_tells_none(number: str) -> None:
    assert zones_of_phone(number) == ()


def test_a_country_tells_its_zones() -> None:
    assert zones_of_country("KE") == ("Africa/Nairobi",)
    assert {"America/New_York", "America/Los_Angeles"} <= set(zones_of_country("US"))
    assert zones_of_country(None) == zones_of_country("XX") == ()


def test_where_a_country_has_several_hours_they_are_a_range() -> None:
    one, many = there("Asia/Dubai"), there("America/New_York", "Pacific/Honolulu", "Nowhere/Land")
    assert (one.is_one, one.first.hour, one.is_night) == (True, 16, False)
    assert (many.is_one, many.first.hour, many.last.hour, many.is_night) == (False, 2, 7, True)
