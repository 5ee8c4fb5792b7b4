"""What an acknowledgement says besides: when the clinic opens, and that we need to know the language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.clock import now
from service.enquiries import hours
from service.enquiries.desk_model import Calendar
from service.enquiries.model import Message
from service.storage.session import Database
from tests.twilio_client import Twilio, sms

UNKNOWN = "Xqzv brlkt gnorf wubble snarkt plimf"


def closed_now(database: Database) -> None:
    """A calendar of a clinic that opens for an hour the day after tomorrow."""
    day = hours.DAYS[(now() + timedelta(days=2)).weekday()]
    with database.write() as session:
        session.add(Calendar(name="Clinic", zone="Etc/UTC", hours={day: [["09:00", "10:00"]]}, is_default=True))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Hello, I have lupus and would like to know the price", "The clinic is closed now. It opens again:"),
        ("Hola, tengo lupus y quisiera saber el precio", "La clínica está cerrada"),
        ("مرحبا عندي ذئبة حمراء وأريد أن أعرف السعر", "العيادة مغلقة الآن"),
    ],
)
def test_who_writes_while_the_clinic_is_closed_is_told_when_it_opens(
    twilio: Twilio, database: Database, words: str, told: str
) -> None:
    closed_now(database)
    form = sms(words, "+447700900191")
    answer = twilio.message(form)
    assert told in answer.text
    assert "09:00" in answer.text
    assert twilio.message(form) == answer


def test_an_emergency_is_not_told_to_wait(twilio: Twilio, database: Database) -> None:
    closed_now(database)
    assert "closed" not in twilio.message(sms("I cannot breathe", "+447700900192")).text


def test_a_clinic_that_never_closes_says_nothing_of_hours(twilio: Twilio) -> None:
    assert "closed" not in twilio.message(sms("Hello, I have lupus", "+447700900193")).text


def test_who_writes_in_an_unknown_language_is_asked_for_it(twilio: Twilio, database: Database) -> None:
    answer = twilio.message(sms(UNKNOWN, "+447700900194"))
    with database.read() as session:
        assert session.scalars(select(Message)).one().language == "und"
    assert "which language you speak" in answer.text


@pytest.mark.parametrize("words", ["ok", "👍", "12345678901234567890"])
def test_nobody_is_asked_after_a_sign_or_a_number(twilio: Twilio, words: str) -> None:
    assert "which language" not in twilio.message(sms(words, "+447700900195")).text


def test_whose_language_is_known_is_not_asked(twilio: Twilio) -> None:
    twilio.message(sms("Hola, tengo lupus y quisiera saber el precio", "+447700900196"))
    assert "idioma habla" not in twilio.message(sms(UNKNOWN, "+447700900196")).text
