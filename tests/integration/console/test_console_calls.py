"""A call that a coordinator took, and a voice message written down: each becomes a message like any other."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from service.enquiries.model import Enquiry, Message, Staff
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor

TOKEN = re.compile(r'name="token" value="([^"]+)"')
SPOKEN = "She says her father cannot speak since this morning and his mouth is crooked."


def form(visitor: Visitor, **changes: str) -> dict[str, str]:
    found = TOKEN.search(visitor.get("/console/calls/new").text)
    assert found
    told = {"phone": "+44 7700 900123", "name": "Fatima Example", "language": "ar", "words": SPOKEN}
    return {"token": found[1]} | told | changes


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_a_call_is_queued_with_its_red_flags_and_in_the_callers_language(alice: Visitor, database: Database) -> None:
    answer = alice.post("/console/calls/new", form(alice))
    assert answer.status_code == 303
    with database.read() as session:
        message = session.scalars(select(Message)).one()
        enquiry = message.enquiry
        assert (message.channel, message.body, message.language) == ("voice", SPOKEN, "en")
        assert message.logged_by == session.scalars(select(Staff.id)).one()
        assert (enquiry.urgency, enquiry.language, enquiry.patient.language) == ("emergency", "ar", "ar")
        assert (enquiry.patient.name, enquiry.patient.country) == ("Fatima Example", "GB")
        assert not enquiry.patient.contact_points[0].proven
        assert set(session.scalars(select(Task.stage))) == {"understand", "raise-alert"}
    page = alice.get(answer.location).text
    assert "written down by alice@clinic.example" in page
    assert "Call written down" in page


def test_the_same_form_sent_twice_is_one_call(alice: Visitor, database: Database) -> None:
    fields = form(alice)
    first, second = alice.post("/console/calls/new", fields), alice.post("/console/calls/new", fields)
    assert first.location == second.location
    assert count(database) == 1


def test_a_call_belongs_to_the_enquiry_from_whose_page_it_was_logged(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, "Me duele la rodilla", language="es")
    page = alice.get(f"/console/calls/new?reference={built.reference}").text
    assert "They called from" not in page
    answer = alice.post(
        "/console/calls/new", form(alice, reference=built.reference, language="es", words="She will travel in March")
    )
    assert answer.location == f"/console/enquiries/{built.reference}"
    with database.read() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        assert [message.channel for message in enquiry.messages] == ["sms", "voice"]
        assert (enquiry.language, enquiry.patient.name) == ("es", "Maria Example")


@pytest.mark.parametrize(
    ("field", "value"),
    [("words", "  "), ("words", "x" * 20_001), ("language", "tlh"), ("phone", "call me"), ("name", "N" * 201)],
)
def test_what_cannot_be_logged_is_said_beside_its_field(
    alice: Visitor, database: Database, field: str, value: str
) -> None:
    answer = alice.post("/console/calls/new", form(alice, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert count(database) == 0


def test_a_form_that_is_not_ours_is_refused(alice: Visitor, database: Database) -> None:
    assert alice.post("/console/calls/new", form(alice, token="x")).status_code == 422
    assert alice.post("/console/calls/new", form(alice, reference="000-000-000")).status_code == 404
    assert count(database) == 0


def test_an_enquiry_that_was_spam_takes_no_call(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    with database.write() as session:
        session.get_one(Enquiry, built.enquiry_id).status = "spam"
    answer = alice.post("/console/calls/new", form(alice, reference=built.reference))
    assert answer.status_code == 409
    assert "open it again first" in answer.text


def voice_message(database: Database) -> Built:
    built = create_enquiry(database, "", channel="voice", language="ar", needs_listening=True)
    with database.write() as session:
        session.get_one(Message, built.message_id).answer_language = "ar"
    return built


def write_down(visitor: Visitor, built: Built, words: str = SPOKEN, language: str = "ar") -> tuple[int, str]:
    path = f"/console/enquiries/{built.reference}/messages/{built.message_id}/words"
    answer = visitor.post(path, {"words": words, "language": language})
    return answer.status_code, answer.text


def test_a_voice_message_is_written_down_beside_the_recording(alice: Visitor, database: Database) -> None:
    built = voice_message(database)
    assert "Write down what was said" in alice.get(f"/console/enquiries/{built.reference}").text
    assert write_down(alice, built)[0] == 303
    with database.read() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        recording, written = enquiry.messages
        assert (recording.body, recording.needs_listening) == ("", False)
        assert (written.body, written.direction, written.channel) == (SPOKEN, "in", "voice")
        assert (enquiry.urgency, enquiry.language, enquiry.needs) == ("emergency", "ar", [])
    assert "Write down what was said" not in alice.get(f"/console/enquiries/{built.reference}").text


def test_a_voice_message_is_written_down_once(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = voice_message(database)
    assert write_down(alice, built)[0] == 303
    assert write_down(bob, built, "Something else")[0] == 409
    assert count(database) == 2


def test_what_was_said_is_not_left_empty(alice: Visitor, database: Database) -> None:
    built = voice_message(database)
    status, page = write_down(alice, built, " ")
    assert (status, f'id="{built.message_id}-words-error"' in page) == (422, True)
    assert write_down(alice, built, language="")[0] == 422
    assert count(database) == 1


def test_a_voice_message_of_somebody_elses_enquiry_is_left_alone(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    built = voice_message(database)
    bob.post(f"/console/enquiries/{built.reference}/claim")
    assert write_down(alice, built)[0] == 409
    assert count(database) == 1
