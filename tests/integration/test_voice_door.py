"""The door for phone calls: language by digit, the enquiry in speech, voicemail where nothing was understood."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.app import create_app
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
    voices = [say.get("language") for page in (first, second) for say in page.iter("Say")]
    assert {"en-GB", "ar-XA", "hi-IN", "cmn-CN", "ru-RU", "tr-TR"} <= set(voices)
    assert len(voices) == len(SITE_LANGUAGES) + 1  # and how to hear more languages


def test_the_callers_country_comes_first(twilio: Twilio) -> None:
    page = twiml(twilio.post("/twilio/voice", call("+79585550123")).text)
    assert next(page.iter("Say")).get("language") == "ru-RU"


def gather_of(text: str) -> ElementTree.Element:
    found = twiml(text).find("Gather")
    assert found is not None, text
    return found


def said(text: str) -> str:
    return " ".join(say.text or "" for say in twiml(text).iter("Say"))


class Caller:
    """Somebody on the phone, who answers what was asked last."""

    def __init__(self, twilio: Twilio, number: str = "+34600000000") -> None:
        self.twilio, self.number, self.sid = twilio, number, new_sid("CA")
        self.heard = twilio.post("/twilio/voice", self.form()).text
        self.asked = ""

    def form(self, **more: str) -> dict[str, str]:
        return call(self.number, self.sid, **more)

    def answer(self, words: str = "", digits: str = "", confidence: str = "0.9") -> str:
        self.asked = str(gather_of(self.heard).get("action"))
        more = {"SpeechResult": words, "Confidence": confidence} if words else {"Digits": digits}
        self.heard = self.twilio.post(self.asked, self.form(**more)).text
        return self.heard

    def hang_up(self, status: str = "completed") -> None:
        assert self.twilio.post("/twilio/voice/status", self.form(CallStatus=status)).status == 204


def test_a_whole_call_is_read_back_named_and_ends_with_the_reference(twilio: Twilio, database: Database) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    words = "Mi madre tiene artritis reumatoide y quiere saber el precio"
    assert words in said(caller.answer(words))
    assert "su nombre" in said(caller.answer("sí"))
    assert "el día y la hora" in said(caller.answer("Ana Ejemplo"))
    ended = caller.answer("mañana por la tarde")
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert [message.body for message in enquiry.messages] == [words, "mañana por la tarde"]
        assert (enquiry.patient.name, enquiry.condition) == ("Ana Ejemplo", "rheumatoid-arthritis")
        assert " ".join(enquiry.reference[:3]) in said(ended)
    assert "<Hangup" in ended
    caller.hang_up()
    assert count(database, Message) == 2


def test_a_caller_who_was_misunderstood_says_it_again_and_both_are_kept(twilio: Twilio, database: Database) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    caller.answer("tengo lobos")
    assert "otra vez" in said(caller.answer("no"))
    assert "tengo lupus" in said(caller.answer("tengo lupus"))
    caller.answer(digits="1")
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert [message.body for message in enquiry.messages] == ["tengo lobos", "tengo lupus"]
        assert enquiry.condition == "lupus"


def test_silence_after_the_read_back_is_consent_and_name_and_time_may_be_left_out(twilio: Twilio) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    caller.answer("tengo lupus")
    for _ in range(3):
        caller.answer()
    assert "<Hangup" in caller.heard


def test_words_that_were_hardly_understood_are_kept_asked_for_again_and_then_recorded(
    twilio: Twilio, database: Database
) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    assert "no le he entendido" in said(caller.answer("mm lupus", confidence="0.21"))
    assert twiml(caller.answer("mm mm", confidence="0.1")).find("Record") is not None
    assert count(database, Message) == 2


@pytest.mark.parametrize("confidence", ["0.0", "", "nonsense"])
def test_a_confidence_that_says_nothing_is_no_doubt(twilio: Twilio, confidence: str) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    assert "tengo lupus" in said(caller.answer("tengo lupus", confidence=confidence))


def test_a_known_caller_is_spoken_to_in_their_language_and_may_choose_another(twilio: Twilio) -> None:
    first = Caller(twilio, "+447700900181")
    first.answer("Español")
    first.answer("tengo lupus")
    again = Caller(twilio, "+447700900181")
    assert "línea" in said(again.heard) or "clínica" in said(again.heard)
    assert len(list(twiml(again.answer(digits="9")).iter("Say"))) > 5


def test_a_language_may_be_named_instead_of_its_digit(twilio: Twilio) -> None:
    caller = Caller(twilio, "+447700900182")
    assert "cmn-CN" in caller.answer("Chinese please")


def test_a_step_told_of_twice_is_answered_as_the_call_stands(twilio: Twilio, database: Database) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    caller.answer("tengo lupus")
    asked_for_name = caller.answer("sí")
    confirmed = caller.asked
    assert twilio.post(confirmed, caller.form(SpeechResult="no")).text == asked_for_name
    assert count(database, Message) == 1


def test_any_web_process_answers_the_next_step(twilio: Twilio, settings: Settings, database: Database) -> None:
    other_app = create_app(settings)
    other = Twilio(settings.public_url, other_app.test_client())
    caller = Caller(twilio)
    for turn, words in enumerate(["español", "tengo lupus", "sí", "Ana", "hoy"]):
        caller.twilio = (twilio, other)[turn % 2]
        caller.answer(words)
    assert "<Hangup" in caller.heard
    assert count(database, Enquiry) == 1
    other_app.extensions["dragoman"].database.close()


def test_who_hangs_up_after_speaking_is_in_the_queue_already(twilio: Twilio, database: Database) -> None:
    caller = Caller(twilio)
    caller.answer(digits="1")
    caller.answer("tengo lupus")
    caller.hang_up()
    with database.read() as session:
        assert session.scalars(select(Enquiry)).one().condition == "lupus"


@pytest.mark.parametrize("status", ["completed", "no-answer", "busy", "failed", "canceled"])
def test_who_said_nothing_is_to_be_called_back_once(twilio: Twilio, database: Database, status: str) -> None:
    caller = Caller(twilio)
    caller.hang_up(status)
    caller.hang_up(status)
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.intent, len(enquiry.messages)) == ("callback", 1)


def test_nobody_can_call_back_a_hidden_number(twilio: Twilio, database: Database) -> None:
    Caller(twilio, "anonymous").hang_up()
    assert count(database, Enquiry) == 0


def test_a_call_that_still_rings_is_not_over(twilio: Twilio, database: Database) -> None:
    Caller(twilio).hang_up("ringing")
    assert count(database, Enquiry) == 0


@settings_of_hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "enquiry", "confirm", "name", "time", "language", "nonsense"]),
            st.sampled_from(["", "1", "3", "99"]),
            st.sampled_from(["", "tengo lupus", "no", "sí", "no puedo respirar", "Ana"]),
            st.sampled_from(["", "1", "2", "9"]),
        ),
        max_size=8,
    )
)
def test_whatever_order_the_steps_come_in_the_call_goes_on(
    twilio: Twilio, steps: list[tuple[str, str, str, str]]
) -> None:
    sid = new_sid("CA")
    for step, attempt, words, digits in steps:
        form = call("+34600000000", sid, SpeechResult=words, Digits=digits, Confidence="0.8")
        answer = twilio.post(f"/twilio/voice/gather?step={step}&lang=es&n={attempt}", form)
        assert answer.status == 200
        assert re.search("<Gather|<Record|<Hangup", answer.text)


def test_a_spoken_enquiry_is_stored_before_it_is_read_back(twilio: Twilio, database: Database) -> None:
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
        message = session.scalars(select(Message)).one()
        assert (message.body, message.language, message.channel, message.provider_id) == (words, "es", "voice", sid)
    assert words in said(answer.text)


def test_red_flag_words_spoken_get_the_advice_at_once(twilio: Twilio, database: Database) -> None:
    words = "My father cannot breathe and his lips are blue"
    answer = twilio.post("/twilio/voice/gather?step=enquiry&lang=en", call(SpeechResult=words))
    first = next(twiml(answer.text).iter("Say"))
    assert "emergency" in (first.text or "").lower()
    assert "<Hangup" in answer.text
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
