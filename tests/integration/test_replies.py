"""Answers to patients: previewed, checked, approved by the person who wrote them, and taken back in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Select, select, update

from service.clock import now
from service.enquiries import claim, drafts, reach, reply
from service.enquiries.drafts import Written
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import ContactPoint, Draft, Enquiry, Message, Staff
from service.enquiries.receive import Receiver
from service.errors import BadInput, Conflict, NotFound
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reader import Reader
from tests.builders import Built, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.twilio_client import new_sid
from translations import checks
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime

WORDS = {
    ("en", "es"): {"the": "el", "price": "precio", "is": "es", "come": "venga", "on": "en", "may": "mayo", "3": "5"},
    ("es", "en"): {"el": "the", "precio": "price", "es": "is", "venga": "come", "en": "on", "mayo": "may"},
}
PRICE = ("the price is 4000 euros.", "el precio es 4000 euros.")


@dataclass
class Desk:
    """A coordinator with a claimed enquiry, and the worker that makes previews."""

    database: Database
    built: Built
    runtime: Runtime
    way: str

    def staff(self, email: str = "alice@clinic.example") -> Select[Staff]:
        return select(Staff).where(Staff.email == email)

    def preview(self, text: str, **more: str) -> str:
        with self.database.write() as session:
            written = Written(text, self.way, **more)
            draft = reply.preview(session, self.built.reference, session.scalars(self.staff()).one(), written)
            preview_id = draft.preview_id or ""
        work.drain(self.runtime, "understand")
        return preview_id

    def approve(self, preview_id: str, reason: str = "", email: str = "alice@clinic.example") -> list[str]:
        with self.database.write() as session:
            staff = session.scalars(self.staff(email)).one()
            messages = reply.approve(session, self.built.reference, staff, preview_id=preview_id, reason=reason)
            return [message.id for message in messages]

    def draft(self) -> tuple[str, str | None, str | None, list[str]] | None:
        with self.database.read() as session:
            draft = session.scalar(select(Draft))
            return (draft.state, draft.text, draft.back, draft.flags) if draft else None

    def status(self) -> str:
        with self.database.read() as session:
            return session.scalars(select(Enquiry.status)).one()


@pytest.fixture
def desk(any_database: Database, settings: Settings) -> Desk:
    create_staff(any_database)
    create_staff(any_database, "bob@clinic.example")
    built = create_enquiry(any_database, "¿Cuánto cuesta?", language="es", contact=("phone", "+447700900555"))
    with any_database.write() as session:
        alice = session.scalars(select(Staff).where(Staff.email == "alice@clinic.example")).one()
        claim.claim(session, built.reference, alice)
        point = session.scalars(select(ContactPoint)).one()
        way = f"sms:{point.id}"
    runtime = Runtime(settings, any_database, Doorbell(NOBODY_LISTENS), "w1")
    runtime.__dict__["translator"] = Translator([FakeEngine(WORDS)])
    return Desk(any_database, built, runtime, way)


def test_a_preview_shows_the_translation_and_what_it_says_translated_back(desk: Desk) -> None:
    desk.preview(PRICE[0])
    assert desk.draft() == ("ready", PRICE[1], PRICE[0], [])


def test_an_approved_reply_waits_ten_seconds_and_is_kept_in_both_languages(desk: Desk) -> None:
    (message_id,) = desk.approve(desk.preview(PRICE[0]))
    with desk.database.read() as session:
        message = session.get_one(Message, message_id)
        assert (message.body, message.language, message.status) == (PRICE[1], "es", "queued")
        assert message.translation is not None
        assert message.translation.text == PRICE[0]
        task = session.scalars(select(Task).where(Task.stage == "send")).one()
        assert timedelta(seconds=5) < task.due_at - now() <= reply.UNDO
        assert message.enquiry.first_answered_at is not None
    assert desk.status() == "replied"
    assert desk.draft() is None


def test_a_changed_number_holds_the_reply_until_a_reason_is_given(desk: Desk) -> None:
    preview_id = desk.preview("come on 3 may.")
    with pytest.raises(Conflict, match="number-changed"):
        desk.approve(preview_id)
    assert desk.status() == "claimed"
    desk.approve(preview_id, "I agreed the 5th with them by phone")
    assert desk.status() == "replied"
    with desk.database.read() as session:
        events = session.get_one(Enquiry, desk.built.enquiry_id).events
        assert any(event.what == "reply overridden" and "5th" in (event.detail or "") for event in events)


def test_whatever_must_survive_translation_holds_a_reply_that_loses_it() -> None:
    assert {flag for name, flag in vars(checks).items() if name.endswith("_CHANGED")} <= reply.HOLDING


def test_a_reply_is_refused_when_the_patient_has_written_since(desk: Desk) -> None:
    preview_id = desk.preview(PRICE[0])
    with desk.database.write() as session:
        enquiry = session.get_one(Enquiry, desk.built.enquiry_id)
        enquiry.messages.append(
            Message(patient_id=enquiry.patient_id, enquiry_id=enquiry.id, channel="sms", unique_key="later")
        )
    with pytest.raises(Conflict, match="written since"):
        desk.approve(preview_id)


def test_only_the_newest_preview_may_go(desk: Desk) -> None:
    first = desk.preview("come on 3 may.")
    desk.preview(PRICE[0])
    with pytest.raises(Conflict, match="newest preview"):
        desk.approve(first)


def test_only_who_has_claimed_the_enquiry_may_send(desk: Desk) -> None:
    preview_id = desk.preview(PRICE[0])
    with pytest.raises(Conflict, match="claim"):
        desk.approve(preview_id, email="bob@clinic.example")


def test_without_an_engine_somebody_must_write_in_the_patients_language(desk: Desk) -> None:
    desk.runtime.__dict__["translator"] = Translator([])
    preview_id = desk.preview(PRICE[0])
    assert desk.draft() == ("ready", None, None, ["no-engine"])
    with pytest.raises(Conflict, match="nothing in the patient's language"):
        desk.approve(preview_id, "never mind")
    (message_id,) = desk.approve(desk.preview(PRICE[1], written_language="es"))
    with desk.database.read() as session:
        assert session.get_one(Message, message_id).body == PRICE[1]


def test_words_mended_by_hand_are_checked_against_what_was_written(desk: Desk) -> None:
    desk.preview(PRICE[0], own_words="el precio es 5000 euros.")
    state, text, _, flags = desk.draft() or ("", None, None, [])
    assert (state, text) == ("ready", "el precio es 5000 euros.")
    assert "number-changed" in flags


def test_an_answer_is_taken_back_in_time_and_is_a_draft_again(desk: Desk) -> None:
    (message_id,) = desk.approve(desk.preview(PRICE[0]))
    with desk.database.write() as session:
        staff = session.scalars(desk.staff()).one()
        reply.undo(session, desk.built.reference, staff, message_id)
    assert desk.status() == "claimed"
    with desk.database.read() as session:
        assert session.get_one(Message, message_id).status == "canceled"
        assert session.scalars(select(Draft)).one().written == PRICE[0]
        assert session.scalar(select(Task).where(Task.stage == "send")) is None


def test_it_is_too_late_once_the_answer_is_on_its_way(desk: Desk) -> None:
    (message_id,) = desk.approve(desk.preview(PRICE[0]))
    with desk.database.write() as session:
        session.execute(update(Task).where(Task.stage == "send").values(state="leased", attempts=1))
    with desk.database.write() as session, pytest.raises(Conflict, match="too late"):
        reply.undo(session, desk.built.reference, session.scalars(desk.staff()).one(), message_id)


def test_an_answer_by_an_id_that_no_database_can_hold_is_not_found(desk: Desk) -> None:
    with desk.database.write() as session, pytest.raises(NotFound):
        reply.undo(session, desk.built.reference, session.scalars(desk.staff()).one(), "\0")


def test_nobody_takes_back_the_answer_of_somebody_else(desk: Desk) -> None:
    (message_id,) = desk.approve(desk.preview(PRICE[0]))
    with desk.database.write() as session, pytest.raises(NotFound):
        reply.undo(session, desk.built.reference, session.scalars(desk.staff("bob@clinic.example")).one(), message_id)


def test_who_has_opted_out_is_not_written_to(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(update(ContactPoint).values(opted_out=True))
    with pytest.raises(Conflict, match="asked not to be written to"):
        desk.preview(PRICE[0])


@pytest.mark.parametrize(
    ("text", "way", "field"),
    [("", None, "text"), (" \n", None, "text"), ("x" * 5001, None, "text"), ("hello", "sms:nobody", "way")],
)
def test_what_cannot_be_sent_is_named(desk: Desk, text: str, way: str | None, field: str) -> None:
    with desk.database.write() as session, pytest.raises(BadInput) as refused:
        staff = session.scalars(desk.staff()).one()
        drafts.save(session, desk.built.reference, staff, Written(text, way or desk.way))
    assert refused.value.field == field


def test_a_long_answer_goes_in_parts_that_are_taken_back_together(desk: Desk) -> None:
    text = "\n".join(f"Frase número {number}, sin más." for number in range(120))
    ids = desk.approve(desk.preview(text, written_language="es"))
    assert len(ids) > 1
    with desk.database.write() as session:
        reply.undo(session, desk.built.reference, session.scalars(desk.staff()).one(), ids[1])
    with desk.database.read() as session:
        assert {session.get_one(Message, one).status for one in ids} == {"canceled"}


def test_the_way_by_which_the_patient_wrote_last_comes_first(desk: Desk) -> None:
    with desk.database.write() as session:
        patient = session.get_one(Enquiry, desk.built.enquiry_id).patient
        point = ContactPoint(
            patient_id=patient.id, kind="whatsapp", blind_index="w", last_inbound_at=now() - timedelta(hours=25)
        )
        point.value = "+447700900555"
        patient.contact_points.append(point)
        session.flush()
        shown = reach.ways(patient, now())
        assert [(way.channel, way.obstacle) for way in shown] == [("sms", None), ("whatsapp", "window-closed")]
        reach.heard_from([point], now())
        shown = reach.ways(patient, now())
        assert [(way.channel, way.obstacle) for way in shown] == [("whatsapp", None), ("sms", None)]


@pytest.fixture
def late_desk(desk: Desk) -> Desk:
    """The patient wrote by WhatsApp, more than a day ago."""
    with desk.database.write() as session:
        point = session.scalars(select(ContactPoint)).one()
        point.kind, point.last_inbound_at = "whatsapp", now() - timedelta(hours=30)
        desk.way = f"whatsapp:{point.id}"
    return desk


def test_after_whatsapps_window_nothing_goes_without_an_approved_template(late_desk: Desk) -> None:
    with pytest.raises(Conflict, match="24 hours"):
        late_desk.approve(late_desk.preview(PRICE[0]))


def test_after_whatsapps_window_the_patient_is_asked_to_write_and_the_answer_waits_for_that(late_desk: Desk) -> None:
    preview_id = late_desk.preview(PRICE[0])
    with late_desk.database.write() as session:
        staff = session.scalars(late_desk.staff()).one()
        reply.approve(
            session, late_desk.built.reference, staff, preview_id=preview_id, templates={"answer-waiting:es": "HX1"}
        )
    with late_desk.database.read() as session:
        out = session.scalars(select(Message).where(Message.direction == "out").order_by(Message.id)).all()
        assert [(message.status, message.approved_text) for message in out] == [
            ("queued", "answer-waiting"),
            ("held", None),
        ]
        assert session.scalars(select(Task.subject).where(Task.stage == "send")).all() == [out[0].id]
    patient_writes(late_desk.database, "Sí, dígame")
    with late_desk.database.read() as session:
        answer = session.scalars(select(Message).where(Message.sent_by.is_not(None))).one()
        assert answer.status == "queued"
        assert answer.id in session.scalars(select(Task.subject).where(Task.stage == "send")).all()


def patient_writes(database: Database, text: str) -> None:
    contact = Contact("whatsapp", "+447700900555")
    message = InboundMessage("whatsapp", new_sid(), text, contacts=(contact,), proven=True)
    Receiver(database, Reader(), lambda queue: None).receive(message)
