"""Booking on the enquiry's page: the hour in its zone, another hour in its place, and the file for a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select

from service.clock import now
from service.enquiries.desk_model import Appointment
from service.enquiries.model import AuditEvent, Enquiry
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor

NEXT_YEAR = now().year + 1
WANTED = {
    "book-day": f"{NEXT_YEAR}-07-15",
    "book-hour": "09:30",
    "book-zone": "Europe/Berlin",
    "book-kind": "video",
    "book-note": "Bring the scans",
}


@pytest.fixture
def built(alice: Visitor, database: Database) -> Built:
    """An enquiry that alice has claimed."""
    made = create_enquiry(database, name="Nadia Example")
    assert alice.post(f"/console/enquiries/{made.reference}/claim").status_code == 303
    return made


def book(visitor: Visitor, built: Built, place: str = "", **changes: str) -> tuple[int, str]:
    fields = WANTED | {f"book-{name}": value for name, value in changes.items()}
    answer = visitor.post(f"/console/enquiries/{built.reference}/appointments{place}", fields)
    return answer.status_code, answer.text


def appointments(database: Database) -> list[Appointment]:
    with database.read() as session:
        return list(session.scalars(select(Appointment).order_by(Appointment.id)))


def status_of(database: Database, built: Built) -> str:
    with database.read() as session:
        return session.get_one(Enquiry, built.enquiry_id).status


def test_an_appointment_is_kept_in_the_zone_in_which_it_was_agreed(
    alice: Visitor, built: Built, database: Database
) -> None:
    assert book(alice, built)[0] == 303
    (one,) = appointments(database)
    assert (one.starts_at, one.zone, one.kind) == (
        datetime(NEXT_YEAR, 7, 15, 7, 30, tzinfo=UTC),
        "Europe/Berlin",
        "video",
    )
    assert status_of(database, built) == "booked"
    page = alice.get(f"/console/enquiries/{built.reference}").text
    assert f"15 July {NEXT_YEAR}, 09:30</strong> Europe/Berlin" in page
    assert "Bring the scans" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "24.12.2026"),
        ("day", "2020-01-01"),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("hour", "half past nine"),
        ("hour", "09:30+02:00"),
        ("zone", "Atlantis/Capital"),
        ("zone", "../../etc/passwd"),
        ("kind", "surgery-at-home"),
        ("note", "x" * 1001),
    ],
)
def test_what_cannot_be_booked_is_said_beside_its_field(
    alice: Visitor, built: Built, database: Database, field: str, value: str
) -> None:
    status, page = book(alice, built, **{field: value})
    assert status == 422
    assert f'id="book-{field}-error"' in page
    assert appointments(database) == []
    assert status_of(database, built) == "claimed"


def test_an_hour_that_the_clocks_jump_over_is_not_booked(alice: Visitor, built: Built, database: Database) -> None:
    last_sunday = max(day for day in range(25, 32) if datetime(NEXT_YEAR, 3, day, tzinfo=UTC).weekday() == 6)
    status, page = book(alice, built, day=f"{NEXT_YEAR}-03-{last_sunday}", hour="02:30")
    assert status == 422
    assert "the clocks go forward over this hour" in page


def test_only_who_has_claimed_the_enquiry_books(alice: Visitor, bob: Visitor, built: Built, database: Database) -> None:
    assert book(bob, built)[0] == 409
    unclaimed = create_enquiry(database, contact=("phone", "+447700900124"))
    assert book(alice, unclaimed)[0] == 409
    assert appointments(database) == []


def test_another_time_takes_the_place_of_the_first(alice: Visitor, built: Built, database: Database) -> None:
    book(alice, built)
    (first,) = appointments(database)
    status, page = book(alice, built, f"/{first.id}", hour="late")
    assert (status, f'id="book-{first.id}-hour-error"' in page) == (422, True)
    assert book(alice, built, f"/{first.id}", hour="11:00")[0] == 303
    before, after = appointments(database)
    assert before.canceled_at is not None
    assert after.starts_at == before.starts_at + timedelta(minutes=90)
    assert status_of(database, built) == "booked"
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "rebooked")).one()
        assert event.detail == (
            f"video {NEXT_YEAR}-07-15 09:30 Europe/Berlin → video {NEXT_YEAR}-07-15 11:00 Europe/Berlin"
        )


def test_with_the_last_appointment_canceled_the_enquiry_waits_again(
    alice: Visitor, built: Built, database: Database
) -> None:
    book(alice, built)
    book(alice, built, hour="15:00")
    first, second = appointments(database)
    path = f"/console/enquiries/{built.reference}/appointments"
    assert alice.post(f"{path}/{first.id}/cancel").status_code == 303
    assert status_of(database, built) == "booked"
    assert alice.post(f"{path}/{second.id}/cancel").status_code == 303
    assert status_of(database, built) == "queued"
    assert alice.post(f"{path}/{second.id}/cancel").status_code == 409


def test_the_file_for_a_calendar_names_no_patient(alice: Visitor, built: Built, database: Database) -> None:
    book(alice, built)
    (one,) = appointments(database)
    answer = alice.get(f"/console/enquiries/{built.reference}/appointments/{one.id}.ics")
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.data)
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("DTSTART") == one.starts_at
    assert str(event["SUMMARY"]) == f"Video consultation, enquiry {built.reference}"
    assert calendar.walk("VTIMEZONE")
    assert b"Nadia" not in answer.data
    assert b"scans" not in answer.data


def test_an_appointment_of_another_enquiry_is_not_found_here(alice: Visitor, built: Built, database: Database) -> None:
    book(alice, built)
    (one,) = appointments(database)
    other = create_enquiry(database, contact=("phone", "+447700900125"))
    path = f"/console/enquiries/{other.reference}/appointments/{one.id}"
    assert alice.get(f"{path}.ics").status_code == 404
    assert alice.post(f"{path}/cancel").status_code == 404
    assert alice.post(path, WANTED).status_code == 404
