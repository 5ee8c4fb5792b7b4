"""Weight, height, medicines, allergies, city and the time of coming, as they are said, and nothing that is not."""

from __future__ import annotations

from typing import Any

import pytest

from service.understanding.reader import Reader

READER = Reader()


def facts(text: str, language: str = "en") -> dict[str, Any]:
    found = dict(READER.read(text, language=language).facts)
    for key, span in found.get("spans", {}).items():
        assert 0 <= span[0] < span[1] <= len(text), key
    return found


@pytest.mark.parametrize(
    ("language", "text", "weight", "height"),
    [
        ("en", "I weigh 142 kg and my height is 1.65", 142, 165),
        ("en", "weight 300 lbs", 136.1, None),
        ("es", "peso 95 kilos y mido 160 cm", 95, 160),
        ("ru", "рост 168 см, вес 94,5 кг", 94.5, 168),
        ("zh", "身高170厘米，体重90公斤", 90, 170),
        ("hi", "वजन ८० किलो", 80, None),
        ("en", "my baby's weight is 3.2 kg", 3.2, None),
        ("en", "lost 40 kg, and the tumour is 6 cm", None, None),
        ("en", "a stone of 12 mm, price 500", None, None),
    ],
)
def test_weight_and_height(language: str, text: str, weight: float | None, height: float | None) -> None:
    found = facts(text, language)
    assert (found.get("weight_kg"), found.get("height_cm")) == (weight, height)


@pytest.mark.parametrize(
    ("language", "text", "medicines", "allergies"),
    [
        ("en", "I take Glucophage and Xarelto", ["metformin", "rivaroxaban"], None),
        ("en", "allergic to penicillin, takes insulin", ["insulin"], ["penicillin"]),
        ("es", "soy alérgica a la penicilina", None, ["penicilina"]),
        ("ru", "аллергия на пенициллин", None, ["пенициллин"]),
        ("zh", "青霉素过敏，吃二甲双胍", ["metformin"], ["青霉素"]),
        ("hi", "पेनिसिलिन से एलर्जी है", None, ["पेनिसिलिन"]),
        ("en", "no known allergy to anything", None, None),
    ],
)
def test_medicines_and_allergies(
    language: str, text: str, medicines: list[str] | None, allergies: list[str] | None
) -> None:
    found = facts(text, language)
    assert (found.get("medicines"), found.get("allergies")) == (medicines, allergies)


@pytest.mark.parametrize(
    ("language", "text", "city", "country"),
    [
        ("en", "We live in Nairobi", "Nairobi", "KE"),
        ("ru", "пишу из Ташкента. Ташкент", "Tashkent", "UZ"),
        ("ar", "نحن من بغداد", "Baghdad", "IQ"),
        ("zh", "我在曼谷", "Bangkok", "TH"),
        ("en", "a male patient", None, None),
        ("en", "my honest opinion", None, None),
    ],
)
def test_a_city_and_its_country(language: str, text: str, city: str | None, country: str | None) -> None:
    found = facts(text, language)
    assert (found.get("city"), found.get("country")) == (city, country)


def test_where_somebody_lives_goes_before_a_country_that_is_named_and_that_before_other_cities() -> None:
    assert facts("I am from Sudan and live in Cairo")["country"] == "EG"
    assert facts("I am from Sudan and was operated in Cairo")["country"] == "SD"


@pytest.mark.parametrize(
    ("language", "text", "travel"),
    [
        ("en", "Can I get an appointment on 12 March 2027?", {"month": 3, "day": 12, "year": 2027}),
        ("de", "Ich hätte gern einen Termin im April", {"month": 4}),
        ("es", "Quiero una cita el 15/03/2027", {"year": 2027, "month": 3, "day": 15}),
        ("en", "an appointment on 03/04/2027", {"year": 2027}),
        ("en", "I may come for an appointment", None),
        ("en", "diagnosed in March 2019", None),
    ],
)
def test_when_somebody_wants_to_come(language: str, text: str, travel: dict[str, int] | None) -> None:
    assert facts(text, language).get("travel") == travel


@pytest.mark.parametrize(
    ("language", "text", "count", "unit"),
    [
        ("en", "platelets 1.5 lakh, hep C", 150_000, None),
        ("ru", "тромбоциты 71 тыс, гепатит", 71_000, None),
        ("ru", "тромбоциты 150 тыс/мкл", 150, "тыс/мкл"),
        ("ar", "الصفائح الدموية ٧٠ ألف", 70_000, None),
        ("fr", "plaquettes 62 000 /mm3, cirrhose", 62_000, "/mm3"),
        ("de", "Thrombozyten 150.000/µl", 150_000, "/µl"),
        ("en", "platelets 212, AST 104", 212, None),
    ],
)
def test_platelets_are_counted_in_thousands(language: str, text: str, count: int, unit: str | None) -> None:
    assert facts(text, language)["labs"]["platelets"] == {"value": count, "unit": unit}


@pytest.mark.parametrize(
    ("language", "text", "city"),
    [
        ("ar-Latn", "jozi 58 sene mn 7alab, mrakkab 3 shabkat", "Aleppo"),
        ("ar-Latn", "salam, khouya ysken f wahran, 3ndo Hb 8,2", "Oran"),
        ("ur", "ہم فیصل آباد کے ہیں، بیٹی کو تھیلیسیمیا ہے", "Faisalabad"),
        ("vi", "Nhà tôi ở TP HCM, thay khớp gối", "Ho Chi Minh City"),
    ],
)
def test_a_city_is_known_by_what_people_of_the_language_call_it(language: str, text: str, city: str) -> None:
    assert facts(text, language)["city"] == city
