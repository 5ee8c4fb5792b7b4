"""The texts that go to patients unseen are whole in every language: placeholders, length, script and state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

import pytest

from service.enquiries import approved_texts
from service.enquiries.approved_texts import COMMON, FOLDER, VOICE, ApprovedText, ApprovedTextError
from translations import languages, scripts
from translations.languages import LANGUAGES, SITE_LANGUAGES

WRITTEN = ("acknowledgement", "consent-notice", "emergency-advice", "emergency-number-unknown", "emergency-support")
IN_SITE_LANGUAGES = (
    "answer-waiting",
    "consent-withdrawn",
    "email-subject",
    "help",
    "opt-in-confirmed",
    "opt-out-confirmed",
    "received-out-of-hours",
    "reminder",
    "we-need-your-language",
)
SPOKEN = (
    "voice-again", "voice-ask", "voice-confirm", "voice-emergency", "voice-menu", "voice-name", "voice-privacy",
    "voice-received", "voice-time", "voice-voicemail",
)  # fmt: skip
SPOKEN_IN_ENGLISH = ("voice-menu-more", "voice-menu-other", "voice-other-language")
LONGEST = {
    "acknowledgement": 300,
    "answer-waiting": 160,
    "consent-notice": 160,
    "consent-withdrawn": 250,
    "emergency-advice": 320,
    "emergency-support": 320,
    "help": 320,
    "opt-in-confirmed": 160,
    "opt-out-confirmed": 200,
    "received-out-of-hours": 160,
    "reminder": 250,
    "we-need-your-language": 160,
}  # two to five parts of an SMS
WITH_REFERENCE = [event for event in LONGEST if "{reference}" in approved_texts.find(event, "en").body]
EXPECTED = {
    *((event, code, COMMON) for event in WRITTEN for code in LANGUAGES),
    *((event, code, COMMON) for event in IN_SITE_LANGUAGES for code in SITE_LANGUAGES),
    *((event, code, VOICE) for event in SPOKEN for code in SITE_LANGUAGES),
    *((event, "en", VOICE) for event in SPOKEN_IN_ENGLISH),
}
VALUES = {
    "privacy": "https://clinic.example/en/privacy",
    "reference": "482-719-356",
    "emergency_number": "112",
    "digit": "4",
    "language": "Hausa",
    "opening": "Monday, 30 November 2026, 09:00",
    "text": "lupus",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SCRIPT_IN_TEXT = {"Hans": "Hani"}  # Unicode has one script for Chinese characters, simplified or not
_LEFT_TO_RIGHT_MARK = "\N{LEFT-TO-RIGHT MARK}"
_VERSION = re.compile(r"[1-9]\d*")
_STATE = re.compile(r"machine-drafted|reviewed by .+")


@cache
def _texts() -> list[ApprovedText]:
    return approved_texts.all_texts()


def _names(texts: Iterable[ApprovedText]) -> list[str]:
    return sorted(f"{text.event}/{text.language}.{text.channel}" for text in texts)


def _script(body: str) -> str:
    """The script of most letters, placeholders aside."""
    return scripts.count(_PLACEHOLDER.sub("", body)).most_common(1)[0][0]


def _expected_script(code: str) -> str:
    script = LANGUAGES[code].script
    return _SCRIPT_IN_TEXT.get(script, script)


def test_every_event_has_its_text_in_every_language_it_must_speak_and_no_other() -> None:
    assert {(text.event, text.language, text.channel) for text in _texts()} == EXPECTED


def test_no_file_is_left_out_for_its_name() -> None:
    assert len([path for path in FOLDER.rglob("*") if path.is_file()]) == len(_texts())


def test_every_text_says_its_version_and_whether_a_speaker_has_reviewed_it() -> None:
    assert _names(text for text in _texts() if not _VERSION.fullmatch(text.version)) == []
    assert _names(text for text in _texts() if not _STATE.fullmatch(text.state)) == []


def test_every_text_has_the_placeholders_of_the_english_one_each_once() -> None:
    wanted = {text.event: sorted(set(_PLACEHOLDER.findall(text.body))) for text in _texts() if text.language == "en"}
    assert _names(text for text in _texts() if sorted(_PLACEHOLDER.findall(text.body)) != wanted[text.event]) == []


def test_no_brace_is_left_in_a_text_once_it_is_filled() -> None:
    assert _names(text for text in _texts() if set("{}") & set(text.filled(**VALUES))) == []


@pytest.mark.parametrize("event", LONGEST)
def test_a_written_text_is_short_enough_for_a_text_message(event: str) -> None:
    assert _names(text for text in _texts() if text.event == event and len(text.body) > LONGEST[event]) == []


def test_every_text_is_one_line() -> None:
    assert _names(text for text in _texts() if "\n" in text.body) == []


def test_every_text_is_written_in_the_script_of_its_language() -> None:
    assert _names(text for text in _texts() if _script(text.body) != _expected_script(text.language)) == []


@pytest.mark.parametrize("code", [code for code in LANGUAGES if languages.direction(code) == "rtl"])
@pytest.mark.parametrize("event", WITH_REFERENCE)
def test_the_groups_of_a_reference_keep_their_order_in_right_to_left_text(event: str, code: str) -> None:
    filled = approved_texts.find(event, code).filled(**VALUES)
    assert _LEFT_TO_RIGHT_MARK + VALUES["reference"] + _LEFT_TO_RIGHT_MARK in filled


def test_no_text_is_the_same_in_two_languages() -> None:
    bodies = Counter((text.event, text.body) for text in _texts())
    assert _names(text for text in _texts() if bodies[text.event, text.body] > 1) == []


@pytest.mark.parametrize(
    "content",
    ["A text without a head.", "version: 1\nstate: machine-drafted\n---\n\n", "version: 1\n---\nA text.", ""],
)
def test_a_file_without_version_state_or_text_is_refused(content: str) -> None:
    with pytest.raises(ApprovedTextError, match=r"acknowledgement/en\.text"):
        approved_texts.parse(FOLDER / "acknowledgement" / "en.text", content)
