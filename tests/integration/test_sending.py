"""Messages out: each goes once, a report never moves it backwards, and what failed is seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.enquiries import delivery, erase, sending, states
from service.enquiries.model import AuditEvent, ContactPoint, Enquiry, Message, Staff
from service.enquiries.sending import Outgoing
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import Built, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.twilio_client import Twilio, new_sid
from tests.twilio_server import Fate, TwilioServer, twilio_server
from workers import work
from workers.runtime import Runtime

TO = "+447700900555"
WORDS = "The price is 4000 euros."


@pytest.fixture
def provider() -> Iterator[TwilioServer]:
    with twilio_server() as server:
        yield server


@dataclass
class Office:
    """An enquiry with an answer that waits to go out, and the worker that sends."""

    database: Database
    built: Built
    runtime: Runtime
    message_id: str

    def send(self) -> None:
        work.drain(self.runtime, "send")

    def let_time_pass(self, span: timedelta = timedelta(minutes=2)) -> None:
        """As if everything had happened so much earlier."""
        with self.database.write() as session:
            for task in session.scalars(select(Task)):
                task.due_at -= span
                task.lease_until = task.lease_until - span if task.lease_until else None
            for message in session.scalars(select(Message).where(Message.direction == "out")):
                message.status_at = message.status_at - span if message.status_at else None

    def message(self) -> tuple[str, str | None, str | None]:
        with self.database.read() as session:
            message = session.get_one(Message, self.message_id)
            return message.status, message.error_code, message.provider_id

    def note(self, status: str, code: str | None = None) -> bool:
        with self.database.write() as session:
            message = delivery.held(session, self.message_id)
            assert message is not None
            return delivery.note(session, message, status, code=code)

    def enquiry(self) -> tuple[str, list[str]]:
        with self.database.read() as session:
            enquiry = session.get_one(Enquiry, self.built.enquiry_id)
            return enquiry.status, enquiry.needs


def office(database: Database, settings: Settings, server: TwilioServer, channel: str = "sms") -> Office:
    settings = dataclasses.replace(
        settings, twilio_api_url=server.url, twilio_sms_from="+447700900000", twilio_whatsapp_from="+447700900000"
    )
    create_staff(database)
    built = create_enquiry(database, contact=("whatsapp" if channel == "whatsapp" else "phone", TO))
    with database.write() as session:
        staff = session.scalars(select(Staff)).one()
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        point = enquiry.patient.contact_points[0]
        point.last_inbound_at = now()
        states.move(session, enquiry, "claim", who=staff.email)
        states.move(session, enquiry, "reply", who=staff.email)
        out = Outgoing(channel, point, WORDS, "en", sent_by=staff)  # type: ignore[arg-type]
        (message,) = sending.put_out(session, enquiry, out)
    return Office(database, built, Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1"), message.id)


@pytest.fixture
def desk(any_database: Database, settings: Settings, provider: TwilioServer) -> Office:
    return office(any_database, settings, provider)


def test_a_message_goes_out_once_and_its_report_comes_back_to_our_own_id(desk: Office, provider: TwilioServer) -> None:
    desk.send()
    desk.send()
    (taken,) = provider.taken
    assert (taken["To"], taken["From"], taken["Body"]) == (TO, "+447700900000", WORDS)
    assert taken["StatusCallback"].endswith(f"/twilio/messaging/status?message={desk.message_id}")
    assert desk.message() == ("queued", None, taken["sid"]) or desk.message()[2] == taken["sid"]


def test_on_whatsapp_both_addresses_say_so(any_database: Database, settings: Settings, provider: TwilioServer) -> None:
    office(any_database, settings, provider, "whatsapp").send()
    assert (provider.taken[0]["To"], provider.taken[0]["From"]) == (f"whatsapp:{TO}", "whatsapp:+447700900000")


def test_too_many_requests_are_tried_again_and_go_once(desk: Office, provider: TwilioServer) -> None:
    provider.fates = [(429, 20429)]
    desk.send()
    assert desk.message()[0] == "queued"
    desk.let_time_pass()
    desk.send()
    assert len(provider.taken) == 1


@pytest.mark.parametrize("fate", ["drop", (503, None)])
def test_an_unknown_outcome_is_looked_up_before_anything_is_sent_again(
    desk: Office, provider: TwilioServer, fate: Fate
) -> None:
    provider.fates = [fate]
    desk.send()
    assert desk.message()[0] == "unknown"
    desk.let_time_pass()
    desk.send()
    if fate != "drop":  # it never got there: after the look-up it goes, once
        desk.send()
    (taken,) = provider.taken
    assert desk.message()[2] == taken["sid"]
    assert desk.message()[0] != "unknown"


def test_as_long_as_the_look_up_fails_nothing_is_sent_again(desk: Office, provider: TwilioServer) -> None:
    provider.fates, provider.lookup_fates = ["drop"], [(500, None), "refuse"]
    for _ in range(3):
        desk.send()
        desk.let_time_pass()
    assert desk.message()[0] == "unknown"
    desk.send()
    assert desk.message()[2] == provider.taken[0]["sid"]
    assert len(provider.taken) == 1


def test_after_an_hour_of_not_knowing_a_person_must_look(desk: Office, provider: TwilioServer) -> None:
    provider.fates, provider.lookup_fates = ["drop"], [(500, None)]
    desk.send()
    desk.let_time_pass(timedelta(hours=2))
    desk.send()
    assert desk.message()[:2] == ("failed", "outcome-unknown")
    assert desk.enquiry() == ("queued", ["delivery"])


def test_a_worker_that_died_in_mid_call_sends_nothing_twice(desk: Office, provider: TwilioServer) -> None:
    desk.send()
    sid = provider.taken[0]["sid"]
    with desk.database.write() as session:  # as the dead worker left it: the provider has it, we do not know
        message = session.get_one(Message, desk.message_id)
        message.status, message.provider_id, message.status_at = "sending", None, now()
        session.execute(update(Task).where(Task.stage == "send").values(state="waiting"))
    desk.send()
    assert len(provider.taken) == 1
    assert desk.message()[2] == sid


@pytest.mark.parametrize(
    ("code", "opted_out", "is_bad"),
    [(21610, True, False), (21614, False, True), (30007, False, False), (99999, False, False)],
)
def test_a_refusal_is_final_seen_and_remembered(
    desk: Office, provider: TwilioServer, code: int, opted_out: bool, is_bad: bool
) -> None:
    provider.fates = [(400, code)]
    desk.send()
    assert desk.message()[:2] == ("failed", str(code))
    assert desk.enquiry() == ("queued", ["delivery"])
    with desk.database.read() as session:
        point = session.scalars(select(ContactPoint)).one()
        assert point.opted_out is opted_out
        assert (point.bad_since is not None) is is_bad


def test_a_wish_not_to_be_written_to_stops_what_waits_already(desk: Office, provider: TwilioServer) -> None:
    with desk.database.write() as session:
        session.execute(update(ContactPoint).values(opted_out=True))
    desk.send()
    assert provider.taken == []
    assert desk.message()[:2] == ("failed", "opted-out")


def test_a_message_without_a_way_out_fails_and_says_so(desk: Office) -> None:
    desk.runtime.__dict__["senders"] = {}
    desk.send()
    assert desk.message()[:2] == ("failed", "no-sender")


def test_a_status_never_moves_backwards(desk: Office) -> None:
    assert desk.note("delivered")
    for late in ("sent", "queued", "failed", "undelivered", "nonsense"):
        assert not desk.note(late)
    assert desk.note("read")
    assert desk.message()[0] == "read"


def test_of_two_reports_at_once_the_later_sees_what_the_first_has_noted(desk: Office) -> None:
    with desk.database.write() as session:
        read_before = session.get_one(Message, desk.message_id)
        other = update(Message).where(Message.id == desk.message_id).values(status="delivered")
        session.execute(other.execution_options(synchronize_session=False))
        message = delivery.held(session, desk.message_id)
        assert message is read_before
        assert not delivery.note(session, message, "sent")


def test_a_failure_is_final_unless_the_message_is_seen_to_have_arrived(desk: Office) -> None:
    assert desk.note("undelivered", "30003")
    assert not desk.note("sent")
    assert desk.message() == ("undelivered", "30003", None)
    assert desk.enquiry() == ("queued", ["delivery"])
    assert desk.note("delivered")
    assert desk.message()[:2] == ("delivered", None)
    assert desk.enquiry()[1] == []


def test_a_failure_after_the_patient_was_erased_is_noted_without_a_detail(desk: Office) -> None:
    with desk.database.write() as session:
        erase.erase(session, desk.built.patient_id, who="lead@clinic.example")
    assert desk.note("undelivered", "30003")
    with desk.database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "delivery failed")).one()
        assert event.sealed_detail is None


def test_reports_come_by_signed_callback_late_twice_and_out_of_order(
    twilio: Twilio, database: Database, settings: Settings, provider: TwilioServer
) -> None:
    desk = office(database, settings, provider)
    sid = new_sid()
    path = f"/twilio/messaging/status?message={desk.message_id}"
    for status in ("delivered", "sent", "delivered"):
        answer = twilio.post(path, {"MessageSid": sid, "MessageStatus": status})
        assert (answer.status, answer.text) == (204, "")
    assert desk.message() == ("delivered", None, sid)


@pytest.mark.parametrize("path", ["?message=nobody", "", "?message=%00"])
def test_a_report_about_nothing_of_ours_is_taken_and_forgotten(twilio: Twilio, path: str) -> None:
    form = {"MessageSid": new_sid(), "MessageStatus": "sent", "ErrorCode": "x" * 50}
    assert twilio.post(f"/twilio/messaging/status{path}", form).status == 204


def test_a_report_without_a_status_names_what_is_missing(twilio: Twilio) -> None:
    answer = twilio.post("/twilio/messaging/status", {"MessageSid": new_sid()})
    assert answer.status == 422
    assert "MessageStatus" in answer.text
