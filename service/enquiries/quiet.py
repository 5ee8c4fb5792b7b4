"""Quiet hours: what is no direct answer goes to a patient by day, in the patient's own time zone."""

from __future__ import annotations

import importlib.resources
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import NumberParseException

from service.enquiries import contacts
from service.enquiries.model import ContactPoint

#: From when to when a message may come that nobody waits for, by the clock of the place.
DAY: Final = (time(9), time(20))
_STEP: Final = timedelta(minutes=15)
_LOOK_AHEAD: Final = timedelta(days=2)
_UNKNOWN: Final = "Etc/Unknown"


def next_time(point: ContactPoint, country: str | None, moment: datetime) -> datetime:
    """The moment, or the first later one that is by day for the patient.

    Where the number or country leaves several zones, it must be day in all of them if that ever happens; where
    nothing is known, the moment itself.
    """
    zones = zones_of(point, country)
    for wanted in (zones, zones[:1]):
        found = _first_day(wanted, moment)
        if found is not None:
            return found
    return moment


def zones_of(point: ContactPoint, country: str | None) -> Sequence[ZoneInfo]:
    """The zones in which the patient may be: by the number, or else by the country (IANA zone.tab)."""
    number = point.value or "" if point.kind in ("phone", "whatsapp") else ""
    country = contacts.country_of(number) or country
    names = _of_number(number) or _by_country().get(country or "", ())
    return [zone for name in names if (zone := _zone(name)) is not None]


def _first_day(zones: Sequence[ZoneInfo], moment: datetime) -> datetime | None:
    if not zones:
        return moment
    at, last = moment, moment + _LOOK_AHEAD
    while at <= last:
        if _is_day(zones, at):
            return at
        at = _next_quarter(at)
    return None


def _is_day(zones: Iterable[ZoneInfo], moment: datetime) -> bool:
    begins, ends = DAY
    return all(begins <= moment.astimezone(zone).time() < ends for zone in zones)


def _next_quarter(moment: datetime) -> datetime:
    """The next quarter of an hour: every zone's offset is a multiple of it."""
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - past + _STEP


def _of_number(number: str) -> Sequence[str]:
    from phonenumbers import timezone  # a large table, needed only where something can wait

    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return ()
    return tuple(name for name in names if name != _UNKNOWN)


@cache
def _by_country() -> dict[str, tuple[str, ...]]:
    table = importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab"
    found: dict[str, list[str]] = defaultdict(list)
    for line in table.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found[country].append(name)
    return {country: tuple(names) for country, names in found.items()}


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
