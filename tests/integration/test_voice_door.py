"""The door for phone calls: language by digit, the enquiry in speech, voicemail where nothing was understood."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from service.enquiries.model import Attachment, Enquiry, Message
from service.settings import Settings
from service.storage.session import Database
from tests.twilio_client import Twilio, call, new_sid
from translations.languages import SITE_LANGUAGES


def twiml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_menu_offers_every_language_in_its_own_voice(twilio: Twilio) -> None:
    first = twiml(twilio.post("/twilio/voice", call()).text)
    action = first.find("Gather").get("action")  # type: ignore[union-attr]
    second = twiml(twilio.post(str(action), call(Digits="")).text)
    said = [say.get("language") for page in (first, second) for say in page.iter("Say")]
    assert {"en-GB", "ar-XA", "hi-IN", "cmn-CN", "ru-RU", "tr-TR"} <= set(said)
    assert len(said) == len(SITE_LANGUAGES) + 1  # and how to hear more languages


def test_the_callers_country_comes_first(twilio: Twilio) -> None:
    page = twiml(twilio.post("/twilio/voice", call("+79585550123")).text)
    assert next(page.iter("Say")).get("language") == "ru-RU"


def test_a_spoken_enquiry_is_stored_and_its_reference_spoken(twilio: Twilio, database: Database) -> None:
    sid = new_sid("CA")
    chosen = call("+34600000000", sid, Digits="1")
    ask = twiml(twilio.post("/twilio/voice/gather?step=language&page=0&try=1", chosen).text)
    gather = ask.find("Gather")
    assert gather is not None
    asked = [gather.get(name) for name in ("language", "input", "actionOnEmptyResult")]
    assert asked == ["es-ES", "speech", "true"]
    words = "Mi madre tiene artritis reumatoide y quiere saber el precio"
    answer = twilio.post(str(gather.get("action")), call("+34600000000", sid, SpeechResult=words, Confidence="0.8"))
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        message = enquiry.messages[0]
        assert (message.body, message.language, message.channel, message.provider_id) == (words, "es", "voice", sid)
        assert " ".join(enquiry.reference[:3]) in answer.text
    assert "<Hangup" in answer.text


def test_red_flag_words_spoken_get_the_advice_at_once(twilio: Twilio, database: Database) -> None:
    words = "My father cannot breathe and his lips are blue"
    answer = twilio.post("/twilio/voice/gather?step=enquiry&lang=en", call(SpeechResult=words))
    said = [say.text or "" for say in twiml(answer.text).iter("Say")]
    assert "emergency" in said[0].lower()
    with database.read() as session:
        assert session.scalars(select(Enquiry)).one().urgency == "emergency"


def test_silence_leads_to_voicemail_and_the_recording_becomes_an_enquiry(twilio: Twilio, database: Database) -> None:
    sid = new_sid("CA")
    asked = twiml(twilio.post("/twilio/voice/gather?step=enquiry&lang=ar", call("+96550000123", sid)).text)
    record = asked.find("Record")
    assert record is not None
    url = "https://api.twilio.com/recordings/RE1"
    recording = {"RecordingSid": "RE1", "RecordingUrl": url, "RecordingDuration": "9"}
    twilio.post(str(record.get("action")), call("+96550000123", sid, **recording))
    twilio.post(str(record.get("recordingStatusCallback")), call("+96550000123", sid, **recording))
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        attachment = session.scalars(select(Attachment)).one()
        assert enquiry.needs == ["listening"]
        assert (enquiry.messages[0].language, attachment.source_url) == ("ar", f"{url}.mp3")


def test_no_digit_turns_the_page_repeats_and_then_records(twilio: Twilio) -> None:
    answer, steps = twilio.post("/twilio/voice", call()).text, 0
    while (gather := twiml(answer).find("Gather")) is not None:
        answer = twilio.post(str(gather.get("action")), call()).text
        steps += 1
    assert steps == 4
    assert twiml(answer).find("Record") is not None


@pytest.mark.parametrize("digits", ["0", "77", "x", "٣", ""])
def test_a_wrong_digit_never_ends_the_call(twilio: Twilio, digits: str) -> None:
    answer = twilio.post("/twilio/voice/gather?step=language&page=0&try=1", call(Digits=digits))
    assert answer.status == 200
    assert re.search("<Gather|<Record", answer.text)


@pytest.mark.parametrize("query", ["", "?step=enquiry", "?step=enquiry&lang=xx", "?step=language&page=99999&try=-1"])
def test_an_odd_address_is_answered_with_a_next_step(twilio: Twilio, query: str) -> None:
    answer = twilio.post(f"/twilio/voice/gather{query}", call())
    assert answer.status == 200
    assert re.search("<Gather|<Record", answer.text)


def test_a_replayed_step_makes_no_second_enquiry(twilio: Twilio, database: Database) -> None:
    form = call(SpeechResult="I have lupus and want a second opinion")
    first = twilio.post("/twilio/voice/gather?step=enquiry&lang=en", form)
    assert twilio.post("/twilio/voice/gather?step=enquiry&lang=en", form) == first
    assert count(database, Message) == 1


def test_anonymous_callers_are_separate_people(twilio: Twilio, database: Database) -> None:
    for _ in range(2):
        form = call("+266696687", SpeechResult="I have lupus")
        twilio.post("/twilio/voice/gather?step=enquiry&lang=en", form)
    assert count(database, Enquiry) == 2


def test_the_fallback_address_still_takes_a_message(twilio: Twilio) -> None:
    assert twiml(twilio.post("/twilio/voice/fallback", call(ErrorCode="11200")).text).find("Record") is not None


def test_the_end_of_a_call_needs_no_answer(twilio: Twilio) -> None:
    assert twilio.post("/twilio/voice/status", call(CallStatus="completed")).status == 204


def test_a_call_without_its_id_is_refused_by_name(twilio: Twilio) -> None:
    answer = twilio.post("/twilio/voice", {**call(), "CallSid": ""})
    assert (answer.status, "CallSid" in answer.text) == (422, True)


def test_an_unsigned_call_is_refused(twilio: Twilio) -> None:
    assert twilio.client is not None
    assert twilio.client.post("/twilio/voice", data=call()).status_code == 403


def test_a_language_without_a_voice_is_played_from_the_operators_recordings(twilio: Twilio, settings: Settings) -> None:
    folder = settings.data_dir / "voice-prompts" / "sw"
    folder.mkdir(parents=True)
    (folder / "voice-voicemail.mp3").write_bytes(b"ID3")
    silent = twiml(twilio.post("/twilio/voice/gather?step=enquiry&lang=sw", call()).text)
    assert [play.text for play in silent.iter("Play")] == ["/twilio/voice/prompts/sw/voice-voicemail.mp3"]
    path = "/twilio/voice/prompts/sw/voice-voicemail.mp3"
    assert twilio.client is not None
    answer = twilio.client.get(path)
    assert (answer.status_code, answer.data) == (200, b"ID3")
    answer.close()


@pytest.mark.parametrize("language", ["fa", "sw", "ur"])
def test_without_a_recording_what_is_said_is_said_in_english(twilio: Twilio, language: str) -> None:
    form = call(SpeechResult="My father cannot breathe")
    page = twiml(twilio.post(f"/twilio/voice/gather?step=enquiry&lang={language}", form).text)
    assert {say.get("language") for say in page.iter("Say")} == {"en-GB"}
    assert all((say.text or "").isascii() for say in page.iter("Say"))


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_language_of_the_site_is_spoken_to(twilio: Twilio, language: str) -> None:
    silent = twilio.post(f"/twilio/voice/gather?step=enquiry&lang={language}", call())
    spoken = twilio.post(f"/twilio/voice/gather?step=enquiry&lang={language}", call(SpeechResult="lupus"))
    assert silent.status == spoken.status == 200
    assert all((say.text or "").strip() for answer in (silent, spoken) for say in twiml(answer.text).iter("Say"))
