"""What is asked and said in a call, and what is kept of it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.channels import twilio_voice
from service.channels.voice_prompts import VoicePrompts
from service.enquiries.acknowledge import Spoken
from service.errors import BadInput
from translations.languages import LANGUAGES, SITE_LANGUAGES

NO_PROMPTS = VoicePrompts(Path("nowhere"))
ENGLISH_TOO = Spoken("voice-received", "en", "482")
FIELDS = ["CallSid", "From", "SpeechResult", "RecordingUrl", "RecordingSid", "Confidence"]
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=90),
    st.sampled_from(["CA1", "+447700900123", "anonymous", "https://api.twilio.com/RE1", "\x00", "CA\x001"]),
)
FORMS = st.dictionaries(st.sampled_from(FIELDS), VALUES)


@settings(deadline=None, max_examples=200)
@given(FORMS, st.sampled_from(SITE_LANGUAGES))
def test_any_form_of_a_call_is_a_message_or_nothing_or_a_named_mistake(form: dict[str, str], language: str) -> None:
    for read in (twilio_voice.speech, twilio_voice.recording):
        try:
            message = read(form, language)
        except BadInput as error:
            assert error.field == "CallSid"
            continue
        if message is not None:
            assert message.language_hint == language
            assert "\x00" not in message.unique_key + (message.provider_id or "")
            assert len(message.unique_key) <= 255


def test_a_null_byte_is_no_part_of_a_call_id() -> None:
    with pytest.raises(BadInput, match="CallSid"):
        twilio_voice.call_sid({"CallSid": "CA\x001"})


@pytest.mark.parametrize("preferred", [*LANGUAGES, None, "", "xx"])
def test_the_menu_holds_every_language_of_the_site_once(preferred: str | None) -> None:
    order = twilio_voice.menu_order(preferred)
    shown = [code for page in range(twilio_voice.pages(order)) for code in twilio_voice.page_of(order, page)]
    assert sorted(shown) == sorted(SITE_LANGUAGES)
    assert order[0] == (preferred if preferred in SITE_LANGUAGES else SITE_LANGUAGES[0])


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_step_is_said_in_a_voice_that_exists(language: str) -> None:
    steps = [
        twilio_voice.menu(twilio_voice.menu_order(language), 0, 1, NO_PROMPTS),
        twilio_voice.ask(language, NO_PROMPTS),
        twilio_voice.voicemail(language, NO_PROMPTS),
        twilio_voice.goodbye([Spoken("voice-received", language, "482"), ENGLISH_TOO], NO_PROMPTS),
    ]
    for step in steps:
        said = list(ElementTree.fromstring(step).iter("Say"))
        assert said
        assert all(say.get("voice") and say.get("language") and (say.text or "").strip() for say in said)
        assert not [say.text for say in said if "{" in (say.text or "")]


def test_no_page_of_the_menu_needs_the_digit_that_turns_it() -> None:
    assert twilio_voice.MENU_SIZE < int(twilio_voice.MORE) <= 9


def test_hanging_up_says_nothing() -> None:
    assert [child.tag for child in ElementTree.fromstring(twilio_voice.hang_up())] == ["Hangup"]
