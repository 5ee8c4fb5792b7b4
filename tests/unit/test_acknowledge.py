"""What the sender is told at once, in every language, and in an emergency before anything else."""

from __future__ import annotations

import csv
import dataclasses
import re
from functools import partial
from pathlib import Path

import pytest

from service.channels import twilio_messaging
from service.enquiries import acknowledge, approved_texts
from service.enquiries.acknowledge import Receipt
from translations.languages import LANGUAGES, SITE_LANGUAGES

REFERENCE = "482-719-356"
SITE = "https://clinic.example"
ROUTINE = Receipt("e", "m", REFERENCE, "en", "routine", (), "GB", repeated=False)
EMERGENCY = dataclasses.replace(ROUTINE, urgency="emergency", red_flags=("breathing",))
FLAGS = [("breathing",), ("suicide",), ("abuse",), ("breathing", "suicide"), ("explicit",), ("explicit", "suicide")]


def find(event: str, language: str, channel: str = approved_texts.COMMON) -> str:
    return approved_texts.find(event, language, channel).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_hears_that_its_message_is_safe_and_its_reference(language: str) -> None:
    text = acknowledge.written(dataclasses.replace(ROUTINE, language=language), SITE)
    assert REFERENCE in text
    assert not re.search(r"[{}]", text)
    assert approved_texts.find("acknowledgement", language).language == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("country", ["GB", None, "XX"])
def test_every_language_has_its_emergency_advice_first(
    language: str, flags: tuple[str, ...], country: str | None
) -> None:
    receipt = dataclasses.replace(EMERGENCY, language=language, red_flags=flags, country=country)
    advice = acknowledge.advice(receipt)
    text = acknowledge.written(receipt, SITE)
    assert advice[0][0] == language
    assert text.startswith(advice[0][1])
    assert text.endswith(acknowledge.acknowledgement(receipt))
    assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flags", FLAGS)
def test_nothing_of_the_answer_is_cut_off_in_a_text_message(language: str, flags: tuple[str, ...]) -> None:
    receipt = dataclasses.replace(EMERGENCY, language=language, red_flags=flags, country=None)
    text = acknowledge.written(receipt, SITE)
    assert len(text) <= twilio_messaging.MAX_ANSWER
    assert REFERENCE in twilio_messaging.answer(text)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_language_of_the_site_is_spoken_in_full(language: str) -> None:
    for receipt in (ROUTINE, EMERGENCY, dataclasses.replace(EMERGENCY, red_flags=("suicide",))):
        parts = acknowledge.spoken(dataclasses.replace(receipt, language=language))
        assert all(part.language in LANGUAGES and part.text.strip() for part in parts)
        assert not any(re.search(r"[{}]", part.text) for part in parts)
        assert acknowledge.spelt(REFERENCE) in parts[-1].text


def _says(is_so: bool, text: approved_texts.ApprovedText) -> bool:
    return is_so


def test_advice_that_nobody_has_reviewed_goes_out_with_the_english_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = dataclasses.replace(EMERGENCY, language="es")
    for reviewed, expected in ((False, ["es", "en"]), (True, ["es"])):
        monkeypatch.setattr(approved_texts.ApprovedText, "reviewed", property(partial(_says, reviewed)))
        assert [language for language, _ in acknowledge.advice(receipt)] == expected
        assert [part.language for part in acknowledge.spoken(receipt)][:-1] == expected


def test_english_advice_is_not_said_twice() -> None:
    assert [language for language, _ in acknowledge.advice(EMERGENCY)] == ["en"]


@pytest.mark.parametrize(
    ("flags", "events"),
    [
        (("breathing",), ["emergency-advice"]),
        ((), ["emergency-advice"]),
        (("explicit",), ["emergency-advice"]),
        (("suicide",), ["emergency-support"]),
        (("abuse", "explicit"), ["emergency-support"]),
        (("suicide", "stroke"), ["emergency-advice", "emergency-support"]),
    ],
)
def test_somebody_in_despair_is_given_the_words_of_support(flags: tuple[str, ...], events: list[str]) -> None:
    receipt = dataclasses.replace(EMERGENCY, red_flags=flags)
    number = acknowledge.emergency_number("GB", "en")
    expected = [find(event, "en").replace("{emergency_number}", number) for event in events]
    assert [text.replace(REFERENCE, "{reference}") for _, text in acknowledge.advice(receipt)] == expected


@pytest.mark.parametrize("urgency", ["routine", "urgent"])
def test_only_an_emergency_is_told_to_call_for_help(urgency: str) -> None:
    receipt = dataclasses.replace(ROUTINE, urgency=urgency, red_flags=("fever",))
    assert acknowledge.advice(receipt) == []
    assert acknowledge.written(receipt, SITE) == acknowledge.acknowledgement(receipt)
    assert len(acknowledge.spoken(receipt)) == 1


def test_the_number_to_call_is_the_countrys_or_said_in_words() -> None:
    assert acknowledge.emergency_number("GB", "en") == "999"
    for unknown in (None, "", "XX"):
        assert acknowledge.emergency_number(unknown, "fr") == find("emergency-number-unknown", "fr")


def test_every_emergency_number_is_a_number_of_a_country() -> None:
    path = Path(acknowledge.__file__).parent / "emergency_numbers.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert len({row["country"] for row in rows}) == len(rows) > 50
    assert all(re.fullmatch("[A-Z]{2}", row["country"]) and re.fullmatch(r"\d{2,5}", row["number"]) for row in rows)


def test_a_reference_is_spoken_digit_by_digit() -> None:
    assert acknowledge.spelt(REFERENCE) == "4 8 2, 7 1 9, 3 5 6"
