"""A translation in a coordinator's words stands, is read, and is remembered for the same sentence of anybody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.enquiries.desk_model import RememberedSentence
from service.enquiries.erase import erase
from service.enquiries.mend import mend_translation
from service.enquiries.model import Enquiry, Message, Staff
from service.errors import BadInput, Conflict, Forbidden
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import create_staff
from tests.integration.test_translating import again, engine, receive, runtime
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime

__all__ = ["engine", "runtime"]

TEXT = "Hola. Mi madre tiene dolor de rodilla."
MENDED = "Hello. My mother has pain in her knee."


@pytest.fixture
def message_id(runtime: Runtime) -> str:
    """A message that the engine has translated, and a coordinator who may mend that."""
    create_staff(runtime.database)
    create_staff(runtime.database, "dora@clinic.example", role="auditor")
    stored = receive(runtime.database, TEXT)
    work.drain(runtime, "understand")
    return stored


def mend(database: Database, message_id: str, text: str = MENDED, who: str = "alice@clinic.example") -> bool:
    with database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == who)).one()
        message = session.get_one(Message, message_id)
        return mend_translation(session, message.enquiry.reference, staff, message_id, text) is not None


def versions(database: Database, message_id: str) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.engine, one.text or "") for one in session.get_one(Message, message_id).translations]


def remembered(database: Database) -> list[tuple[str | None, str | None]]:
    with database.read() as session:
        rows = session.scalars(select(RememberedSentence).order_by(RememberedSentence.id))
        return [(row.original, row.translation) for row in rows]


def test_a_mended_translation_is_a_version_of_its_own_and_stands_when_the_message_is_read_again(
    runtime: Runtime, message_id: str
) -> None:
    assert mend(runtime.database, message_id)
    work.drain(runtime, "understand")
    again(runtime)
    assert versions(runtime.database, message_id) == [
        ("fake", "hello. Mi mother tiene dolor de rodilla."),
        ("coordinator", MENDED),
    ]
    with runtime.database.read() as session:
        assert session.get_one(Message, message_id).reading_state == "done"


def test_the_message_is_read_with_what_the_coordinator_wrote(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id, "Hello. My mother has chest pain and cannot breathe.")
    work.drain(runtime, "understand")
    with runtime.database.read() as session:
        message = session.get_one(Message, message_id)
        assert message.enquiry.urgency == "emergency"
        quotes = [one["text"] for flag in (message.reading or {})["red_flags"] for one in flag["evidence"]]
        assert "cannot breathe" in quotes


def test_the_same_sentence_of_somebody_else_is_translated_as_it_was_mended(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id)
    other = receive(runtime.database, "mi madre  tiene dolor de RODILLA. Hola madre.")
    work.drain(runtime, "understand")
    ((engine, text),) = versions(runtime.database, other)
    assert (engine, text) == ("fake", "My mother has pain in her knee. hello mother.")
    with runtime.database.read() as session:
        assert "remembered" in session.get_one(Message, other).translations[0].flags


def test_what_is_remembered_whole_needs_no_engine(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id)
    runtime.__dict__["translator"] = Translator([])
    known = receive(runtime.database, "Mi madre tiene dolor de rodilla.")
    partly = receive(runtime.database, "Mi madre tiene dolor de rodilla. Somos de Lima.")
    work.drain(runtime, "understand")
    assert versions(runtime.database, known) == [("remembered", "My mother has pain in her knee.")]
    assert versions(runtime.database, partly) == []


def test_only_what_was_changed_is_remembered(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id, "hello. My mother has pain in her knee.")
    assert remembered(runtime.database) == [("Mi madre tiene dolor de rodilla.", "My mother has pain in her knee.")]


def test_sentences_that_do_not_stand_for_each_other_are_not_remembered(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id, "Hello, my mother has pain in her knee.")
    assert remembered(runtime.database) == []


def test_what_an_erased_patient_wrote_is_not_remembered_any_more(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id)
    with runtime.database.write() as session:
        erase(session, session.get_one(Message, message_id).patient_id, who="lead@clinic.example")
    other = receive(runtime.database, "Hola.")
    work.drain(runtime, "understand")
    assert versions(runtime.database, other) == [("fake", "hello.")]


def test_the_latest_wording_of_a_sentence_counts(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id)
    mend(runtime.database, message_id, "Hello. My mother's knee hurts.")
    other = receive(runtime.database, "Mi madre tiene dolor de rodilla.")
    work.drain(runtime, "understand")
    assert versions(runtime.database, other) == [("remembered", "My mother's knee hurts.")]


def test_a_corrected_language_is_translated_by_the_engine_again(runtime: Runtime, message_id: str) -> None:
    mend(runtime.database, message_id)
    with runtime.database.write() as session:
        session.get_one(Message, message_id).language = "pt"
    again(runtime)
    assert [engine for engine, _ in versions(runtime.database, message_id)] == ["fake", "coordinator", "fake"]


def test_the_first_translation_may_be_a_persons(runtime: Runtime) -> None:
    create_staff(runtime.database)
    message = receive(runtime.database, "Goti la mama linauma.", "sw")
    work.drain(runtime, "understand")
    mend(runtime.database, message, "Mother's knee hurts.")
    with runtime.database.read() as session:
        stored = session.get_one(Message, message)
        assert (stored.enquiry.needs, stored.enquiry.translated) == ([], True)


def test_a_number_that_differs_is_told_of_a_persons_translation_too(runtime: Runtime) -> None:
    create_staff(runtime.database)
    message = receive(runtime.database, "Mi madre tiene 62 años.")
    mend(runtime.database, message, "My mother is 26 years old.")
    with runtime.database.read() as session:
        assert "number-changed" in session.get_one(Message, message).translations[0].flags


def test_the_same_words_are_no_new_version(runtime: Runtime, message_id: str) -> None:
    assert mend(runtime.database, message_id)
    assert not mend(runtime.database, message_id, f" {MENDED} ")
    assert len(versions(runtime.database, message_id)) == 2


def test_what_cannot_be_mended_is_left_as_it_is(runtime: Runtime, message_id: str) -> None:
    with pytest.raises(BadInput):
        mend(runtime.database, message_id, " ")
    with pytest.raises(BadInput):
        mend(runtime.database, message_id, "x" * 40_001)
    with pytest.raises(Forbidden):
        mend(runtime.database, message_id, who="dora@clinic.example")
    english = receive(runtime.database, "Hello", "en")
    with pytest.raises(Conflict):
        mend(runtime.database, english)
    assert len(versions(runtime.database, message_id)) == 1
    with runtime.database.read() as session:
        waiting = select(Task.subject).where(Task.state == "waiting")
        assert session.scalars(waiting).all() == [english]
        assert session.get_one(Enquiry, session.get_one(Message, message_id).enquiry_id).status == "queued"
