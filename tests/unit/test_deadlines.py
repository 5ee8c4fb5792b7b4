"""By when an answer is due: emergencies at any hour, the rest in the clinic's hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import deadlines
from service.enquiries.hours import Hours
from tests.unit.test_hours import CALENDARS, LONDON, MOMENTS, at

URGENCIES = st.sampled_from(["emergency", "urgent", "routine"])


@pytest.mark.parametrize(
    ("urgency", "since", "due"),
    [
        ("emergency", "2026-11-28 03:00", "2026-11-28 03:05"),  # a Saturday night
        ("urgent", "2026-11-30 10:00", "2026-11-30 12:00"),
        ("urgent", "2026-11-30 16:00", "2026-12-01 04:00"),  # not two hours of tomorrow: that would be 17 hours
        ("urgent", "2026-12-01 06:00", "2026-12-01 11:00"),
        ("routine", "2026-11-27 16:00", "2026-11-30 16:00"),
    ],
)
def test_each_urgency_has_its_time(urgency: str, since: str, due: str) -> None:
    assert deadlines.due_at(LONDON, urgency, at(since)) == at(due)


@given(MOMENTS, URGENCIES)
def test_without_a_calendar_the_clinic_never_closes(since: datetime, urgency: str) -> None:
    assert deadlines.due_at(None, urgency, since) == since + deadlines.ANSWER_WITHIN[urgency]


@given(CALENDARS, MOMENTS)
def test_the_more_urgent_is_never_due_later_and_nobody_urgent_waits_for_half_a_day(
    hours: Hours, since: datetime
) -> None:
    emergency, urgent = (deadlines.due_at(hours, urgency, since) for urgency in ("emergency", "urgent"))
    assert emergency == since + timedelta(minutes=5)
    assert urgent <= since + timedelta(hours=12)


@pytest.mark.parametrize(
    ("urgency", "left", "standing"),
    [
        ("routine", timedelta(hours=7), "later"),
        ("routine", timedelta(hours=6), "soon"),
        ("urgent", timedelta(minutes=31), "later"),
        ("urgent", timedelta(minutes=30), "soon"),
        ("emergency", timedelta(minutes=5), "soon"),
        ("routine", timedelta(seconds=-1), "over"),
    ],
)
def test_an_answer_is_due_soon_in_the_last_quarter_of_its_time(urgency: str, left: timedelta, standing: str) -> None:
    moment = datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert deadlines.standing(urgency, moment + left, moment) == standing
