"""Deadlines by the clinic's calendar: set at the door, anew when the patient answers, and when urgency is corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.clock import now
from service.enquiries import deadlines
from service.enquiries.correct import correct
from service.enquiries.desk_model import Calendar, Holiday
from service.enquiries.model import Enquiry, Staff
from service.storage.session import Database
from tests.builders import create_enquiry, create_staff
from tests.integration.test_receiving import inbound, receiver

SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def give_calendar(
    database: Database, *, zone: str = "Europe/London", hours: Any = OFFICE, is_default: bool = True
) -> None:
    with database.write() as session:
        calendar = Calendar(name=f"Clinic {zone} {is_default}", zone=zone, hours=hours, is_default=is_default)
        calendar.holidays.append(Holiday(day=date(2026, 12, 1), name="A day off"))
        session.add(calendar)


def due(database: Database) -> datetime:
    with database.read() as session:
        return session.scalars(select(Enquiry.due_at)).one()


def test_what_comes_on_a_saturday_is_due_a_business_day_after_monday_morning(any_database: Database) -> None:
    give_calendar(any_database)
    receiver(any_database).receive(inbound(received_at=SATURDAY))
    assert due(any_database) == MONDAY + timedelta(days=2)  # Tuesday is a holiday


def test_an_emergency_does_not_wait_for_monday(any_database: Database) -> None:
    give_calendar(any_database)
    receiver(any_database).receive(inbound(text="My father cannot breathe", received_at=SATURDAY))
    assert due(any_database) == SATURDAY + timedelta(minutes=5)


@pytest.mark.parametrize(
    "calendar",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"zone": "Europe"},
        {"hours": {"mon": "always"}},
        {"hours": {"mon": [["09:00"]]}},
        {"hours": {"mon": [["9 o'clock", "17:00"]]}},
        {"hours": ["mon"]},
        {"hours": {"mon": [["17:00", "09:00"]]}},
        {"is_default": False},
    ],
)
def test_without_a_calendar_that_can_be_read_the_message_is_taken_all_the_same(
    database: Database, calendar: dict[str, Any]
) -> None:
    give_calendar(database, **calendar)
    receiver(database).receive(inbound(received_at=SATURDAY))
    assert due(database) == SATURDAY + timedelta(hours=24)


def test_after_an_answer_the_patient_waits_anew_and_leads_may_be_told_anew(database: Database) -> None:
    give_calendar(database)
    receipt = receiver(database).receive(inbound())
    with database.write() as session:
        enquiry = session.get_one(Enquiry, receipt.enquiry_id)
        enquiry.status, enquiry.escalated_at = "replied", now()
    receiver(database).receive(inbound("SM2", received_at=SATURDAY))
    with database.read() as session:
        assert session.get_one(Enquiry, receipt.enquiry_id).escalated_at is None
    assert due(database) == MONDAY + timedelta(days=2)


def test_a_corrected_urgency_is_due_by_the_calendar(database: Database) -> None:
    give_calendar(database)
    create_staff(database)
    built = create_enquiry(database, urgency="urgent", received_at=SATURDAY)
    with database.write() as session:
        correct(session, built.reference, session.scalars(select(Staff)).one(), "urgency", "routine")
    assert due(database) == MONDAY + timedelta(days=2)


def test_the_calendar_is_read_once_in_a_transaction(database: Database) -> None:
    give_calendar(database)
    with database.write() as session:
        before = deadlines.clinic_hours(session)
        session.scalars(select(Calendar)).one().is_default = False
        assert deadlines.clinic_hours(session) is before
    with database.read() as session:
        assert deadlines.clinic_hours(session) is None
