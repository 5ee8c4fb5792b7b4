"""The form of a message by Twilio: whatever it holds, it is a message, nothing, or a field that is named."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.channels import twilio_messaging
from service.enquiries.inbound import InboundMessage
from service.errors import BadInput

FIELDS = [
    "MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "MediaUrl1",
    "ProfileName", "ExternalUserId", "WaId", "OriginalRepliedMessageSid", "Latitude", "Longitude", "Label", "Address",
    "OptOutType",
]  # fmt: skip
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["SM1", "+447700900123", "whatsapp:+447700900123", "whatsapp:GB.77", "1", "10", "9" * 5000, "\x00", "a\x00b"]
    ),
    st.sampled_from(["https://api.twilio.com/ME1", "https://[", "image/jpeg", "audio/ogg", "25.2", "STOP", " "]),
)
FORMS = st.dictionaries(st.sampled_from(FIELDS), VALUES)
VALID: Mapping[str, str] = {"MessageSid": "SM1", "From": "+447700900123", "Body": "Hello"}


def parse(**changes: str) -> InboundMessage:
    message = twilio_messaging.parse({**VALID, **changes})
    assert message is not None
    return message


def can_be_stored(message: InboundMessage) -> bool:
    """The plain columns of the database: no null byte, no longer than they are."""
    limits = [
        (message.unique_key, 255),
        (message.provider_id or "", 255),
        (message.in_reply_to or "", 255),
        (message.country or "", 2),
        *((file.media_type, 120) for file in message.files),
    ]
    return all("\x00" not in value and len(value) <= limit for value, limit in limits)


@settings(deadline=None, max_examples=300)
@given(FORMS, st.booleans())
def test_any_form_is_a_message_or_nothing_or_a_named_mistake(form: dict[str, str], known: bool) -> None:
    form = {**VALID, **form} if known else form
    try:
        message = twilio_messaging.parse(form)
    except BadInput as error:
        assert error.field in ("MessageSid", "SmsSid", "From")
        return
    if message is not None:
        assert message.text or message.files
        assert message.channel in ("sms", "whatsapp")
        assert len(message.files) <= twilio_messaging.MAX_MEDIA
        assert can_be_stored(message)


@settings(deadline=None)
@given(FORMS)
def test_any_form_is_asked_for_its_wish_to_stop_without_harm(form: dict[str, str]) -> None:
    assert twilio_messaging.opt_out_step(form) in ("STOP", "START", "HELP", None)


@pytest.mark.parametrize("count", ["-1", "many", "", "1.5", "٣", "²", "9" * 5000])
def test_an_odd_count_of_files_does_not_cost_the_message(count: str) -> None:
    assert parse(NumMedia=count).text == "Hello"


@pytest.mark.parametrize(
    ("name", "value"), [("OriginalRepliedMessageSid", "SM\x00"), ("MediaContentType0", "image/\x00png")]
)
def test_a_null_byte_never_reaches_a_column_of_the_database(name: str, value: str) -> None:
    files = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/ME1"}
    assert can_be_stored(parse(**files, **{name: value}))


def test_the_older_name_of_the_message_id_is_known() -> None:
    message = twilio_messaging.parse({"SmsSid": "SM7", "From": "+447700900123", "Body": "Hello"})
    assert message is not None
    assert message.unique_key == "SM7"


@pytest.mark.parametrize("sender", ["anonymous", "CLINIC", "12345", "+266696687"])
def test_a_hidden_or_short_sender_proves_nothing(sender: str) -> None:
    message = parse(From=sender)
    assert (message.contacts, message.proven, message.country) == ((), False, None)


def test_a_whatsapp_sender_may_be_a_number_an_identity_or_both() -> None:
    for sender, identity, kinds in (
        ("whatsapp:+447700900123", "", ["whatsapp"]),
        ("whatsapp:+447700900123", "GB.77", ["whatsapp", "whatsapp-id"]),
        ("whatsapp:GB.77", "", ["whatsapp-id"]),
    ):
        message = parse(From=sender, ExternalUserId=identity)
        assert [point.kind for point in message.contacts] == kinds
        assert (message.channel, message.proven) == ("whatsapp", True)


def test_a_voice_message_needs_somebody_to_listen() -> None:
    media = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/ME1", "MediaContentType0": "Audio/OGG"}
    message = parse(Body="", **media)
    assert (message.text, message.needs_listening) == ("", True)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=200))
def test_words_that_only_look_like_base64_are_left_alone(text: str) -> None:
    encoded = base64.b64encode(text.encode()).decode()
    for body in (encoded, "Methotrexate" * 6, text):
        found = twilio_messaging.parse({**VALID, "Body": body})
        if found is not None:
            assert found.text in (body.strip(), text.strip())


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=3000))
def test_an_answer_is_xml_of_one_message_within_the_limit(text: str) -> None:
    messages = list(ElementTree.fromstring(twilio_messaging.answer(text)).iter("Message"))
    assert [len(message.text or "") <= twilio_messaging.MAX_ANSWER for message in messages] == [True] * bool(text)
    if text.strip() and len(text) <= twilio_messaging.MAX_ANSWER:
        assert (messages[0].text or "").strip() == text.strip()


@pytest.mark.parametrize(
    ("form", "step"),
    [
        ({"Body": "STOP"}, "STOP"),
        ({"Body": " start\n"}, "START"),
        ({"Body": "help"}, "HELP"),
        ({"Body": "Help me please"}, None),
        ({"Body": "STOP", "From": "whatsapp:+447700900123"}, None),
        ({"Body": "no more", "OptOutType": "stop"}, "STOP"),
        ({}, None),
    ],
)
def test_a_word_that_twilio_has_handled_is_a_wish_and_no_enquiry(form: dict[str, str], step: str | None) -> None:
    assert twilio_messaging.opt_out_step(form) == step
