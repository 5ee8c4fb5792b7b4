"""What must come through a translation as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations import survivors

MARCH_12 = {("12", 3): 1}


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("toma 2,5 mg", ("2.5", "mg")),
        ("500mg de ibuprofeno", ("500", "mg")),
        ("٥ ملغ يوميا", ("5", "mg")),
        ("५ मिली", ("5", "ml")),
        ("принимает 20 мг", ("20", "mg")),
        ("每天5毫克", ("5", "mg")),
        ("1.000 miligramos", ("1000", "mg")),
    ],
)
def test_a_dose_is_the_same_in_every_language(text: str, dose: tuple[str, str]) -> None:
    assert survivors.doses(text) == {dose: 1}


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("62 kilos", ("62", "kg")),
        ("creatinina 7,8 mg/dl", ("7.8", "mg/dl")),
        ("$ 3.500", ("3500", "usd")),
        ("3500 dólares", ("3500", "usd")),
        ("3 500 USD", ("3500", "usd")),
        ("体重62公斤", ("62", "kg")),
        ("90 %", ("90", "%")),
    ],
)
def test_a_measure_is_the_same_in_every_language(text: str, measure: tuple[str, str]) -> None:
    assert survivors.measures(text) == {measure: 1}


@pytest.mark.parametrize("text", ["3 meses", "7 gatos", "5 litigios", "٥ مليون", "tengo 2 hijos"])
def test_a_word_that_begins_like_a_unit_is_none(text: str) -> None:
    assert not survivors.doses(text)
    assert not survivors.measures(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("el 12 de marzo", "es"),
        ("on March 12", "en"),
        ("the 12 of March", "en"),
        ("on the 12th of March", "en"),
        ("12 марта", "ru"),
        ("3月12日", "zh"),
        ("١٢ مارس", "ar"),
        ("12 Mart'ta", "tr"),
    ],
)
def test_a_date_is_the_same_in_every_language(text: str, language: str) -> None:
    assert survivors.dates(text, language) == MARCH_12


def test_a_month_without_a_number_is_no_date() -> None:
    assert not survivors.dates("you may march", "en")
    assert not survivors.dates("maiores de 60 anos", "pt")


@pytest.mark.parametrize("code", ["L4-L5", "CA-125", "HbA1c", "AB/2026-17", "482-719-356", "T10"])
def test_codes_and_references_are_found(code: str) -> None:
    assert survivors.codes(f"es {code}, sí.") == {code.casefold(): 1}


@pytest.mark.parametrize("text", ["5mg", "12/03/2026", "62", "de-dos", "10:30"])
def test_quantities_and_dates_are_not_codes(text: str) -> None:
    assert not survivors.codes(text)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("llame al +44 7700 900123.", "+44 7700 900123"),
        ("(07700) 900-123", "(07700) 900-123"),
        ("هاتفي ٠٧٧٠٠٩٠٠١٢٣", "٠٧٧٠٠٩٠٠١٢٣"),
    ],
)
def test_telephone_numbers_are_found(text: str, phone: str) -> None:
    assert [text[start:end] for start, end in survivors.phones(text)] == [phone]


@pytest.mark.parametrize("text", ["3 500 000", "12-03-2026", "2026-11-12", "45.000", "123456", "1" * 16])
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert survivors.phones(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hola, me llamo Dolores Blanco y vivo aquí.", ["Dolores Blanco"]),
        ("mi hija Rosa tiene fiebre", ["Rosa"]),
        ("la Dra. Ana de la Cruz del Hospital Santa María", ["Ana de la Cruz", "Santa María"]),
        ("Je m'appelle Pierre Petit", ["Pierre Petit"]),
        ("my name is John", ["John"]),
        ("mi hija tiene fiebre. Rosa es su nombre", []),
    ],
)
def test_names_that_the_text_marks_are_found(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in survivors.names(text)] == names


def test_a_lost_name_is_seen_and_a_kept_one_is_not() -> None:
    assert survivors.lost_names("me llamo Dolores Blanco", "My name is Pains White")
    assert not survivors.lost_names("me llamo José Núñez", "My name is Jose Nunez")


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    survivors.doses(text)
    survivors.measures(text)
    survivors.dates(text, "es")
    survivors.codes(text)
    assert all(text[start:end].strip() for start, end in (*survivors.phones(text), *survivors.names(text)))
