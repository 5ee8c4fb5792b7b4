"""Correcting what was understood: it holds at once, whatever is read again, and is kept to learn from."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.correct import correct
from service.enquiries.deadlines import ANSWER_WITHIN
from service.enquiries.erase import erase
from service.enquiries.model import AuditEvent, Enquiry, LabelledExample, Message, Staff
from service.enquiries.understand import take_in
from service.errors import BadInput, Forbidden, NotFound
from service.settings import Settings
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.learned.model import DANGER
from service.understanding.learned.model_store import ModelStore
from service.understanding.reader import Reader
from tests.builders import Built, create_enquiry, create_staff
from workers import learn_command
from workers.learn import corrections
from workers.training import Lesson

TEXT = "My knees hurt on the stairs, the doctor spoke of knee replacement."


@pytest.fixture
def enquiry(database: Database) -> Built:
    create_staff(database)
    create_staff(database, "dora@clinic.example", role="auditor")
    built = create_enquiry(database, TEXT)
    with database.write() as session:
        read_again(session, built)
    return built


def read_again(session: Session, built: Built, text: str | None = None) -> None:
    message = session.get_one(Message, built.message_id)
    take_in(message.enquiry, message, Reader().read(text or message.body or "", language=message.language))


def do(database: Database, built: Built, what: str, value: str, reason: str = "") -> LabelledExample | None:
    with database.write() as session:
        return correct(session, built.reference, by(session), what, value, reason)


def by(session: Session, email: str = "alice@clinic.example") -> Staff:
    return session.scalars(select(Staff).where(Staff.email == email)).one()


@dataclass(frozen=True)
class Now:
    """What an enquiry is at the moment."""

    condition: str
    conditions: list[str]
    intent: str
    urgency: str
    urgency_rank: int
    due_at: datetime
    language: str
    patient_language: str | None
    needs: list[str]
    gist: str


def now_is(database: Database, built: Built) -> Now:
    with database.read() as session:
        one = session.get_one(Enquiry, built.enquiry_id)
        return Now(
            one.condition,
            [finding["code"] for finding in one.conditions or ()],
            one.intent,
            one.urgency,
            one.urgency_rank,
            one.due_at,
            one.language,
            one.patient.language,
            one.needs,
            one.gist or "",
        )


def test_a_corrected_condition_holds_and_is_kept_with_its_text(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "condition", "rheumatoid-arthritis")
    found = now_is(database, enquiry)
    assert found.condition == "rheumatoid-arthritis"
    assert found.conditions == ["rheumatoid-arthritis"]
    with database.read() as session:
        example = session.scalars(select(LabelledExample)).one()
        assert (example.kind, example.old, example.new) == ("condition", "knee-osteoarthritis", "rheumatoid-arthritis")
        assert example.text == TEXT
        assert TEXT.encode() not in (example.sealed_text or b"")


def test_reading_again_changes_nothing_that_was_corrected(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "condition", "unclassified")
    do(database, enquiry, "intent", "billing")
    with database.write() as session:
        read_again(session, enquiry)
        read_again(session, enquiry)
    found = now_is(database, enquiry)
    assert (found.condition, found.intent, found.conditions) == ("unclassified", "billing", [])
    assert found.gist.startswith("no condition (set by a coordinator) · ")
    assert found.gist.count("set by a coordinator") == 1


def test_the_history_says_who_corrected_what_and_why(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "intent", "billing", " asks about an invoice ")
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "intent corrected")).one()
        assert event.who == "alice@clinic.example"
        assert event.detail == "treatment → billing: asks about an invoice"


def test_an_urgency_that_was_lowered_stays_so_until_something_new_is_said(database: Database, enquiry: Built) -> None:
    with database.write() as session:
        read_again(session, enquiry, "he cannot breathe")
    assert now_is(database, enquiry).urgency == "emergency"
    do(database, enquiry, "urgency", "routine", "spoke to them, it is an old asthma")
    with database.write() as session:
        read_again(session, enquiry, "he cannot breathe")
    assert now_is(database, enquiry).urgency == "routine"
    with database.write() as session:
        read_again(session, enquiry, "he cannot breathe and is bleeding heavily")
    assert now_is(database, enquiry).urgency == "emergency"


def test_a_later_message_raises_a_lowered_urgency_again(database: Database, enquiry: Built) -> None:
    with database.write() as session:
        read_again(session, enquiry, "he cannot breathe")
    do(database, enquiry, "urgency", "urgent", "on the way to hospital")
    with database.write() as session:
        session.get_one(Message, enquiry.message_id).received_at = now() + timedelta(seconds=1)
        read_again(session, enquiry, "he cannot breathe")
    assert now_is(database, enquiry).urgency == "emergency"


def test_a_raised_urgency_is_due_at_once(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "urgency", "emergency")
    found = now_is(database, enquiry)
    assert found.urgency_rank == 0
    assert found.due_at <= now() + ANSWER_WITHIN["emergency"]


def test_an_emergency_is_not_lowered_without_a_reason(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "urgency", "emergency")
    with pytest.raises(BadInput, match="reason"):
        do(database, enquiry, "urgency", "routine", "  ")
    assert now_is(database, enquiry).urgency == "emergency"


def test_a_corrected_language_is_the_patients_and_has_the_message_read_again(
    database: Database, enquiry: Built
) -> None:
    do(database, enquiry, "language", "sw")
    found = now_is(database, enquiry)
    assert (found.language, found.patient_language, found.needs) == ("sw", "sw", ["translation"])
    with database.read() as session:
        message = session.get_one(Message, enquiry.message_id)
        assert (message.language, message.language_chosen, message.reading_state) == ("sw", True, "pending")
        task = session.scalars(select(Task).where(Task.stage == "understand")).one()
        assert (task.subject, task.state) == (enquiry.message_id, "waiting")


def test_what_is_so_already_is_no_correction(database: Database, enquiry: Built) -> None:
    assert do(database, enquiry, "condition", "knee-osteoarthritis") is None
    with database.read() as session:
        assert session.scalars(select(LabelledExample)).all() == []


@pytest.mark.parametrize(
    ("what", "value", "field"),
    [
        ("condition", "sadness", "value"),
        ("urgency", "tomorrow", "value"),
        ("intent", "", "value"),
        ("language", "tlh", "value"),
        ("name", "Alice", "what"),
    ],
)
def test_what_cannot_be_corrected_so_is_refused(
    database: Database, enquiry: Built, what: str, value: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        do(database, enquiry, what, value)
    assert refused.value.field == field


def test_an_auditor_corrects_nothing(database: Database, enquiry: Built) -> None:
    with database.write() as session, pytest.raises(Forbidden):
        correct(session, enquiry.reference, by(session, "dora@clinic.example"), "intent", "billing")


def test_an_enquiry_that_does_not_exist_is_not_corrected(database: Database, enquiry: Built) -> None:
    with database.write() as session, pytest.raises(NotFound):
        correct(session, "000-000-000", by(session), "intent", "billing")


def test_the_text_of_an_example_goes_with_its_patient(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "condition", "lupus")
    with database.write() as session:
        erase(session, enquiry.patient_id, who="lead@clinic.example")
    with database.read() as session:
        assert session.scalars(select(LabelledExample)).one().text is None


def test_the_last_correction_of_each_kind_is_what_is_learned_from(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "condition", "lupus")
    do(database, enquiry, "condition", "unclassified")
    do(database, enquiry, "urgency", "emergency")
    do(database, enquiry, "intent", "billing")
    with database.read() as session:
        lessons = [one.lesson for one in corrections(session)]
    assert lessons == [
        Lesson("condition", None, TEXT),
        Lesson("red-flag", DANGER, TEXT),
        Lesson("intent", "billing", TEXT),
    ]


def test_nothing_is_learned_of_an_erased_patient(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "condition", "lupus")
    with database.write() as session:
        erase(session, enquiry.patient_id, who="lead@clinic.example")
    with database.read() as session:
        assert corrections(session) == []


def test_the_command_says_why_nothing_was_learned(
    database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert learn_command.learn(database, ModelStore(settings.data_dir, settings.data_dir / "none"), sys.stdout) == 0
    assert "the current model stays: there is no model yet" in capsys.readouterr().out
