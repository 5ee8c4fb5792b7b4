"""Which translations are not to be trusted."""

from __future__ import annotations

import pytest

from translations.checks import check, low_score, repeats


def denies(text: str, language: str) -> bool | None:
    return {"es": " no " in f" {text.lower()} ", "en": " not " in f" {text.lower()} "}.get(language)


def test_a_faithful_translation_has_no_flag() -> None:
    assert check("Mi padre tiene 62 años.", "My father is 62 years old.", "es", "en", denies=denies) == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [("Tengo 62 años", "I am 26 years old"), ("creatinina 2,3", "creatinine 23"), ("toma 2 pastillas", "takes pills")],
)
def test_a_changed_number_is_seen(source: str, text: str) -> None:
    assert "number-changed" in check(source, text, "es", "en")


@pytest.mark.parametrize(
    ("source", "text", "language"), [("عمره ٦٢ سنة", "He is 62", "ar"), ("मेरी उम्र ६२", "I am 62", "hi")]
)
def test_a_number_in_another_script_is_not_a_change(source: str, text: str, language: str) -> None:
    assert "number-changed" not in check(source, text, language, "en")


def test_a_lost_negation_is_seen_both_ways() -> None:
    assert "negation-lost" in check("no tiene cáncer", "has cancer", "es", "en", denies=denies)
    assert "negation-lost" in check("tiene cáncer", "does not have cancer", "es", "en", denies=denies)


def test_negation_is_not_judged_where_nothing_is_known_of_a_language() -> None:
    assert "negation-lost" not in check("hana saratani", "has cancer", "sw", "en", denies=denies)


def test_words_left_in_their_script_are_seen() -> None:
    assert "untranslated-words" in check("عندي روماتيزم منذ سنة", "I have روماتيزم for a year", "ar", "en")


def test_a_changed_address_is_seen() -> None:
    assert "contact-changed" in check("escriba a ana@mail.example", "write to ana@mall.example", "es", "en")


def test_lengths_out_of_proportion_are_seen() -> None:
    long = "Mi padre tiene un dolor muy fuerte en el pecho desde ayer y no puede respirar bien."
    assert "too-short" in check(long, "My father.", "es", "en")
    assert "too-long" in check(long, long * 4, "es", "en")


def test_chinese_is_expected_to_be_short() -> None:
    english = "My father has had liver cirrhosis for five years and wants stem cell treatment."
    assert check("我父亲患肝硬化五年，想接受干细胞治疗。", english, "zh", "en") == ()


@pytest.mark.parametrize(
    "text", ["pain pain pain pain", "in the chest in the chest in the chest", "a b c d a b c d a b c d"]
)
def test_a_model_gone_astray_is_seen(text: str) -> None:
    assert repeats(text)


@pytest.mark.parametrize("text", ["very, very bad", "2 times a day and 2 times a night", "", "no no no"])
def test_ordinary_repetition_is_not_taken_for_it(text: str) -> None:
    assert not repeats(text)


def test_repetition_in_the_original_is_its_writers() -> None:
    assert "repetition" not in check("help help help help", "ayuda ayuda ayuda ayuda", "en", "es")


def test_a_guess_has_a_low_score() -> None:
    assert low_score(-3.0)
    assert not low_score(-0.3)
    assert not low_score(None)
