"""Reminding a patient: switched on by a coordinator, sent once and by day, and not to who has written or said stop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.enquiries import remind, sending, states
from service.enquiries.model import AuditEvent, ContactPoint, Enquiry, Message, Staff
from service.enquiries.sending import Outgoing
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import Built, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.twilio_client import Twilio, sms
from workers import work
from workers.runtime import Runtime

NUMBER = "+447700900190"
#: Noon and late in the evening, where the number is from.
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
LATE = datetime(2026, 3, 10, 22, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock by which reminders go."""
    return lambda moment: monkeypatch.setattr(remind, "now", lambda: moment)


def answered(database: Database) -> Built:
    """An enquiry that a coordinator has answered."""
    built = create_enquiry(database, contact=("phone", NUMBER))
    create_staff(database, "carol@clinic.example")
    with database.write() as session:
        staff = session.scalars(select(Staff)).first()
        assert staff is not None
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        states.move(session, enquiry, "claim", who=staff.email)
        states.move(session, enquiry, "reply", who=staff.email)
        out = Outgoing("sms", enquiry.patient.contact_points[0], "Which tests do you have?", "en", sent_by=staff)
        sending.put_out(session, enquiry, out)
    return built


def switch_on(database: Database, built: Built, days: int = 3) -> None:
    with database.write() as session:
        staff = session.scalars(select(Staff)).first()
        assert staff is not None
        remind.switch_on(session, built.reference, staff, days)


def run(database: Database, settings: Settings) -> None:
    """Work as if the days had passed."""
    with database.write() as session:
        session.execute(update(Task).where(Task.stage == remind.STAGE).values(due_at=now() - timedelta(minutes=1)))
    work.work_once(Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1"), "housekeeping")


def reminders(database: Database) -> list[Message]:
    with database.read() as session:
        return list(session.scalars(select(Message).where(Message.approved_text == "reminder 1")))


def test_a_patient_who_does_not_answer_is_reminded_once(
    any_database: Database, settings: Settings, at: Callable[[datetime], None]
) -> None:
    at(NOON)
    built = answered(any_database)
    switch_on(any_database, built)
    run(any_database, settings)
    run(any_database, settings)
    (message,) = reminders(any_database)
    assert (message.channel, message.status, message.language) == ("sms", "queued", "en")
    with any_database.read() as session:
        assert built.reference in (session.get_one(Message, message.id).body or "")
        what = session.scalars(select(AuditEvent.what)).all()
        assert {"reminder switched on", "reminder sent"} <= set(what)
        assert session.scalars(select(Enquiry)).one().status == "replied"


def test_at_night_it_waits_for_the_morning_where_the_patient_is(
    database: Database, settings: Settings, at: Callable[[datetime], None]
) -> None:
    at(LATE)
    switch_on(database, answered(database))
    run(database, settings)
    assert reminders(database) == []
    with database.read() as session:
        task = session.scalars(select(Task).where(Task.stage == remind.STAGE)).one()
        assert (task.state, task.due_at) == ("waiting", datetime(2026, 3, 11, 9, tzinfo=UTC))
    at(datetime(2026, 3, 11, 9, tzinfo=UTC))
    run(database, settings)
    assert len(reminders(database)) == 1


@pytest.mark.parametrize(
    ("templates", "goes"),
    [({}, False), ({"answer-waiting": "HX1"}, False), ({"reminder:en": "HX2"}, True), ({"reminder": "HX3"}, True)],
)
def test_on_whatsapp_a_closed_window_is_open_to_an_approved_template_alone(
    database: Database, settings: Settings, at: Callable[[datetime], None], templates: dict[str, str], goes: bool
) -> None:
    at(NOON)
    switch_on(database, answered(database))
    with database.write() as session:
        session.execute(update(ContactPoint).values(kind="whatsapp", last_inbound_at=NOON - timedelta(days=3)))
    run(database, dataclasses.replace(settings, twilio_content_sids=templates))
    assert bool(reminders(database)) is goes


def test_who_has_written_in_the_meantime_is_not_reminded(
    database: Database, settings: Settings, twilio: Twilio, at: Callable[[datetime], None]
) -> None:
    at(NOON)
    switch_on(database, answered(database))
    twilio.message(sms("Here are my tests", NUMBER))
    run(database, settings)
    assert reminders(database) == []


@pytest.mark.parametrize("words", ["STOP", "delete my data"])
def test_who_wants_no_messages_is_not_reminded(
    database: Database, settings: Settings, twilio: Twilio, at: Callable[[datetime], None], words: str
) -> None:
    at(NOON)
    switch_on(database, answered(database))
    twilio.message(sms(words, NUMBER))
    run(database, settings)
    assert reminders(database) == []


@pytest.mark.parametrize("change", [{"opted_out": True}, {"bad_since": NOON}])
def test_who_cannot_be_reached_is_not_reminded(
    database: Database, settings: Settings, at: Callable[[datetime], None], change: dict[str, object]
) -> None:
    at(NOON)
    switch_on(database, answered(database))
    with database.write() as session:
        session.execute(update(ContactPoint).values(**change))
    run(database, settings)
    assert reminders(database) == []
