"""Which age, sex and length of illness are the patient's, when others are spoken of, too; and telephone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from service.understanding.reader import Reader

READER = Reader()


def facts(text: str, language: str, country: str | None = None) -> Mapping[str, Any]:
    return READER.read(text, language=language, country=country).facts


@pytest.mark.parametrize(
    ("language", "text", "age"),
    [
        ("fr", "J'ai 41 ans et j'écris pour mon père, 74 ans, cancer de la prostate", 74),
        ("ru", "Я пишу за отца. Мне самой 34, ему 71 год, рак простаты", 71),
        ("en", "My mother-in-law in Karachi, 63, has liver cancer", 63),
        ("en", "Diabetes, 64, female, from Cork", 64),
        ("ru", "Мама (58) в Тбилиси, у неё узел щитовидки", 58),
        ("ru", "Гепатит С. Мужчина, 41. Можно ли вылечиться?", 41),
        ("es", "La niña tiene 11 años, es mi hija, epilepsia", 11),
        ("vi", "bệnh thận giai đoạn 4, bà 70 tuổi", 70),
    ],
)
def test_the_age_is_the_patients(language: str, text: str, age: int) -> None:
    assert facts(text, language)["age"] == age


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "أمي تغسل كلى. أنا المتبرع عمري 30 سنة"),
        ("en", "My mother needs a kidney. I am 30 years old and would give one"),
        ("en", "My knee, 5, hurts"),
        ("en", "My mother takes 5 pills, 3 in the morning"),
    ],
)
def test_somebody_elses_age_is_not_the_patients(language: str, text: str) -> None:
    assert "age" not in facts(text, language)


@pytest.mark.parametrize(
    ("language", "text", "sex"),
    [
        ("es", "Mi hija tiene escoliosis. Su hermano tiene 15", "female"),
        ("en", "I'm 29 and have fibroids", "female"),
        ("en", "He asks: my father has an enlarged prostate", "male"),
        ("es", "Próstata agrandada de 90 gramos, ¿operan con láser?", "male"),
        ("en", "I'm 29, fibroids were ruled out, it is piles", None),
        ("en", "Our baby was well all through the pregnancy. Now he needs heart surgery", None),
        ("en", "Male, 52, hernia", "male"),
        ("ur", "میری بیٹی 8 سال کی ہے اسے تھیلیسیمیا ہے", "female"),
        ("ur", "میرے بیٹے کو مرگی ہے", "male"),
        ("ru", "Болею псориазом, сама из Минска", "female"),
        ("hi", "मुझे गठिया है, मैं दवा लेती हूँ", "female"),
        ("fr", "Mon mari m'accompagne, j'ai une arthrose du genou", None),
    ],
)
def test_the_sex_is_the_patients(language: str, text: str, sex: str | None) -> None:
    found = facts(text, language)
    assert found.get("sex") == sex or (found.get("who"), sex) == ("husband", None)


@pytest.mark.parametrize(
    ("language", "text", "who", "age"),
    [
        ("en", "I'm a 36-year-old woman, my husband is 44. What's the price of one IVF cycle?", "self", 36),
        ("it", "Ho 42 anni e il mio compagno 47. Ovodonazione: prezzo tutto compreso?", "self", 42),
        ("ru", "Мне 38, мужу 41, два неудачных ЭКО", "self", 38),
        ("fr", "Moi 34 ans, mon mari a une azoospermie, on veut une FIV", "husband", None),
        ("en", "My wife is 34 and I am 40, we want IVF", "wife", 34),
        ("en", "I am 41. My husband is 44 and has a hernia", "husband", 44),
    ],
)
def test_of_a_couple_that_wishes_for_a_child_the_writer_is_the_patient(
    language: str, text: str, who: str, age: int | None
) -> None:
    found = facts(text, language)
    assert found.get("who", "self") == who
    assert found.get("age") == age


@pytest.mark.parametrize(
    ("language", "text", "who", "age"),
    [
        ("en", "Enlarged prostate, 90 grams. My father had cancer at 80. I am 67.", "self", 67),
        ("ru", "Кератоконус на обоих глазах. Брату 26. Мне 23", "self", 23),
        ("es", "Tengo 61 años y próstata grande. Los papeles los manda mi hijo.", "self", 61),
        ("en", "A bypass, how much? I am 34, my father 66", "father", 66),
        ("en", "My father has an enlarged prostate. My brother had none. I am 34", "father", None),
    ],
)
def test_who_is_named_only_behind_the_illness_of_a_writer_is_not_the_patient(
    language: str, text: str, who: str, age: int | None
) -> None:
    found = facts(text, language)
    assert (found["who"], found.get("age")) == (who, age)


@pytest.mark.parametrize(
    ("language", "text", "duration"),
    [
        ("fr", "Mariés depuis 10 ans. On essaie depuis 4 ans d'avoir un enfant", {"value": 4, "unit": "years"}),
        ("tr", "10 yıllık evliyiz. 3 yıldır tedavi görüyoruz, çocuğumuz olmadı", {"value": 3, "unit": "years"}),
        ("en", "Knee pain for 5 years", {"value": 5, "unit": "years"}),
        ("en", "Married for 12 years, no child", None),
    ],
)
def test_years_of_marriage_are_not_the_illness(language: str, text: str, duration: dict[str, Any] | None) -> None:
    assert facts(text, language).get("duration") == duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("My father's heart valve is too narrow. Since yesterday he cannot breathe lying down.", None),
        ("He has had psoriasis for 9 years. Since yesterday he cannot breathe.", {"value": 9, "unit": "years"}),
        ("Since yesterday he cannot breathe.", {"value": 1, "unit": "days"}),
        ("Kidney stones since yesterday, what does it cost?", {"value": 1, "unit": "days"}),
    ],
)
def test_since_when_there_is_danger_is_not_how_long_the_illness_lasts(
    text: str, duration: dict[str, Any] | None
) -> None:
    assert facts(text, "en").get("duration") == duration


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("My knee hurts for a year and a half", 1.5, "years"),
        ("I have had a cough for a fortnight", 2, "weeks"),
        ("My back hurts since last night", 1, "days"),
        ("I have coughed for two weeks", 2, "weeks"),
    ],
)
def test_a_length_of_time_may_be_told_without_a_number(text: str, value: float, unit: str) -> None:
    assert facts(text, "en")["duration"] == {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("language", "text", "country", "phone"),
    [
        ("en", "I live in Germany, call 030 23125 417", None, "+493023125417"),
        ("en", "I live in Berlin, call 030 23125 417", None, "+493023125417"),
        ("en", "I live in Germany, call 030 23125 417", "KE", "+493023125417"),
        ("en", "call 030 23125 417. 62 years old", "DE", "+493023125417"),
        ("fr", "j'habite à Toronto, (416) 555-0137", "FR", "+14165550137"),
        ("en", "please call 0712 345 678", None, None),
        ("en", "we are in Canada, call 819-555-0174", None, "+18195550174"),
        ("en", "we live in the USA, call (813) 555-0177", None, "+18135550177"),
        ("zh", "我们住香港，电话5123 4567", None, "+85251234567"),
        ("ru", "Москва, паспорт АБ89161234567", "RU", None),
    ],
)
def test_a_national_number_belongs_to_a_country_of_the_text(
    language: str, text: str, country: str | None, phone: str | None
) -> None:
    assert facts(text, language, country).get("phone") == phone


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("病理发你们，邮箱li_lan@youxiang.example成都", "li_lan@youxiang.example"),
        ("почта:lena.k@post.example, Омск", "lena.k@post.example"),
        ("write to o'neill+x@post.example.", "neill+x@post.example"),
    ],
)
def test_letters_of_other_scripts_may_stand_right_beside_an_address(text: str, email: str) -> None:
    assert facts(text, "en")["email"] == email


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("ro", "am dureri de trei ani și jumătate", 3.5, "years"),
        ("fr", "migraines depuis six mois et demi", 6.5, "months"),
        ("zh", "膝关节疼了三年半", 3.5, "years"),
        ("zh", "膝关节疼了五六年", 6, "years"),
        ("zh", "耳鸣三四个月了", 4, "months"),
        ("fr", "je suis enceinte de 5 mois, douleurs au dos depuis 2 mois", 2, "months"),
        ("vi", "suy thận giai đoạn 4 đã 2 năm", 2, "years"),
        ("de", "Arthrose seit ca. 5 Jahren", 5, "years"),
        ("ru", "рак выявлен 3 мес. назад", 3, "months"),
    ],
)
def test_how_long_the_illness_lasts(language: str, text: str, value: float, unit: str) -> None:
    assert facts(text, language)["duration"] == {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("text", "relation"),
    [("mon bébé a une hernie", "baby"), ("C'est pour mon enfant de 6 ans, épileptique", "child")],
)
def test_a_child_is_no_hint_of_the_wish_for_one(text: str, relation: str) -> None:
    assert facts(text, "fr")["who"] == relation


def test_who_speaks_of_themselves_has_their_own_sex_whoever_they_name() -> None:
    assert facts("io e mio marito proviamo da 3 anni ad avere un figlio, ho 36 anni", "it")["sex"] == "female"
