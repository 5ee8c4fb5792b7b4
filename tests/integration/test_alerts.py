"""An emergency is told to everybody on duty and on call, once; and when nobody claims it, to the leads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.enquiries import alert, claim, escalate
from service.enquiries.correct import correct
from service.enquiries.desk_model import Alert, Calendar, OnCall
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.settings import Settings
from service.storage import tasks
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import MAX_ATTEMPTS, Task
from tests.builders import create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.integration.test_receiving import inbound, receiver
from tests.mail_servers import MailServer, mail_server
from tests.twilio_client import Twilio, new_sid
from tests.twilio_server import TwilioServer, twilio_server
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import sweep, work
from workers.runtime import Runtime

DANGER = "My father Omar cannot breathe, please call +447700900201"
ON_CALL, BOSS = "+447700900901", "+447700900902"


@dataclass
class Clinic:
    """A clinic with alice and bob on duty, carol away, and lena who leads them."""

    runtime: Runtime
    provider: TwilioServer
    mail: MailServer

    @property
    def database(self) -> Database:
        return self.runtime.database

    def receive(self, text: str = DANGER, key: str = "SM1") -> str:
        return receiver(self.database).receive(inbound(key, text)).enquiry_id

    def work(self) -> None:
        work.drain(self.runtime, "send")

    def sweep(self) -> None:
        sweep.sweep(self.database, Doorbell(NOBODY_LISTENS))
        self.work()

    def let_time_pass(self, span: timedelta) -> None:
        """As if everything had happened so much earlier."""
        with self.database.write() as session:
            for task in session.scalars(select(Task)):
                task.due_at -= span
            for enquiry in session.scalars(select(Enquiry)):
                enquiry.due_at -= span
                enquiry.received_at -= span
            for told in session.scalars(select(Alert)):
                told.at -= span

    def claim(self, enquiry_id: str, name: str = "alice") -> None:
        with self.database.write() as session:
            reference = session.get_one(Enquiry, enquiry_id).reference
            claim.claim(session, reference, session.scalars(select(Staff).where(Staff.email.startswith(name))).one())

    def add_on_call(self, address: str, *, kind: str = "phone", escalation: bool = False) -> str:
        with self.database.write() as session:
            entry = OnCall(kind=kind, escalation=escalation)
            entry.address = address
            session.add(entry)
            session.flush()
            return entry.id

    def mailed(self) -> list[str]:
        return sorted(str(mail["To"]).partition("@")[0] for mail in self.mail.taken)

    def texted(self) -> list[str]:
        return [message["To"] for message in self.provider.taken]

    def states(self) -> list[tuple[str, str | None]]:
        with self.database.read() as session:
            return [(row.state, row.error_code) for row in session.scalars(select(Alert).order_by(Alert.id))]

    def history(self, enquiry_id: str) -> list[str]:
        with self.database.read() as session:
            events = session.scalars(select(AuditEvent).where(AuditEvent.enquiry_id == enquiry_id))
            return [event.what for event in events]


@pytest.fixture
def provider() -> Iterator[TwilioServer]:
    with twilio_server() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def clinic_of(database: Database, settings: Settings, provider: TwilioServer, mail: MailServer) -> Clinic:
    settings = dataclasses.replace(
        settings,
        twilio_api_url=provider.url,
        twilio_sms_from="+447700900000",
        smtp_url=mail.url,
        mail_from="clinic@clinic.example",
        public_url="https://console.clinic.example",
    )
    for name, role in (("alice", "coordinator"), ("bob", "coordinator"), ("carol", "coordinator"), ("lena", "lead")):
        create_staff(database, f"{name}@clinic.example", role=role)
    with database.write() as session:
        away = Staff.email.in_(("carol@clinic.example", "lena@clinic.example"))
        session.execute(update(Staff).where(away).values(on_duty=False))
    return Clinic(Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1"), provider, mail)


@pytest.fixture
def clinic(database: Database, settings: Settings, provider: TwilioServer, mail: MailServer) -> Clinic:
    return clinic_of(database, settings, provider, mail)


def test_an_emergency_is_told_to_all_on_duty_and_by_text_to_the_number_on_call(
    any_database: Database, settings: Settings, provider: TwilioServer, mail: MailServer
) -> None:
    clinic = clinic_of(any_database, settings, provider, mail)
    clinic.add_on_call(ON_CALL)
    clinic.add_on_call(BOSS, escalation=True)
    enquiry_id = clinic.receive()
    clinic.work()
    assert clinic.mailed() == ["alice", "bob"]
    assert clinic.texted() == [ON_CALL]
    assert clinic.states() == [("sent", None)] * 3
    assert "alerted" in clinic.history(enquiry_id)


def test_an_alert_says_where_to_look_and_nothing_of_the_patient(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    with clinic.database.read() as session:
        reference = session.get_one(Enquiry, clinic.receive()).reference
    clinic.work()
    text, mail = clinic.provider.taken[0]["Body"], clinic.mail.taken[0]
    link = f"https://console.clinic.example/console/enquiries/{reference}"
    assert text == mail.get_content().strip() == f"Emergency enquiry {reference} is waiting: {link}"
    assert mail["Subject"] == f"Emergency enquiry {reference} is waiting [Dragoman]"
    for word in ("Omar", "breathe", "201"):
        assert word not in text + mail.as_string()


def test_an_answer_to_an_alert_would_not_be_taken_for_the_patients(clinic: Clinic) -> None:
    clinic.receive()
    clinic.work()
    mail = clinic.mail.taken[0]
    assert mail["Reply-To"] is None
    assert mail["Auto-Submitted"] == "auto-generated"


def test_what_is_no_emergency_alerts_nobody(clinic: Clinic) -> None:
    clinic.receive("How much is a new knee?")
    clinic.sweep()
    assert (clinic.mail.taken, clinic.states()) == ([], [])


def test_a_message_that_comes_twice_and_a_worker_that_begins_twice_tell_once(clinic: Clinic) -> None:
    enquiry_id = clinic.receive()
    clinic.receive()
    clinic.work()
    with clinic.database.write() as session:
        session.execute(update(Task).where(Task.stage == alert.RAISE_STAGE).values(state="waiting"))
        message_id = session.scalars(select(Task.subject).where(Task.stage == alert.RAISE_STAGE)).one()
        enquiry = session.get_one(Enquiry, enquiry_id)
        session.execute(update(Alert).values(at=now() - timedelta(hours=1)))
        assert alert.emergency(session, enquiry, message_id) == []
    clinic.work()
    assert clinic.mailed() == ["alice", "bob"]


def test_a_patient_who_goes_on_writing_does_not_flood_those_who_know_already(clinic: Clinic) -> None:
    clinic.receive()
    clinic.work()
    clinic.receive("He cannot breathe at all!", key="SM2")
    clinic.work()
    assert clinic.mailed() == ["alice", "bob"]


def test_a_new_emergency_after_the_first_was_dealt_with_is_told_anew(clinic: Clinic) -> None:
    enquiry_id = clinic.receive()
    clinic.work()
    clinic.claim(enquiry_id)
    with clinic.database.write() as session:
        session.get_one(Enquiry, enquiry_id).status = "replied"
    clinic.receive("Now he has chest pain and cannot breathe", key="SM2")
    clinic.work()
    assert clinic.mailed() == ["alice", "alice", "bob", "bob"]


def test_a_danger_seen_only_in_the_translation_is_told_then(clinic: Clinic) -> None:
    engine = FakeEngine({("es", "en"): {"bluf": "cannot", "blaf": "breathe", "yo": "I"}})
    clinic.runtime.__dict__["translator"] = Translator([engine])
    receiver(clinic.database).receive(inbound(text="yo bluf blaf", language_hint="es", language_chosen=True))
    clinic.work()
    assert clinic.mailed() == []
    work.drain(clinic.runtime, "understand")
    clinic.work()
    assert clinic.mailed() == ["alice", "bob"]


def test_an_emergency_that_a_coordinator_recognises_is_told(clinic: Clinic) -> None:
    built = create_enquiry(clinic.database)
    with clinic.database.write() as session:
        bob = session.scalars(select(Staff).where(Staff.email.startswith("bob"))).one()
        correct(session, built.reference, bob, "urgency", "emergency")
    clinic.work()
    assert clinic.mailed() == ["alice", "bob"]


def test_with_nobody_on_duty_or_on_call_everybody_who_could_act_is_told(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        session.execute(update(Staff).values(on_duty=False))
    clinic.receive()
    clinic.work()
    assert clinic.mailed() == ["alice", "bob", "carol", "lena"]


def test_whoever_is_outside_their_hours_is_left_in_peace(clinic: Clinic) -> None:
    yesterday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(datetime.now(UTC).weekday() - 1) % 7]
    with clinic.database.write() as session:
        closed = Calendar(name="Yesterday only", zone="UTC", hours={yesterday: [["00:00", "01:00"]]})
        session.add(closed)
        session.flush()
        session.execute(update(Staff).where(Staff.email.startswith("bob")).values(calendar_id=closed.id))
    clinic.receive()
    clinic.work()
    assert clinic.mailed() == ["alice"]


def test_auditors_and_those_who_have_left_are_told_nothing(clinic: Clinic) -> None:
    create_staff(clinic.database, "audrey@clinic.example", role="auditor")
    with clinic.database.write() as session:
        session.execute(update(Staff).where(Staff.email.startswith("bob")).values(active=False))
    clinic.receive()
    clinic.work()
    assert clinic.mailed() == ["alice"]


def test_once_somebody_has_claimed_it_the_others_need_not_be_told(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    clinic.provider.fates, clinic.mail.answers = [(429, 20429)], ["451 later", "250 OK"]
    enquiry_id = clinic.receive()
    clinic.work()
    clinic.claim(enquiry_id)
    clinic.let_time_pass(timedelta(minutes=1))
    clinic.work()
    assert clinic.texted() == []
    assert sorted(state for state, _ in clinic.states()) == ["canceled", "canceled", "sent"]


def test_when_nobody_claims_in_five_minutes_the_leads_are_told_once(
    any_database: Database, settings: Settings, provider: TwilioServer, mail: MailServer
) -> None:
    clinic = clinic_of(any_database, settings, provider, mail)
    clinic.add_on_call(BOSS, escalation=True)
    enquiry_id = clinic.receive()
    clinic.sweep()
    assert clinic.texted() == []
    clinic.let_time_pass(timedelta(minutes=5, seconds=1))
    for _ in range(3):
        clinic.sweep()
    assert clinic.mailed() == ["alice", "bob", "lena"]
    assert clinic.texted() == [BOSS]
    assert clinic.provider.taken[0]["Body"].startswith("Nobody has claimed emergency enquiry")
    assert clinic.history(enquiry_id).count("escalated") == 1
    with clinic.database.read() as session:
        assert session.get_one(Enquiry, enquiry_id).escalated_at is not None


def test_a_claim_in_time_escalates_nothing_and_one_that_runs_out_does(clinic: Clinic) -> None:
    enquiry_id = clinic.receive()
    clinic.work()
    clinic.claim(enquiry_id)
    clinic.let_time_pass(timedelta(minutes=6))
    clinic.sweep()
    assert "lena" not in clinic.mailed()
    with clinic.database.write() as session:
        session.get_one(Enquiry, enquiry_id).claimed_until = now() - timedelta(seconds=1)
    clinic.sweep()
    assert "lena" in clinic.mailed()


def test_without_a_lead_the_administrators_are_told(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        session.execute(update(Staff).where(Staff.email.startswith("lena")).values(role="admin"))
    clinic.receive()
    clinic.let_time_pass(timedelta(minutes=6))
    clinic.sweep()
    assert "lena" in clinic.mailed()


def test_leads_hear_of_overdue_enquiries_once_and_together(
    any_database: Database, settings: Settings, provider: TwilioServer, mail: MailServer
) -> None:
    clinic = clinic_of(any_database, settings, provider, mail)
    for _ in range(3):
        create_enquiry(clinic.database, due_at=now() - timedelta(hours=1))
    for _ in range(3):
        clinic.sweep()
    (told,) = clinic.mail.taken
    assert (str(told["To"]), told["Subject"]) == ("lena@clinic.example", "Overdue enquiries: 3 [Dragoman]")
    assert told.get_content().strip() == "Overdue enquiries: 3: https://console.clinic.example/console/"
    create_enquiry(clinic.database, due_at=now() - timedelta(hours=1))
    clinic.sweep()
    assert len(clinic.mail.taken) == 1  # not every few seconds
    clinic.let_time_pass(escalate.OVERDUE_EVERY)
    clinic.sweep()
    assert len(clinic.mail.taken) == 2


def test_a_second_long_wait_is_told_again(clinic: Clinic) -> None:
    built = create_enquiry(clinic.database, due_at=now() - timedelta(hours=1))
    clinic.sweep()
    with clinic.database.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        enquiry.status = "replied"
    with clinic.database.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        enquiry.status, enquiry.escalated_at, enquiry.due_at = "queued", None, now() - timedelta(minutes=1)
    clinic.let_time_pass(escalate.OVERDUE_EVERY)
    clinic.sweep()
    assert len(clinic.mail.taken) == 2


def test_a_provider_in_trouble_is_tried_again(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    clinic.provider.fates = [(429, 20429)]
    clinic.receive()
    clinic.work()
    assert clinic.texted() == []
    clinic.let_time_pass(timedelta(minutes=1))
    clinic.work()
    assert clinic.texted() == [ON_CALL]


def test_an_alert_of_unknown_outcome_is_looked_up_where_that_can_be_done(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    clinic.provider.fates = ["drop"]
    clinic.receive()
    for _ in range(4):
        clinic.work()
        clinic.let_time_pass(timedelta(minutes=1))
    assert clinic.texted() == [ON_CALL]
    assert ("sent", None) in clinic.states()


def test_a_mail_of_unknown_outcome_goes_again_but_not_without_end(clinic: Clinic) -> None:
    clinic.mail.answers = ["drop"] * 20
    clinic.receive()
    for _ in range(8):
        clinic.work()
        clinic.let_time_pass(timedelta(minutes=1))
    assert clinic.mailed() == ["alice"] * 3 + ["bob"] * 3
    assert {state for state, _ in clinic.states()} == {"failed"}


def test_a_refused_alert_is_seen_to_have_failed(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    clinic.provider.fates = [(400, 21614)]
    clinic.mail.refuses = {"bob@clinic.example": "550 5.1.1 no such user"}
    clinic.receive()
    clinic.work()
    assert sorted(clinic.states(), key=str) == [("failed", "21614"), ("failed", "5.1.1"), ("sent", None)]


def test_without_a_way_to_text_the_alert_fails_and_says_so(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    clinic.runtime.__dict__["senders"] = {}
    clinic.receive()
    clinic.work()
    assert set(clinic.states()) == {("failed", "no-sender")}


def test_a_number_taken_off_the_list_is_not_told_any_more(clinic: Clinic) -> None:
    entry_id = clinic.add_on_call(ON_CALL)
    clinic.provider.fates = [(429, 20429)]
    clinic.receive()
    clinic.work()
    with clinic.database.write() as session:
        session.delete(session.get_one(OnCall, entry_id))
    clinic.let_time_pass(timedelta(minutes=1))
    clinic.work()
    assert clinic.texted() == []


def test_many_emergencies_at_once_do_not_flood_a_telephone(clinic: Clinic) -> None:
    clinic.add_on_call(ON_CALL)
    built = [create_enquiry(clinic.database, urgency="emergency") for _ in range(alert.MOST + 3)]
    with clinic.database.write() as session:
        for one in built:
            alert.emergency(session, session.get_one(Enquiry, one.enquiry_id), one.message_id)
    clinic.work()
    assert len(clinic.texted()) == alert.MOST
    assert clinic.states().count(("canceled", "too-many")) == 3 * 3


def test_an_emergency_overtakes_the_mails_that_a_slow_server_holds_up(clinic: Clinic) -> None:
    """The alert is raised while a batch of other messages is in hand, and goes before the rest of it."""
    order: list[str] = []
    real_send = clinic.runtime.senders["email"].send

    def watched(message: object) -> object:
        order.append(getattr(message, "subject", ""))
        if len(order) == 1:
            clinic.receive()
        return real_send(message)  # type: ignore[arg-type]

    sender = type("Watched", (), {"send": staticmethod(watched), "find": staticmethod(lambda *_: None)})()
    clinic.runtime.__dict__["senders"] = {"email": sender}
    _two_answers(clinic.database)
    clinic.work()
    assert [subject.startswith("Emergency") for subject in order] == [False, True, True, False]


def _two_answers(database: Database) -> None:
    from service.enquiries import sending
    from service.enquiries.sending import Outgoing

    built = create_enquiry(database, contact=("email", "omar@patients.example"), channel="email")
    with database.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        staff = session.scalars(select(Staff).limit(1)).one()
        for text in ("One.", "Two."):
            out = Outgoing("email", enquiry.patient.contact_points[0], text, "en", sent_by=staff)
            sending.put_out(session, enquiry, out)


def test_a_delivery_report_tells_whether_the_telephone_has_it(
    twilio: Twilio, database: Database, settings: Settings, provider: TwilioServer, mail: MailServer
) -> None:
    clinic = clinic_of(database, settings, provider, mail)
    clinic.add_on_call(ON_CALL)
    clinic.receive()
    clinic.work()
    path = provider.taken[0]["StatusCallback"].partition("clinic.example")[2]
    for status, state in (("undelivered", ("failed", "30003")), ("delivered", ("arrived", None))):
        form = {"MessageSid": new_sid(), "MessageStatus": status, "ErrorCode": "30003"}
        assert twilio.post(path, form).status == 204
        assert state in clinic.states()


def test_with_nobody_at_all_to_tell_the_history_says_so(database: Database) -> None:
    built = create_enquiry(database, urgency="emergency")
    with database.write() as session:
        assert alert.emergency(session, session.get_one(Enquiry, built.enquiry_id), built.message_id) == []
    with database.read() as session:
        assert session.scalar(select(AuditEvent).where(AuditEvent.what == "nobody to alert")) is not None


def test_an_alert_whose_worker_dies_each_time_is_seen_to_have_failed_and_goes_when_tried_again(clinic: Clinic) -> None:
    clinic.receive()
    with clinic.database.write() as session:
        raised = session.scalars(select(Task).where(Task.stage == alert.RAISE_STAGE)).one()
        enquiry = session.scalars(select(Enquiry)).one()
        first, *_ = alert.emergency(session, enquiry, raised.subject)
        task = session.scalars(select(Task).where(Task.subject == first.id)).one()
        task.state, task.attempts, task.lease_until = "leased", MAX_ATTEMPTS, now() - timedelta(seconds=1)
    sweep.sweep(clinic.database, Doorbell(NOBODY_LISTENS))
    assert ("failed", "given-up") in clinic.states()
    with clinic.database.write() as session:
        assert tasks.retry(session, tasks.dead_letters(session)[0].id)
    clinic.work()
    assert clinic.states() == [("sent", None)] * 2
