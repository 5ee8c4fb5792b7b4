"""The files of approved texts: each is in order, and a file that is not says so by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.enquiries import approved_texts
from service.enquiries.approved_texts import ApprovedTextError, find, parse
from translations.languages import LANGUAGES, SITE_LANGUAGES

PATH = Path("acknowledgement/es.text")
HEAD = "version: 3\nstate: machine-drafted\n---\n"


def test_a_file_is_a_head_and_a_text() -> None:
    text = parse(PATH, f"{HEAD}\nGracias.\n\nSu número es {{reference}}.\n")
    assert (text.event, text.language, text.channel, text.version) == ("acknowledgement", "es", "text", "3")
    assert text.filled(reference="1") == "Gracias.\n\nSu número es 1."
    assert not text.reviewed


def test_a_text_may_hold_lines_of_hyphens_and_colons() -> None:
    assert parse(PATH, f"{HEAD}one: two\n---\nthree").body == "one: two\n---\nthree"


def test_a_reviewed_text_says_by_whom() -> None:
    assert parse(PATH, "version: 1\nstate: reviewed by a speaker\n---\nHola").reviewed


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Hola",
        "version: 1\nstate: x\nHola",
        "version: 1\n---\nHola",
        "state: x\n---\nHola",
        f"{HEAD}  \n",
        "---\nHola",
    ],
)
def test_a_file_that_is_not_in_order_is_named(content: str) -> None:
    with pytest.raises(ApprovedTextError, match=r"acknowledgement/es\.text: needs version, state"):
        parse(PATH, content)


def test_a_value_cannot_bring_placeholders_of_its_own() -> None:
    text = parse(PATH, f"{HEAD}{{reference}} {{emergency_number}}")
    assert text.filled(emergency_number="{reference}", reference="1") in ("1 1", "1 {reference}")
    assert text.filled(reference="1") == "1 {emergency_number}"


def test_a_missing_language_falls_back_to_english_and_a_missing_event_is_said() -> None:
    assert find("acknowledgement", "xx").language == "en"
    assert find("acknowledgement", "../../errors").language == "en"
    with pytest.raises(ApprovedTextError, match="nothing-of-the-kind"):
        find("nothing-of-the-kind", "en")


@pytest.mark.parametrize(
    "event", ["acknowledgement", "emergency-advice", "emergency-support", "emergency-number-unknown"]
)
def test_what_everybody_may_need_exists_in_all_languages(event: str) -> None:
    assert {language for language in LANGUAGES if find(event, language).language == language} == set(LANGUAGES)


@pytest.mark.parametrize("event", ["voice-ask", "voice-received", "voice-emergency", "voice-voicemail"])
def test_what_is_spoken_exists_in_the_languages_of_the_site(event: str) -> None:
    found = [find(event, language, approved_texts.VOICE) for language in SITE_LANGUAGES]
    assert [(text.language, text.channel) for text in found] == [(code, "voice") for code in SITE_LANGUAGES]


def test_every_text_there_is_can_be_read_and_says_whether_it_was_reviewed() -> None:
    texts = approved_texts.all_texts()
    assert len(texts) > 4 * len(LANGUAGES)
    assert all(text.state == "machine-drafted" or text.state.startswith("reviewed by ") for text in texts)
    assert all(text.language in LANGUAGES for text in texts)
