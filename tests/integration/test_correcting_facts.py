"""A fact that a coordinator set or took out stays so, however often the messages are read again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.enquiries.correct_fact import remove_fact, set_fact
from service.enquiries.erase import erase
from service.enquiries.model import AuditEvent, Enquiry, LabelledExample, Message, Staff
from service.enquiries.understand import take_in
from service.errors import BadInput, Forbidden
from service.storage.session import Database
from service.understanding.reader import Reader
from tests.builders import Built, create_enquiry, create_staff
from workers.learn import corrections

TEXT = "My mother is 62, from Colombia. ALT 188 U/L, creatinine 1.1 mg/dL."


@pytest.fixture
def enquiry(database: Database) -> Built:
    create_staff(database)
    create_staff(database, "dora@clinic.example", role="auditor")
    built = create_enquiry(database, TEXT)
    read_again(database, built)
    return built


def read_again(database: Database, built: Built) -> None:
    with database.write() as session:
        message = session.get_one(Message, built.message_id)
        take_in(message.enquiry, message, Reader().read(message.body or "", language=message.language))


def do(database: Database, built: Built, key: str, typed: str | None, who: str = "alice", reason: str = "") -> None:
    with database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == f"{who}@clinic.example")).one()
        if typed is None:
            remove_fact(session, built.reference, staff, key, reason)
        else:
            set_fact(session, built.reference, staff, key, typed, reason)


def facts(database: Database, built: Built) -> dict[str, Any]:
    with database.read() as session:
        return dict(session.get_one(Enquiry, built.enquiry_id).facts or {})


def test_a_fact_that_was_set_is_held_over_later_readings(database: Database, enquiry: Built) -> None:
    assert facts(database, enquiry)["age"] == 62
    do(database, enquiry, "age", "64")
    do(database, enquiry, "weight_kg", "70")
    read_again(database, enquiry)
    assert (facts(database, enquiry)["age"], facts(database, enquiry)["weight_kg"]) == (64, 70)


def test_a_fact_that_was_taken_out_stays_out(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "country", None)
    read_again(database, enquiry)
    assert "country" not in facts(database, enquiry)


def test_one_laboratory_value_is_corrected_without_the_others(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "labs.alt", "88 U/L")
    do(database, enquiry, "labs.creatinine", None)
    do(database, enquiry, "labs.psa", "4.2 ng/mL")
    read_again(database, enquiry)
    assert facts(database, enquiry)["labs"] == {
        "alt": {"value": 88, "unit": "U/L"},
        "psa": {"value": 4.2, "unit": "ng/mL"},
    }


def test_the_last_word_on_a_fact_holds(database: Database, enquiry: Built) -> None:
    for typed in ("63", None, "65"):
        do(database, enquiry, "age", typed)
    read_again(database, enquiry)
    assert facts(database, enquiry)["age"] == 65


def test_the_history_says_what_was_and_what_is(database: Database, enquiry: Built) -> None:
    do(database, enquiry, "age", "64", reason=" she told me ")
    do(database, enquiry, "age", "64")
    do(database, enquiry, "sex", None)
    with database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.what == "fact corrected").order_by(AuditEvent.id))
        assert [event.detail for event in events] == ["age: 62 → 64 (she told me)", "sex: female → –"]


def test_an_auditor_sets_no_fact(database: Database, enquiry: Built) -> None:
    with pytest.raises(Forbidden):
        do(database, enquiry, "age", "64", who="dora")
    with pytest.raises(BadInput):
        do(database, enquiry, "spans", None)
    assert facts(database, enquiry)["age"] == 62


def test_the_facts_of_an_erased_patient_cannot_be_read_and_nothing_is_learned_of_them(
    database: Database, enquiry: Built
) -> None:
    do(database, enquiry, "age", "64")
    with database.read() as session:
        assert corrections(session) == []
    with database.write() as session:
        erase(session, enquiry.patient_id, who="lead@clinic.example")
    with database.read() as session:
        assert session.scalars(select(LabelledExample)).one().text is None
