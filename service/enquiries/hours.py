"""Business time: when a clinic is open by its calendar, and moments counted in open hours. Pure, to the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
#: The names of the weekdays in a calendar, as Python counts them.
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = timedelta(days=1)
_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """For each weekday from Monday the open times as minutes since midnight, and the days off.

    A week without any open time means that the clinic never closes.
    """

    zone: ZoneInfo
    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()

    @property
    def never_closes(self) -> bool:
        return not any(self.week)


def read(zone: str, week: Mapping[str, Sequence[Sequence[str]]], holidays: Sequence[date] = ()) -> Hours:
    """From what a calendar holds; raises KeyError, TypeError or ValueError if that makes no sense."""
    days = tuple(tuple(_span(opens, closes) for opens, closes in week.get(day, ())) for day in DAYS)
    return Hours(ZoneInfo(zone), days, frozenset(holidays))


def _span(opens: str, closes: str) -> tuple[int, int]:
    """A clinic that closed before it opened would never be open again."""
    span = minutes(opens), minutes(closes)
    if span[1] <= span[0]:
        raise ValueError("closes before it opens")
    return span


def minutes(text: str) -> int:
    """Minutes since midnight of a time such as "09:30"; "24:00" is the end of the day. ValueError if it is none."""
    hour, colon, minute = text.partition(":")
    is_time = colon and len(minute) == 2 and 1 <= len(hour) <= 2 and (hour + minute).isascii()
    if not is_time or not (hour + minute).isdecimal() or int(minute) > 59 or int(hour) * 60 + int(minute) > _MINUTES:
        raise ValueError("not a time of day")
    return int(hour) * 60 + int(minute)


def is_open(hours: Hours | None, moment: datetime) -> bool:
    return next_open(hours, moment) == moment


def next_open(hours: Hours | None, moment: datetime) -> datetime:
    """The moment itself while the clinic is open, or else when it opens next, in UTC."""
    start, _ = next(_openings(hours, moment))
    return max(start, moment)


def add_business(hours: Hours | None, moment: datetime, duration: timedelta) -> datetime:
    """The moment when so much open time will have passed."""
    left = duration
    for start, end in _openings(hours, moment):
        begins = max(start, moment)
        if end - begins >= left:
            return begins + left
        left -= end - begins
    raise AssertionError("unreachable: openings never end")


def next_business_day(hours: Hours | None, moment: datetime) -> datetime:
    """One business day later: as long after opening as this moment is, but not after closing.

    What comes while the clinic is closed counts as if it came when it opens.
    """
    if hours is None or hours.never_closes:
        return moment + DAY
    days = (spans for spans in _business_days(hours, moment) if spans[-1][1] > moment)
    today, tomorrow = next(days), next(days)
    since_opening = max(moment - today[0][0], timedelta())
    return min(tomorrow[0][0] + since_opening, tomorrow[-1][1])


def _openings(hours: Hours | None, moment: datetime) -> Iterator[Span]:
    """The open times that end after this moment, in their order, without end."""
    if hours is None or hours.never_closes:
        yield moment, datetime.max.replace(tzinfo=UTC)
        return
    for spans in _business_days(hours, moment):
        yield from (span for span in spans if span[1] > moment)


def _business_days(hours: Hours, moment: datetime) -> Iterator[list[Span]]:
    """The open times of each day that has any, from the day before this moment on; none overlaps another."""
    first = moment.astimezone(hours.zone).date() - DAY
    ended = datetime.min.replace(tzinfo=UTC)
    for number in count():
        spans = []
        for start, end in _spans(hours, first + number * DAY):
            if end > max(start, ended):
                spans.append((max(start, ended), end))
                ended = end
        if spans:
            yield spans


def _spans(hours: Hours, day: date) -> list[Span]:
    """What a day's open times are in UTC.

    An hour that the clocks repeat in autumn is open both times; an opening in the hour that they leave out in spring
    is that much later.
    """
    if day in hours.holidays:
        return []
    return [
        (_moment(hours.zone, day, opens, 0), max(_moment(hours.zone, day, closes, fold) for fold in (0, 1)))
        for opens, closes in sorted(hours.week[day.weekday()])
    ]


def _moment(zone: ZoneInfo, day: date, minute: int, fold: int) -> datetime:
    """The moment when the clocks of the zone show so many minutes after midnight."""
    days, rest = divmod(minute, _MINUTES)
    local = datetime.combine(day + days * DAY, time(rest // 60, rest % 60, fold=fold), zone)
    return local.astimezone(UTC)
