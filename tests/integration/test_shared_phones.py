"""One phone, several patients; one patient, several spellings; and what WhatsApp sends besides words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.enquiries import shared
from service.enquiries.model import AuditEvent, ContactPoint, Enquiry, Message, Patient, Staff
from service.enquiries.understand import take_stock
from service.storage.session import Database
from tests.builders import Built, create_enquiry, create_staff
from tests.twilio_client import Twilio, sms, whatsapp

FAMILY = "+447700900197"


def relatives(database: Database) -> tuple[Built, Built]:
    """A mother and a daughter who write from one phone, each with an enquiry."""
    mother = create_enquiry(database, name="Mother Example", contact=("phone", FAMILY))
    return mother, create_enquiry(database, name="Daughter Example", contact=("phone", FAMILY))


def end(database: Database, built: Built) -> None:
    with database.write() as session:
        session.get_one(Enquiry, built.enquiry_id).status = "spam"


def enquiry_of_last(database: Database) -> Enquiry:
    with database.read() as session:
        message = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        return message.enquiry


def test_a_message_goes_to_the_patient_whose_enquiry_is_open(twilio: Twilio, database: Database) -> None:
    mother, daughter = relatives(database)
    end(database, daughter)
    twilio.message(sms("Here is what you asked for", FAMILY))
    enquiry = enquiry_of_last(database)
    assert enquiry.id == mother.enquiry_id
    assert shared.NEED not in enquiry.needs


def test_of_several_open_ones_it_goes_to_the_last_and_a_person_is_asked_who_wrote(
    twilio: Twilio, database: Database
) -> None:
    _, daughter = relatives(database)
    twilio.message(sms("Here is what you asked for", FAMILY))
    enquiry = enquiry_of_last(database)
    assert enquiry.id == daughter.enquiry_id
    assert shared.NEED in enquiry.needs


def test_rows_of_one_person_leave_no_doubt(twilio: Twilio, database: Database) -> None:
    mother, daughter = relatives(database)
    with database.write() as session:
        session.get_one(Patient, daughter.patient_id).merged_into = mother.patient_id
    twilio.message(sms("Here is what you asked for", FAMILY))
    assert shared.NEED not in enquiry_of_last(database).needs


def test_the_doubt_stays_until_a_person_has_settled_it(twilio: Twilio, database: Database) -> None:
    relatives(database)
    twilio.message(sms("Here is what you asked for", FAMILY))
    create_staff(database)
    with database.write() as session:
        enquiry = session.get_one(Enquiry, enquiry_of_last(database).id)
        take_stock(enquiry)
        assert shared.NEED in enquiry.needs
        shared.settle(session, enquiry.reference, session.scalars(select(Staff)).one())
        assert shared.NEED not in enquiry.needs
    with database.read() as session:
        assert "sender known" in session.scalars(select(AuditEvent.what)).all()


def test_where_nobody_has_an_open_enquiry_the_newest_contact_writes(twilio: Twilio, database: Database) -> None:
    mother, daughter = relatives(database)
    for built in (mother, daughter):
        end(database, built)
    twilio.message(sms("Hello again, a new question", FAMILY))
    assert enquiry_of_last(database).patient_id == daughter.patient_id


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("+5215512345678", "+525512345678"),
        ("+5491123456789", "+541123456789"),
        ("+5511955550123", "+551155550123"),
    ],
)
def test_two_spellings_of_a_number_are_one_contact(twilio: Twilio, database: Database, first: str, second: str) -> None:
    twilio.message(whatsapp("Hola, tengo lupus", first))
    twilio.message(whatsapp("¿Cuánto cuesta?", second))
    with database.read() as session:
        assert len(session.scalars(select(Patient)).all()) == 1
        assert len(session.scalars(select(ContactPoint)).all()) == 1


def test_the_words_on_a_button_are_the_message(twilio: Twilio, database: Database) -> None:
    form = whatsapp(
        "Yes, call me", "+447700900198", MessageType="button", ButtonText="Yes, call me", ButtonPayload="y1"
    )
    twilio.message(form)
    with database.read() as session:
        assert session.scalars(select(Message)).one().body == "Yes, call me"


def test_a_button_without_a_body_is_not_lost(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("", "+447700900198", MessageType="button", ButtonText="Call me", ButtonPayload="y1"))
    with database.read() as session:
        assert session.scalars(select(Message)).one().body == "Call me"


def test_a_quoted_answer_says_what_it_answers(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("Yes", "+447700900199", OriginalRepliedMessageSid="SM42", OriginalRepliedMessageSender="x"))
    with database.read() as session:
        message = session.scalars(select(Message)).one()
        assert (message.body, message.in_reply_to) == ("Yes", "SM42")


def test_a_place_with_words_keeps_both(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("I am here", "+447700900199", Latitude="25.2", Longitude="55.3", Address="1 Sample Road"))
    with database.read() as session:
        assert session.scalars(select(Message)).one().body == "I am here\n1 Sample Road (25.2, 55.3)"
