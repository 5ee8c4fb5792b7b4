"""A danger that only the translation shows: the patient is advised then, by the way they came."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from service.enquiries import text_reviews
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import ContactPoint, Enquiry, Message, Staff
from service.enquiries.receive import Receiver
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reader import Reader
from tests.builders import create_staff
from tests.conftest import NOBODY_LISTENS
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime

#: Words that no knowledge file has, and what an engine makes of them.
WORDS = {("es", "en"): {"bluf": "cannot", "blaf": "breathe", "yo": "I", "hola": "hello"}}


@pytest.fixture
def runtime(any_database: Database, settings: Settings) -> Runtime:
    built = Runtime(settings, any_database, Doorbell(NOBODY_LISTENS), "w1")
    built.__dict__["translator"] = Translator([FakeEngine(WORDS)])
    return built


def receive(database: Database, text: str, *, channel: str = "sms", contact: Contact | None = None) -> None:
    contacts = (contact or Contact("phone", "+447700900571"),)
    message = InboundMessage(
        channel,  # type: ignore[arg-type]
        f"key of {text}",
        text,
        contacts=contacts,
        proven=channel != "web",
        language_hint="es",
        language_chosen=True,
    )
    assert Receiver(database, Reader(), lambda queue: None).receive(message).urgency == "routine"


def sent(database: Database) -> list[tuple[str, str, str | None]]:
    with database.read() as session:
        out = session.scalars(select(Message).where(Message.direction == "out"))
        return [(message.channel, message.body or "", message.approved_text) for message in out]


def test_who_was_answered_before_the_danger_was_seen_is_advised_then(runtime: Runtime) -> None:
    receive(runtime.database, "yo bluf blaf")
    work.drain(runtime, "understand")
    with runtime.database.read() as session:
        assert session.scalars(select(Enquiry.urgency)).one() == "emergency"
        assert session.scalar(select(Task.queue).where(Task.stage == "send")) == "send"
    ((channel, body, event),) = sent(runtime.database)
    assert (channel, event) == ("sms", "emergency-advice")
    assert "emergencia" in body


def test_the_advice_goes_once(runtime: Runtime) -> None:
    receive(runtime.database, "yo bluf blaf")
    for _ in range(2):
        work.drain(runtime, "understand")
        with runtime.database.write() as session:
            session.execute(update(Task).where(Task.stage == "understand").values(state="waiting", attempts=0))
    work.drain(runtime, "understand")
    assert len(sent(runtime.database)) == 1


def test_what_is_no_emergency_is_not_advised(runtime: Runtime) -> None:
    receive(runtime.database, "hola")
    work.drain(runtime, "understand")
    assert sent(runtime.database) == []


def test_even_who_wants_no_messages_is_advised(runtime: Runtime) -> None:
    receive(runtime.database, "yo bluf blaf")
    with runtime.database.write() as session:
        session.execute(update(ContactPoint).values(opted_out=True))
    work.drain(runtime, "understand")
    assert len(sent(runtime.database)) == 1


def test_a_form_without_a_working_contact_costs_nothing_but_the_advice(runtime: Runtime) -> None:
    receive(runtime.database, "yo bluf blaf", channel="web", contact=Contact("email", "ana@mail.example"))
    with runtime.database.write() as session:
        point = session.scalars(select(ContactPoint)).one()
        point.bad_since = point.created_at
    work.drain(runtime, "understand")
    assert sent(runtime.database) == []
    with runtime.database.read() as session:
        assert session.scalars(select(Message.reading_state)).one() == "done"


def test_late_advice_that_a_speaker_has_reviewed_goes_without_the_english(runtime: Runtime) -> None:
    create_staff(runtime.database, role="lead")
    receive(runtime.database, "yo bluf blaf")
    with runtime.database.write() as session:
        lead = session.scalars(select(Staff)).one()
        text_reviews.approve(session, lead, ("emergency-advice", "es", "text"), version="1", reviewer="Dr Speaker")
    work.drain(runtime, "understand")
    ((_, body, _),) = sent(runtime.database)
    assert "emergencia" in body
    assert "Please do not wait" not in body
