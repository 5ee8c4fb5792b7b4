"""Consent: told or agreed to once, entered with its words, and taken back by a message or on the privacy page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.enquiries import acknowledge, consent, outbound_rows, sending
from service.enquiries.model import Consent, ContactPoint, Enquiry, Message
from service.enquiries.sending import Outgoing
from service.settings import Settings
from service.storage.session import Database
from tests.integration.test_voice_door import Caller
from tests.integration.test_web_form import hidden, send
from tests.twilio_client import Twilio, sms, whatsapp

LUPUS = "Tengo lupus, ¿cuánto cuesta el tratamiento?"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def ledger(database: Database) -> list[Consent]:
    with database.read() as session:
        return list(session.scalars(select(Consent).order_by(Consent.id)))


def enquiries(database: Database) -> list[Enquiry]:
    with database.read() as session:
        return list(session.scalars(select(Enquiry).order_by(Enquiry.id)))


def test_the_first_answer_says_what_is_kept_and_the_ledger_says_in_which_words(
    twilio: Twilio, database: Database
) -> None:
    first = twilio.message(sms(LUPUS, "+447700900180"))
    assert "http://localhost/es/privacy" in first.text
    (row,) = ledger(database)
    assert (row.purpose, row.wording, row.language, row.channel) == (consent.TOLD, "consent-notice-1", "es", "sms")
    assert row.message_id is not None
    assert "privacy" not in twilio.message(sms("¿Y cuánto dura?", "+447700900180")).text
    assert len(ledger(database)) == 1


def test_the_same_message_again_is_answered_with_the_same_words(twilio: Twilio, database: Database) -> None:
    form = whatsapp(LUPUS, "+447700900181")
    first = twilio.message(form).text
    twilio.message(whatsapp("¿Y cuánto dura?", "+447700900181"))
    assert twilio.message(form).text == first
    assert len(ledger(database)) == 1


def test_an_emergency_is_told_nothing_but_what_to_do_and_the_next_answer_tells_the_rest(
    twilio: Twilio, database: Database
) -> None:
    assert "privacy" not in twilio.message(sms("I cannot breathe", "+447700900182")).text
    assert ledger(database) == []
    assert "privacy" in twilio.message(sms("I am better now, thank you", "+447700900182")).text


def test_a_caller_hears_what_is_kept(twilio: Twilio, database: Database) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    for words in ("Mi madre tiene lupus", "sí", "Ana Ejemplo", "por la tarde"):
        caller.answer(words)
    assert "borremos" in caller.heard
    (row,) = ledger(database)
    assert (row.purpose, row.wording, row.channel) == (consent.TOLD, "voice-privacy-1", "voice")


def test_what_is_agreed_to_in_the_form_is_entered_with_its_message(browser: FlaskClient, database: Database) -> None:
    send(browser)
    (row,) = ledger(database)
    with database.read() as session:
        assert row.message_id == session.scalars(select(Message)).one().id
    assert (row.purpose, row.channel, row.withdrawn_at) == (consent.AGREED, "web", None)


@pytest.mark.parametrize(
    ("words", "confirmed"),
    [
        ("Please delete my data. Thank you", "withdraw your consent"),
        ("Borren mis datos, por favor", "retira su consentimiento"),
        ("احذفوا بياناتي", "سحب موافقتكم"),
    ],
)
def test_consent_is_taken_back_by_a_message_and_confirmed_in_its_language(
    twilio: Twilio, database: Database, words: str, confirmed: str
) -> None:
    twilio.message(whatsapp(LUPUS, "+447700900183"))
    form = whatsapp(words, "+447700900183")
    answer = twilio.message(form)
    assert confirmed in answer.text
    (enquiry,) = enquiries(database)
    assert enquiry.status == "withdrawn"
    assert consent.NEED in enquiry.needs
    told, wish = ledger(database)
    assert (told.purpose, told.withdrawn_by) == (consent.TOLD, "patient (whatsapp)")
    assert told.withdrawn_at is not None
    assert (wish.purpose, wish.withdrawn_at) == (consent.ERASURE, None)
    assert twilio.message(form).text == answer.text
    assert len(ledger(database)) == 2


def test_a_sentence_that_only_speaks_of_data_is_left_to_a_person(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("Can you delete my data after the operation?", "+447700900184"))
    assert [one.status for one in enquiries(database)] == ["queued"]


def test_who_writes_again_afterwards_is_a_new_enquiry_and_is_told_again(twilio: Twilio, database: Database) -> None:
    for words in (LUPUS, "borren mis datos"):
        twilio.message(whatsapp(words, "+447700900185"))
    assert "privacy" in twilio.message(whatsapp("Tengo otra pregunta", "+447700900185")).text
    assert [one.status for one in enquiries(database)] == ["withdrawn", "queued"]


def test_what_waited_to_go_out_does_not_go(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp(LUPUS, "+447700900186"))
    with database.write() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        point = session.scalars(select(ContactPoint)).one()
        for held in (True, False):
            sending.put_out(session, enquiry, Outgoing("whatsapp", point, "Una respuesta", "es"), held=held)
    twilio.message(whatsapp("borren mis datos", "+447700900186"))
    with database.read() as session:
        out = session.scalars(select(Message).where(Message.direction == "out")).all()
        assert [one.status for one in out] == ["canceled", "canceled"]
        late = out[0]
        assert outbound_rows.refusal(late, late.received_at) == "withdrawn"
        late.approved_text = consent.CONFIRMATION
        assert outbound_rows.refusal(late, late.received_at) is None


def test_on_a_shared_phone_a_person_asks_whose_data_is_meant(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp(LUPUS, "+447700900187"))
    with database.write() as session:
        first = session.scalars(select(Enquiry)).one()
        other = _relative(session, first)
        assert other.id != first.patient_id
    answer = twilio.message(whatsapp("borren mis datos", "+447700900187"))
    assert "retira" not in answer.text
    assert {one.status for one in enquiries(database)} == {"queued"}
    assert any(consent.NEED in one.needs for one in enquiries(database))
    assert all(row.withdrawn_at is None for row in ledger(database))


def _relative(session: Any, enquiry: Enquiry) -> Any:
    """Another patient on the same number."""
    from service.enquiries.model import Patient
    from service.storage.tables import new_id
    from service.storage.vault import vault_of

    patient = Patient(id=new_id(), name_typed=False)
    vault_of(session).create(session, patient.id)
    session.add(patient)
    session.flush()
    theirs = enquiry.patient.contact_points[0]
    point = ContactPoint(patient_id=patient.id, kind=theirs.kind, blind_index=theirs.blind_index, proven=True)
    point.value = theirs.value
    patient.contact_points.append(point)
    return patient


def withdraw_on_page(browser: FlaskClient, reference: str, contact: str) -> Any:
    page = browser.get("/en/privacy").get_data(as_text=True)
    keys = {"csrf_token": hidden(page, "csrf_token")}
    return browser.post("/en/privacy", data={**keys, "reference": reference, "contact": contact})


def test_consent_is_taken_back_on_the_page_by_who_knows_reference_and_contact(
    browser: FlaskClient, database: Database
) -> None:
    reference = re.search(r"\d{3}-\d{3}-\d{3}", send(browser).get_data(as_text=True))
    assert reference
    assert withdraw_on_page(browser, reference[0], "other@patients.example").status_code == 404
    assert [one.status for one in enquiries(database)] == ["queued"]
    for _ in range(2):
        answer = withdraw_on_page(browser, reference[0], "sample@patients.example")
        assert answer.status_code == 200
        assert "withdraw your consent" in answer.get_data(as_text=True)
    assert [one.status for one in enquiries(database)] == ["withdrawn"]
    agreed, wish = ledger(database)
    assert agreed.withdrawn_by == "patient (web)"
    assert (wish.purpose, wish.wording) == (consent.ERASURE, "page")


@pytest.mark.parametrize("reference", ["", "123", "' OR 1=1", "999-999-999", "x" * 5000])
def test_a_senseless_reference_takes_nothing_back(browser: FlaskClient, database: Database, reference: str) -> None:
    send(browser)
    assert withdraw_on_page(browser, reference, "sample@patients.example").status_code == 404
    assert [row.withdrawn_at for row in ledger(database)] == [None]


def test_the_privacy_page_names_the_clinic_and_is_linked_from_every_page(
    browser: FlaskClient, settings: Settings
) -> None:
    for path in ("", "enquiry", "conditions/", "conditions/lupus", "questions", "status"):
        assert '"/de/privacy"' in browser.get(f"/de/{path}").get_data(as_text=True)
    assert settings.clinic_name in browser.get("/de/privacy").get_data(as_text=True)


def test_the_need_for_erasing_stays_until_a_person_has_erased(twilio: Twilio, database: Database) -> None:
    from service.enquiries.erase import erase
    from service.enquiries.understand import take_stock

    twilio.message(whatsapp("delete my data", "+447700900188"))
    with database.write() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        take_stock(enquiry)
        assert consent.NEED in enquiry.needs
        erase(session, enquiry.patient_id, who="alice@clinic.example")
        assert enquiry.needs == []


def test_an_unread_language_is_told_in_its_own_words_with_the_english_page() -> None:
    receipt = acknowledge.Receipt("e", "m", "482-719-356", "it", "routine", (), None, repeated=False, is_untold=True)
    assert acknowledge.written(receipt, "https://clinic.example/").endswith("https://clinic.example/en/privacy")
