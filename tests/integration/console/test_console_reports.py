"""Reports: what a lead sees of a month, and what stands in the files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from service.enquiries import correct, figures
from service.enquiries.desk_model import Calendar
from service.enquiries.figures import Span
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.storage.session import Database
from tests.builders import Built, Translated, create_enquiry, create_staff
from tests.integration.console.conftest import Visitor

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("UTC"))
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ASKED = {"from": "2026-03-01", "to": "2026-03-31"}


def _answered(database: Database, built: Built, after: timedelta) -> None:
    with database.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        enquiry.first_answered_at = enquiry.received_at + after


@pytest.fixture
def march(database: Database) -> list[Built]:
    """Three enquiries of March and one of April: one emergency answered in time, one routine one too late."""
    arabic = create_enquiry(
        database, "ألم", language="ar", channel="whatsapp", urgency="emergency", condition="lupus", received_at=NOON,
        translation=Translated("Pain", flags=("number-changed", "low-score")),
    )  # fmt: skip
    late = create_enquiry(database, received_at=NOON + timedelta(days=1), contact=("phone", "+447700900124"))
    open_one = create_enquiry(database, received_at=NOON, contact=("phone", "+447700900125"))
    april = create_enquiry(
        database, received_at=datetime(2026, 4, 1, 0, 30, tzinfo=UTC), contact=("phone", "+447700900126")
    )
    _answered(database, arabic, timedelta(minutes=4))
    _answered(database, late, timedelta(hours=30))
    return [arabic, late, open_one, april]


def test_a_month_is_counted_by_day_and_by_what_the_enquiries_are(any_database: Database) -> None:
    database = any_database
    create_enquiry(database, language="ar", channel="whatsapp", received_at=NOON)
    create_enquiry(database, received_at=NOON, contact=("phone", "+447700900124"))
    create_enquiry(database, received_at=NOON - timedelta(days=20), contact=("phone", "+447700900125"))
    with database.read() as session:
        volume = figures.volume(session, MARCH)
    assert volume.total == 2
    assert volume.by_day[date(2026, 3, 10)] == 2
    assert len(volume.by_day) == 31
    assert volume.by_language == {"ar": 1, "en": 1}
    assert volume.by_channel == {"sms": 1, "whatsapp": 1}


def test_a_day_begins_at_midnight_where_the_clinic_is(database: Database, march: list[Built]) -> None:
    with database.write() as session:
        session.add(Calendar(name="Quito", zone="America/Guayaquil", hours={}, is_default=True))
    with database.read() as session:
        span = Span(MARCH.first, MARCH.last, ZoneInfo("America/Guayaquil"))
        assert figures.volume(session, span).by_day[date(2026, 3, 31)] == 1  # half past midnight UTC, on 1 April


def test_the_time_to_the_first_answer_is_told_for_each_urgency(database: Database, march: list[Built]) -> None:
    with database.read() as session:
        emergency, urgent, routine = figures.volume(session, MARCH).answering
    assert (emergency.received, emergency.answered, emergency.in_time) == (1, 1, 1)
    assert list(emergency.waits) == [240, 240, 240]
    assert (urgent.received, list(urgent.waits)) == (0, [None, None, None])
    assert (routine.received, routine.answered, routine.in_time) == (2, 1, 0)


def test_a_later_deadline_does_not_make_a_late_answer_early(database: Database, march: list[Built]) -> None:
    with database.write() as session:
        session.get_one(Enquiry, march[1].enquiry_id).due_at = NOON + timedelta(days=20)  # the patient wrote again
    with database.read() as session:
        assert figures.volume(session, MARCH).answering[2].in_time == 0


def test_the_machine_is_judged_by_what_somebody_has_looked_at(database: Database, march: list[Built]) -> None:
    lead = create_staff(database, "lead@clinic.example", role="lead")
    with database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == lead.email)).one()
        correct.correct(session, march[0].reference, staff, "condition", "rheumatoid-arthritis")
        correct.correct(session, march[2].reference, staff, "intent", "cost")  # nobody has answered it yet
    with database.read() as session:
        condition, urgency, intent, _language = figures.accuracy(session, MARCH)
    assert (condition.seen, condition.corrected, condition.share_right) == (2, 1, 0.5)
    assert urgency.share_right == 1
    assert intent.corrected == 0


def test_what_makes_a_translation_doubtful_is_counted(database: Database, march: list[Built]) -> None:
    with database.read() as session:
        assert figures.translation_flags(session, MARCH) == (1, {"low-score": 1, "number-changed": 1})


def test_filters_hold_for_everything_on_the_page(staff: Callable[..., Visitor], march: list[Built]) -> None:
    page = staff("leah", "lead").get("/console/reports", query_string={**ASKED, "language": "ar"}).text
    assert "Arabic" in page
    assert "<dd>1</dd>" in page
    assert "SMS" not in page.split("key-figures")[1].split("By channel")[1].split("</table>")[0]


def test_days_without_an_enquiry_say_what_to_do(staff: Callable[..., Visitor]) -> None:
    page = staff("leah", "lead").get("/console/reports?from=2020-01-01&to=2020-01-31").text
    assert "Choose other days, or fewer filters." in page


def test_a_null_byte_in_a_filter_never_reaches_the_database(staff: Callable[..., Visitor]) -> None:
    page = staff("lea", "lead").get("/console/reports", query_string={"language": "\0ar"})
    assert page.status_code == 200
    assert "language=ar" in page.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-03-31&to=2026-03-01", "The first day comes after the last one."),
        ("from=2020-01-01&to=2026-03-01", "A report covers 366 days at most."),
        ("from=yesterday", "from: not a day such as 2026-03-31"),
        ("to=9999-12-31", "to: not a day such as 2026-03-31"),
    ],
)
def test_days_that_cannot_be_are_refused(staff: Callable[..., Visitor], query: str, words: str) -> None:
    answer = staff("leah", "lead").get(f"/console/reports?{query}")
    assert answer.status_code == 422
    assert words in answer.text


def test_a_file_holds_what_the_page_shows_and_taking_it_is_recorded(
    staff: Callable[..., Visitor], march: list[Built], database: Database
) -> None:
    answer = staff("leah", "lead").get("/console/reports/languages.csv", query_string=ASKED)
    assert answer.mimetype == "text/csv"
    assert list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))) == [
        ["Language", "Enquiries"],
        ["English", "2"],
        ["Arabic", "1"],
    ]
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "report exported")).one()
        assert (event.who, event.detail) == ("leah@clinic.example", "languages")


def test_a_report_that_is_none_is_not_found(staff: Callable[..., Visitor]) -> None:
    assert staff("leah", "lead").get("/console/reports/everything.csv").status_code == 404


def test_reports_are_not_for_coordinators(alice: Visitor) -> None:
    assert alice.get("/console/reports").status_code == 403
    assert "Reports" not in alice.get("/console/").text


def test_no_patient_is_named_in_a_report(staff: Callable[..., Visitor], march: list[Built]) -> None:
    assert "Maria Example" not in staff("audrey", "auditor").get("/console/reports", query_string=ASKED).text
