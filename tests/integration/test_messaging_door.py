"""The door for SMS and WhatsApp: what is stored, what is answered, and what is refused."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.enquiries.model import Attachment, Consent, ContactPoint, Enquiry, Message, Patient
from service.storage.session import Database
from service.storage.tasks import Task
from tests.twilio_client import Twilio, new_sid, signature, sms, whatsapp


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def only_enquiry(database: Database) -> tuple[Enquiry, list[Message]]:
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        return enquiry, list(enquiry.messages)


def test_a_text_message_becomes_an_enquiry_and_is_answered_in_its_language(twilio: Twilio, database: Database) -> None:
    answer = twilio.message(sms("Mi madre tiene artritis reumatoide desde hace 10 años. ¿Cuánto cuesta?"))
    enquiry, messages = only_enquiry(database)
    assert answer.status == 200
    assert answer.text.startswith("<?xml")
    assert enquiry.reference in answer.text
    assert (enquiry.language, enquiry.condition, enquiry.urgency) == ("es", "rheumatoid-arthritis", "routine")
    assert messages[0].channel == "sms"


def test_the_message_is_stored_with_the_task_to_read_it(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("Hello, I have lupus"))
    with database.read() as session:
        task = session.scalars(select(Task)).one()
        message = session.scalars(select(Message)).one()
        assert (task.stage, task.subject, task.state) == ("understand", message.id, "waiting")
        assert message.body == "Hello, I have lupus"


def test_a_replay_gets_the_same_answer_and_makes_no_second_row(twilio: Twilio, database: Database) -> None:
    form = sms("Hola, tengo lupus y quiero información")
    first, second = twilio.message(form), twilio.message(form)
    assert first == second
    assert count(database, Message) == 1


def test_an_emergency_is_answered_with_advice_and_stands_first(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("How much is a knee replacement?", "+447700900124"))
    answer = twilio.message(sms("I cannot breathe and my chest hurts badly", "+447700900125"))
    with database.read() as session:
        ranks = session.execute(select(Enquiry.urgency, Enquiry.red_flags).order_by(Enquiry.urgency_rank)).all()
    assert [row.urgency for row in ranks] == ["emergency", "routine"]
    assert "breathing" in ranks[0].red_flags
    assert "emergency" in answer.text.lower()
    assert "999" in answer.text


def test_emergency_advice_that_nobody_reviewed_has_the_english_beside_it(twilio: Twilio) -> None:
    answer = twilio.message(sms("No puedo respirar, me duele mucho el pecho"))
    assert "emergencia" in answer.text
    assert "emergency" in answer.text


def test_the_second_message_of_a_proven_sender_joins_the_open_enquiry(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("Hello, I have lupus", "+447700900150"))
    twilio.message(sms("I forgot: I am 34 years old", "+447700900150"))
    _, messages = only_enquiry(database)
    assert len(messages) == 2


def test_whatsapp_and_sms_of_one_number_are_one_person(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("Hello, I have lupus", "+447700900151"))
    twilio.message(whatsapp("It is me again, on WhatsApp", "+447700900151"))
    _, messages = only_enquiry(database)
    assert {message.channel for message in messages} == {"sms", "whatsapp"}


def test_two_spellings_of_a_brazilian_number_are_one_person(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("Olá, tenho lúpus", "+5511955550123"))
    twilio.message(whatsapp("Quanto custa?", "+551155550123"))
    assert count(database, Enquiry) == 1


def test_a_whatsapp_identity_without_a_number_is_a_person(twilio: Twilio, database: Database) -> None:
    form = {**whatsapp("Merhaba, MS hastasıyım"), "From": "whatsapp:TR.2081999", "ExternalUserId": "TR.2081999"}
    twilio.message(form)
    twilio.message({**form, "MessageSid": new_sid(), "Body": "Fiyat nedir?"})
    with database.read() as session:
        points = session.scalars(select(ContactPoint)).all()
        assert [(point.kind, point.value) for point in points] == [("whatsapp-id", "TR.2081999")]


def test_a_number_and_an_identity_that_come_together_stay_one_person(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("Hello, I have lupus", "+447700900152", ExternalUserId="whatsapp:GB.77"))
    twilio.message({**whatsapp("And now without my number"), "From": "whatsapp:GB.77"})
    assert count(database, Enquiry) == 1


def test_pictures_are_noted_and_fetched_by_a_task(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("", NumMedia="1", MediaUrl0="https://api.twilio.com/media/ME1", MediaContentType0="image/jpeg"))
    with database.read() as session:
        attachment = session.scalars(select(Attachment)).one()
        stages = set(session.scalars(select(Task.stage)))
        assert (attachment.state, attachment.source_url) == ("pending", "https://api.twilio.com/media/ME1")
    assert stages == {"understand", "fetch-media"}


def test_an_event_that_holds_nothing_is_acknowledged_and_ignored(twilio: Twilio, database: Database) -> None:
    answer = twilio.message(sms("  "))
    assert (answer.status, "<Response" in answer.text) == (200, True)
    assert count(database, Message) == 0


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe "])
def test_a_stop_word_is_recorded_and_not_answered(twilio: Twilio, database: Database, word: str) -> None:
    twilio.message(sms("Hello, I have lupus", "+447700900153"))
    answer = twilio.message(sms(word, "+447700900153"))
    assert "<Message>" not in answer.text
    with database.read() as session:
        assert session.scalars(select(ContactPoint)).one().opted_out
    twilio.message(sms("START", "+447700900153"))
    with database.read() as session:
        assert not session.scalars(select(ContactPoint)).one().opted_out


def test_a_sentence_with_stop_in_it_is_a_message(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("Should I stop methotrexate before the operation?"))
    assert count(database, Message) == 1


@pytest.mark.parametrize("wrong", ["", "AAAA", "not base64 \u00e9"])
def test_a_missing_or_forged_signature_is_refused(app: Flask, database: Database, wrong: str) -> None:
    headers = {"X-Twilio-Signature": wrong.encode("utf-8").decode("latin-1")} if wrong else {}
    answer = app.test_client().post("/twilio/messaging", data=sms("Hello"), headers=headers)
    assert answer.status_code == 403
    assert count(database, Message) == 0


def test_the_next_token_is_accepted_during_a_rotation(app: Flask, settings: object) -> None:
    import dataclasses

    from service.parts import EXTENSION

    parts = app.extensions[EXTENSION]
    rotated = dataclasses.replace(parts.settings, twilio_auth_tokens=("newer", *parts.settings.twilio_auth_tokens))
    app.extensions[EXTENSION] = dataclasses.replace(parts, settings=rotated)
    for token in ("newer", Twilio("").token):
        assert Twilio("http://localhost", app.test_client(), token=token).message(sms("Hello")).status == 200


def test_the_query_is_part_of_what_is_signed(app: Flask) -> None:
    form = sms("Hello")
    headers = {"X-Twilio-Signature": signature("http://localhost/twilio/messaging?clinic=1", form)}
    client = app.test_client()
    assert client.post("/twilio/messaging?clinic=1", data=form, headers=headers).status_code == 200
    assert client.post("/twilio/messaging?clinic=2", data=form, headers=headers).status_code == 403


def test_without_twilio_the_path_does_not_exist(settings: object, database: Database) -> None:
    import dataclasses

    from service.app import create_app
    from service.settings import Settings

    assert isinstance(settings, Settings)
    app = create_app(dataclasses.replace(settings, twilio_account_sid="", twilio_auth_tokens=()))
    assert app.test_client().post("/twilio/messaging", data=sms("Hello")).status_code == 404
    app.extensions["dragoman"].database.close()


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("MessageSid", "", 400),
        ("MessageSid", "x" * 300, 400),
        ("MessageSid", "SM 1'; --", 400),
        ("From", "", 400),
        ("From", "y" * 300, 400),
    ],
)
def test_a_missing_or_senseless_field_is_named(
    twilio: Twilio, database: Database, name: str, value: str, status: int
) -> None:
    answer = twilio.message({**sms("Hello"), name: value})
    assert answer.status in (status, 422)
    assert name in answer.text
    assert count(database, Message) == 0


@pytest.mark.parametrize(
    "body",
    ["👍", "a" * 20_000, "null\x00byte", "\u202eabc\u202c", "ok", "é" * 5_000, "\ud83d", "1234567890", "<b>&amp;</b>"],
)
def test_odd_texts_are_stored_and_answered(twilio: Twilio, database: Database, body: str) -> None:
    body = body.encode("utf-8", "replace").decode("utf-8")
    answer = twilio.message(sms(body))
    assert answer.status == 200
    enquiry, _ = only_enquiry(database)
    assert enquiry.reference in answer.text


def test_a_body_in_base64_is_read_as_what_it_says(twilio: Twilio, database: Database) -> None:
    text = "My mother has had rheumatoid arthritis for ten years and would like a second opinion. " * 2
    twilio.message(sms(base64.b64encode(text.encode()).decode()))
    with database.read() as session:
        assert session.scalars(select(Message)).one().body == text.strip()


def test_unknown_parameters_and_odd_counts_are_ignored(twilio: Twilio, database: Database) -> None:
    answer = twilio.message(sms("Hello", NumMedia="many", SomethingNew="1", ReferralBody="Buy now!"))
    assert answer.status == 200
    assert count(database, Message) == 1


def test_a_location_is_kept_as_words(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("", Latitude="25.2", Longitude="55.3", Label="Sample Hospital"))
    with database.read() as session:
        assert session.scalars(select(Message)).one().body == "Sample Hospital (25.2, 55.3)"


def test_a_hidden_sender_is_a_person_of_its_own(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("Hello, I have lupus", "anonymous"))
    twilio.message(sms("Hello, I have gout", "anonymous"))
    assert count(database, Enquiry) == 2


def test_an_oversized_request_is_refused(twilio: Twilio) -> None:
    assert twilio.message(sms("x" * 600_000)).status == 413


def test_a_fault_in_reading_does_not_cost_the_message(
    app: Flask, twilio: Twilio, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(app.extensions["dragoman"].receiver._reader, "read", broken)
    assert twilio.message(sms("Hello, I have lupus")).status == 200
    enquiry, _ = only_enquiry(database)
    assert enquiry.urgency == "urgent"


@pytest.mark.parametrize(
    ("word", "confirmed"),
    [("Baja, por favor", "ALTA"), ("стоп", "СТАРТ"), ("退订", "恢复"), ("إيقاف", "ابدأ")],
)
def test_who_asks_in_their_own_language_is_left_alone_and_told_so(
    twilio: Twilio, database: Database, word: str, confirmed: str
) -> None:
    sender = "+447700900161"
    answer = twilio.message(whatsapp(word, sender))
    assert confirmed in answer.text
    with database.read() as session:
        wish = session.scalars(select(Consent)).one()
        assert (wish.purpose, wish.channel, wish.withdrawn_at) == ("no-messages", "whatsapp", None)
        assert session.scalars(select(Enquiry)).one().status == "withdrawn"
    assert "<Message>" not in twilio.message(whatsapp("Thank you for everything", sender)).text
    assert "<Message>" in twilio.message(whatsapp("START", sender)).text
    with database.read() as session:
        assert not session.scalars(select(ContactPoint)).first().opted_out  # type: ignore[union-attr]
        assert session.scalars(select(Consent)).one().withdrawn_at is not None


def test_the_wish_of_an_open_enquiry_ends_messages_and_not_the_enquiry(twilio: Twilio, database: Database) -> None:
    twilio.message(whatsapp("Tengo lupus, ¿cuánto cuesta?", "+447700900162"))
    twilio.message(whatsapp("baja", "+447700900162"))
    with database.read() as session:
        assert session.scalars(select(Enquiry)).one().status == "queued"


def test_a_replayed_wish_is_entered_once(twilio: Twilio, database: Database) -> None:
    form = whatsapp("baja", "+447700900163")
    assert twilio.message(form).text == twilio.message(form).text
    assert count(database, Consent) == 1


def test_an_emergency_is_answered_even_to_who_has_opted_out(twilio: Twilio) -> None:
    twilio.message(whatsapp("stop", "+447700900164"))
    assert "<Message>" in twilio.message(whatsapp("I cannot breathe", "+447700900164")).text


def test_a_start_from_who_never_stopped_is_an_ordinary_message(twilio: Twilio) -> None:
    assert "STOP" not in twilio.message(whatsapp("start", "+447700900165")).text


def test_a_call_for_help_is_explained_and_kept_for_a_person(twilio: Twilio, database: Database) -> None:
    assert "STOP" in twilio.message(whatsapp("help", "+447700900166")).text
    with database.read() as session:
        assert session.scalars(select(Enquiry)).one().status == "queued"


def test_a_profile_name_fills_a_gap_and_never_replaces_what_a_person_typed(twilio: Twilio, database: Database) -> None:
    twilio.message(sms("Tengo lupus", "+447700900171"))
    twilio.message(whatsapp("hola", "+447700900171", ProfileName="🌸 Luna 🌸"))
    with database.write() as session:
        patient = session.scalars(select(Patient)).one()
        assert patient.name == "🌸 Luna 🌸"
        patient.name, patient.name_typed = "Ana Ejemplo", True
    twilio.message(whatsapp("otra vez", "+447700900171", ProfileName="Luna"))
    with database.read() as session:
        assert session.scalars(select(Patient)).one().name == "Ana Ejemplo"


def test_a_webhook_sent_again_under_another_id_is_one_message(app: Flask, database: Database) -> None:
    again = Twilio("http://localhost", app.test_client(), headers={"I-Twilio-Idempotency-Token": "token-1"})
    first = again.message(sms("Hello, I have lupus", "+447700900172"))
    assert again.message(sms("Hello, I have lupus", "+447700900172")) == first
    assert count(database, Message) == 1


def test_other_words_or_another_sender_under_one_token_are_messages_of_their_own(
    app: Flask, database: Database
) -> None:
    again = Twilio("http://localhost", app.test_client(), headers={"I-Twilio-Idempotency-Token": "token-1"})
    again.message(sms("Hello, I have lupus", "+447700900173"))
    again.message(sms("Hello, I have gout", "+447700900173"))
    again.message(sms("Hello, I have lupus", "+447700900174"))
    assert count(database, Message) == 3


def test_the_same_words_twice_without_a_token_are_two_messages(twilio: Twilio, database: Database) -> None:
    for _ in range(2):
        twilio.message(sms("Are you there?", "+447700900175"))
    assert count(database, Message) == 2
