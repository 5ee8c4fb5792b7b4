"""The city is the patient's own: in every script and case, and not a clinic's, a journey's, a relative's or a word."""

from __future__ import annotations

from typing import Any

import pytest

from service.understanding.facts import gazetteer, places
from service.understanding.facts.gazetteer import Cities
from service.understanding.page import Page

LISTED: list[dict[str, Any]] = [
    {
        "geonameid": number,
        "name": name,
        "countrycode": country,
        "population": people,
        "alternatenames": others.split("|"),
    }
    for number, (name, country, people, others) in enumerate(
        [
            ("Istanbul", "TR", 15_000_000, "Стамбул|اسطنبول|İstanbul"),
            ("Lahore", "PK", 13_000_000, "لاہور|LHE|lahwr"),
            ("Delhi", "IN", 11_000_000, "दिल्ली"),
            ("Dhaka", "BD", 10_000_000, "ঢাকা"),
            ("Riyadh", "SA", 7_000_000, "الرياض"),
            ("Jeddah", "SA", 4_700_000, "جدة"),
            ("Hyderabad", "IN", 6_800_000, "Haidarabad"),
            ("Hyderabad", "PK", 1_700_000, ""),
            ("Berlin", "DE", 3_500_000, "برلين|柏林|belin"),
            ("Addis Ababa", "ET", 3_000_000, "አዲስ አበባ"),
            ("Hangzhou", "CN", 9_000_000, "杭州"),
            ("Baotou", "CN", 2_000_000, "包头"),
            ("Köln", "DE", 1_000_000, "Cologne"),
            ("Asunción", "PY", 1_400_000, "Asuncion|Paraguay"),
            ("Nizhniy Novgorod", "RU", 1_200_000, "Нижний Новгород"),
            ("San Jose", "US", 1_000_000, ""),
            ("Tampa", "US", 400_000, ""),
            ("San José", "CR", 335_000, ""),
            ("Rosario", "AR", 1_200_000, ""),
            ("Santiago", "CL", 4_800_000, ""),
            ("Kandahār", "AF", 520_000, "قندهار"),
            ("Herāt", "AF", 570_000, "هرات"),
            ("Karagandy", "KZ", 451_000, "Караганда"),
            ("Kyiv", "UA", 2_800_000, "Київ"),
            ("Nice", "FR", 340_000, ""),
            ("Cork", "IE", 190_000, ""),
            ("Trabzon", "TR", 244_000, ""),
            ("Samarkand", "UZ", 500_000, "Samarqand"),
            ("Manchester", "GB", 395_000, ""),
            ("Surat", "IN", 4_500_000, "सूरत"),
            ("Smallville", "US", 20_000, ""),
        ],
        start=1,
    )
]


@pytest.fixture(autouse=True)
def _cities(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small list in place of the one of all the world, which is there only after set-up."""
    cities = Cities(gazetteer.compile_trie(LISTED, ("en",)))
    monkeypatch.setattr(gazetteer, "known", lambda language: cities)


def city(text: str, language: str) -> tuple[str, str] | None:
    found = places.find_city(Page(text, [language, "en"]))
    return None if found is None else found[:2]


@pytest.mark.parametrize(
    ("language", "text", "name", "country"),
    [
        ("en", "I am a woman, 64, from Cork.", "Cork", "IE"),
        ("en", "hello i live in lahore and need a kidney", "Lahore", "PK"),
        ("en", "I AM FROM LAHORE AND NEED A KIDNEY", "Lahore", "PK"),
        ("en", "I'm from Hyderabad, Pakistan", "Hyderabad", "PK"),
        ("en", "from Delhi, but I live in Berlin now", "Berlin", "DE"),
        ("es", "Escribo desde Asunción, mi hija no oye", "Asunción", "PY"),
        ("en", "PRICE OF A NEW HIP PLS. DAD IS 71. CORK", "Cork", "IE"),
        ("en", "price of a new hip? cork", "Cork", "IE"),
        ("en", "Name: Mary / City: Cork / Age: 58", "Cork", "IE"),
        ("ru", "Возраст: 38 / Страна, город: Казахстан, Караганда / Диабет: нет", "Karaganda", "KZ"),
        ("tr", "babam 57 yaşında, erkek, trabzon", "Trabzon", "TR"),
        ("tr", "trabzondan arıyorum", "Trabzon", "TR"),
        ("tr", "böbrek nakli fiyatı? kadın trabzon. rapor var", "Trabzon", "TR"),
        ("tr", "böbrek nakli, trabzon 0462 000 00 00 beni arayın", "Trabzon", "TR"),
        ("de", "kreuzband kaputt, 54 köln 0221 123456 lieber nachts", "Cologne", "DE"),
        ("en", "rotator cuff tear. Female, Tampa FL. Thanks", "Tampa", "US"),
        ("de", "Hauptstr. 3, 50667 Köln Tel. 0221 123456", "Cologne", "DE"),
        ("es", "Vivo en San José de Costa Rica", "San José", "CR"),
        ("es", "Mi suegra está en Rosario, Argentina", "Rosario", "AR"),
        ("fr", "slt jai 27 ans jhabite berlin", "Berlin", "DE"),
        ("de", "Ich komme aus Köln", "Cologne", "DE"),
        ("ru", "Мама живёт в Караганде", "Karaganda", "KZ"),
        ("ru", "Мы из Нижнего Новгорода", "Nizhny Novgorod", "RU"),
        ("uk", "Пишу з Києва", "Kyiv", "UA"),
        ("tr", "Ben Trabzon'dayım, 71 yaşındayım", "Trabzon", "TR"),
        ("tr", "Trabzondan yazıyorum", "Trabzon", "TR"),
        ("uz", "Samarqandda yashayman", "Samarkand", "UZ"),
        ("ar", "عايش هلق ببرلين وعندي ديسك", "Berlin", "DE"),
        ("ar", "جدتي ساكنة في جدة", "Jeddah", "SA"),
        ("fa", "پدربزرگم نود سالشه، قندهاره", "Kandahar", "AF"),
        ("fa", "اهل هراتیم، توی بیمارستانه", "Herat", "AF"),
        ("hi", "मैं सूरत में रहती हूँ", "Surat", "IN"),
        ("ur", "میں لاہور سے ہوں", "Lahore", "PK"),
        ("bn", "আমি ঢাকায় থাকি", "Dhaka", "BD"),
        ("zh", "近视激光多少钱？杭州的", "Hangzhou", "CN"),
        ("am", "ከአዲስ አበባ ነው የምጽፈው", "Addis Ababa", "ET"),
        ("es", "lo vieron en Berlin pero nosotros somos de Delhi", "Delhi", "IN"),
        ("ru", "я из Стамбула, но живу в Караганде", "Karaganda", "KZ"),
        ("ru", "Живу под Карагандой", "Karaganda", "KZ"),
        ("en", "Hernia. Rosario, Argentina", "Rosario", "AR"),
    ],
)
def test_the_city_of_the_patient(language: str, text: str, name: str, country: str) -> None:
    assert city(text, language) == (name, country)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My uncle in Manchester recommended you."),
        ("en", "Is your clinic in Istanbul open on Sundays?"),
        ("en", "I want to book flights to Istanbul"),
        ("en", "I was told so at Riyadh Hospital"),
        ("en", "Nice to meet you"),
        ("en", "My son Santiago has a fever"),
        ("en", "the small print of Cork says so"),
        ("tr", "ben onu trabzon diye duydum"),
        ("de", "wir essen köln. was kostet die op?"),
        ("es", "PRECIO DE UNA CADERA ROSARIO"),
        ("de", "was kostet eine neue Hüfte? Cork"),
        ("en", "I live in Smallville"),
        ("es", "Me llamo Rosario y tengo fiebre"),
        ("es", "Somos de Paraguay"),
        ("ru", "Хочу прилететь в Стамбул на операцию"),
        ("tr", "İstanbul'a gelmek istiyorum"),
        ("tr", "İstanbul'daki hastanenizde ameliyat olmak istiyorum"),
        ("ar", "أريد السفر إلى اسطنبول للعلاج"),
        ("ar", "جدة مريضة"),
        ("hi", "मेरे चेहरे की सूरत खराब हो गई"),
        ("zh", "身上起大包，头晕心慌"),
        ("zh", "我想去柏林看病"),
    ],
)
def test_what_is_no_city_of_the_patient(language: str, text: str) -> None:
    assert city(text, language) is None


@pytest.mark.parametrize(
    ("text", "who", "name"),
    [
        ("I live in Berlin, my mother (72) lives in Lahore", "mother", "Lahore"),
        ("I live in Berlin, my mother in Lahore needs a knee", "mother", "Lahore"),
        ("my mother was seen by a doctor in Delhi, we live in Lahore", "mother", "Lahore"),
        ("my father was operated in Istanbul last year, we live in Delhi", "father", "Delhi"),
        ("I live in Berlin, my mother in Lahore sends her love", "self", "Berlin"),
    ],
)
def test_where_the_patient_lives_goes_before_where_the_writer_does(text: str, who: str, name: str) -> None:
    found = places.find_city(Page(text, ["en"]), who)
    assert found is not None
    assert found.name == name


def test_a_relative_who_is_to_be_called_lives_elsewhere() -> None:
    assert city("My sister in Delhi speaks English, call her. I am in Lahore.", "en") == ("Lahore", "PK")


@pytest.mark.parametrize("piece", ["Berlin ", "in Berlin, ", "从杭州", "New ", "ب"])
def test_no_more_names_are_weighed_than_a_letter_holds(piece: str) -> None:
    page = Page(piece * 3000, ["en"])
    assert len(list(places._names(page))) <= places._MOST_CITIES
