"""An enquiry given to another person: all of it can be read with the new key, and nothing of it with the old one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.enquiries import correct, drafts, mend, note, search_words
from service.enquiries.correct_person import Person, correct_person, person_of
from service.enquiries.desk_model import Note, RememberedSentence, SearchWord
from service.enquiries.drafts import Written
from service.enquiries.erase import erase
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import (
    Attachment,
    AttachmentContent,
    AuditEvent,
    Consent,
    ContactPoint,
    Draft,
    Enquiry,
    LabelledExample,
    Message,
    Patient,
    Staff,
)
from service.enquiries.move import move_to_new_person
from service.enquiries.receive import Receiver
from service.errors import BadInput, Conflict, Forbidden
from service.storage.session import Database
from service.understanding.reader import Reader
from tests.builders import Built, File, Translated, create_enquiry, create_staff

DAUGHTER = Person("Rosalba Example", "CO", "es")
SPANISH = "Mi hija tiene lupus"


def move(database: Database, built: Built, who: str = "alice@clinic.example") -> str:
    with database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == who)).one()
        return move_to_new_person(session, built.reference, staff, DAUGHTER, "the daughter is the patient").id


@pytest.fixture
def enquiry(any_database: Database) -> Built:
    """An enquiry with one of everything that is sealed."""
    database = any_database
    create_staff(database)
    create_staff(database, "dora@clinic.example", role="auditor")
    built = create_enquiry(
        database,
        SPANISH,
        language="es",
        name="Mother Example",
        translation=Translated("My daughter has lupus"),
        facts={"age": 20},
        gist="Lupus",
        reading={"red_flags": [], "conditions": [], "mentions": []},
        files=[File("scan.png", "image/png", b"pixels")],
    )
    with database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == "alice@clinic.example")).one()
        note.add_note(session, built.reference, staff, "Speak slowly")
        correct.correct(session, built.reference, staff, "condition", "lupus", "as written")
        message = session.get_one(Message, built.message_id)
        message.contact_point_id = message.enquiry.patient.contact_points[0].id
        consent = Consent(
            patient_id=built.patient_id,
            enquiry_id=built.enquiry_id,
            purpose="enquiry",
            wording="w-1",
            language="es",
            channel="sms",
        )
        session.add(consent)
    return built


def read(database: Database, built: Built) -> dict[str, object]:
    """Everything that was sealed, opened."""
    with database.read() as session:
        found = session.get_one(Enquiry, built.enquiry_id)
        (message,) = found.messages
        details = session.scalars(select(AuditEvent).where(AuditEvent.enquiry_id == found.id).order_by(AuditEvent.id))
        return {
            "gist": found.gist,
            "facts": found.facts,
            "body": message.body,
            "reading": message.reading,
            "translation": [one.text for one in message.translations],
            "file": [one.name for one in session.scalars(select(Attachment))],
            "content": [one.content for one in session.scalars(select(AttachmentContent))],
            "example": [one.text for one in session.scalars(select(LabelledExample))],
            "note": [one.text for one in session.scalars(select(Note))],
            "details": [event.detail for event in details if event.what != "moved to another person"],
        }


def test_all_of_the_enquiry_is_the_other_persons_and_can_be_read(any_database: Database, enquiry: Built) -> None:
    before = read(any_database, enquiry)
    after_id = move(any_database, enquiry)
    assert read(any_database, enquiry) == before
    with any_database.read() as session:
        found = session.get_one(Enquiry, enquiry.enquiry_id)
        assert (found.patient_id, found.patient.name) == (after_id, "Rosalba Example")
        (point,) = found.patient.contact_points
        assert (point.value, point.proven) == ("+447700900123", True)
        assert found.messages[0].contact_point_id == point.id
        assert session.get_one(Patient, enquiry.patient_id).name == "Mother Example"
        assert session.scalars(select(Consent.patient_id)).all() == [after_id]


def test_erasing_the_first_person_takes_nothing_of_the_moved_enquiry(any_database: Database, enquiry: Built) -> None:
    before = read(any_database, enquiry)
    move(any_database, enquiry)
    with any_database.write() as session:
        erase(session, enquiry.patient_id, who="lead@clinic.example")
    assert read(any_database, enquiry) == before


def test_erasing_the_other_person_takes_all_of_it(any_database: Database, enquiry: Built) -> None:
    after_id = move(any_database, enquiry)
    with any_database.write() as session:
        erase(session, after_id, who="lead@clinic.example")
    found = read(any_database, enquiry)
    assert found["body"] is None
    assert found["gist"] is None
    assert found["note"] == [None]
    assert set(found["details"]) == {None}  # type: ignore[call-overload]


def test_what_was_remembered_of_it_goes_along_and_a_draft_keeps_its_way(any_database: Database, enquiry: Built) -> None:
    with any_database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == "alice@clinic.example")).one()
        point = session.scalars(select(ContactPoint)).one()
        mend.mend_translation(session, enquiry.reference, staff, enquiry.message_id, "My daughter suffers from lupus")
        drafts.save(session, enquiry.reference, staff, Written("We will call", f"sms:{point.id}"))
    after_id = move(any_database, enquiry)
    with any_database.read() as session:
        assert session.scalars(select(RememberedSentence)).one().original == SPANISH
        draft = session.scalars(select(Draft)).one()
        assert draft.contact_point is not None
        assert (draft.written, draft.contact_point.patient_id) == ("We will call", after_id)
    with any_database.write() as session:
        erase(session, after_id, who="lead@clinic.example")
    with any_database.read() as session:
        assert session.scalars(select(RememberedSentence)).one().original is None


def found_by(database: Database, name: str) -> bool:
    with database.read() as session:
        (word,) = search_words.hashes(session, search_words.words_of_name(name))
        return session.scalar(select(SearchWord).where(SearchWord.word == word)) is not None


def test_the_enquiry_is_found_by_the_name_of_its_person_now_and_by_no_other(
    any_database: Database, enquiry: Built
) -> None:
    with any_database.write() as session:
        search_words.index_person(session, session.get_one(Patient, enquiry.patient_id))
    assert found_by(any_database, "Mother")
    move(any_database, enquiry)
    assert found_by(any_database, "Rosalba")
    assert not found_by(any_database, "Mother")
    with any_database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == "alice@clinic.example")).one()
        correct_person(session, enquiry.reference, staff, Person("Niece", None, "es"))
    assert found_by(any_database, "Niece")
    assert not found_by(any_database, "Rosalba")


def test_other_enquiries_stay_and_who_writes_again_goes_on_with_the_moved_one(
    any_database: Database, enquiry: Built
) -> None:
    move(any_database, enquiry)
    inbound = InboundMessage("sms", "again", "Gracias", contacts=(Contact("phone", "+447700900123"),), proven=True)
    receipt = Receiver(any_database, Reader(), lambda queue: None).receive(inbound)
    assert receipt.reference == enquiry.reference
    with any_database.read() as session:
        assert session.scalars(select(ContactPoint.kind)).all() == ["phone", "phone"]


def test_an_erased_patients_enquiry_and_an_auditors_wish_are_refused(any_database: Database, enquiry: Built) -> None:
    with pytest.raises(Forbidden):
        move(any_database, enquiry, "dora@clinic.example")
    with any_database.write() as session:
        erase(session, enquiry.patient_id, who="lead@clinic.example")
    with pytest.raises(Conflict):
        move(any_database, enquiry)


def test_a_corrected_name_stands_over_that_of_a_channel(any_database: Database, enquiry: Built) -> None:
    with any_database.write() as session:
        staff = session.scalars(select(Staff).where(Staff.email == "alice@clinic.example")).one()
        correct_person(session, enquiry.reference, staff, Person("María Ejemplo", "PE", "es"))
        correct_person(session, enquiry.reference, staff, Person("María Ejemplo", "PE", "es"))
    inbound = InboundMessage(
        "whatsapp", "profile", "Hola", contacts=(Contact("phone", "+447700900123"),), proven=True, name="maria ❤"
    )
    Receiver(any_database, Reader(), lambda queue: None).receive(inbound)
    with any_database.read() as session:
        patient = session.get_one(Patient, enquiry.patient_id)
        assert (patient.name, patient.country, patient.language) == ("María Ejemplo", "PE", "es")
        events = session.scalars(select(AuditEvent).where(AuditEvent.what == "person corrected")).all()
        assert [event.detail for event in events] == ["name: Mother Example → María Ejemplo; country: – → PE"]


@pytest.mark.parametrize(
    ("name", "country", "language", "field"),
    [
        ("N" * 201, "", "", "name"),
        ("two\nlines", "", "", "name"),
        ("", "Peru", "", "country"),
        ("", "ZZ", "", "country"),
        ("", "", "tlh", "language"),
    ],
)
def test_what_no_person_can_be_is_refused(name: str, country: str, language: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        person_of(name, country, language)
    assert refused.value.field == field
