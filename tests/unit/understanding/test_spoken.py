"""What people call out on the telephone: numbers figure by figure, and what they take back at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding import knowledge
from service.understanding.knowledge_files import table
from service.understanding.reader import Reader
from service.understanding.spoken import speech


@pytest.mark.parametrize(
    ("text", "language", "phone"),
    [
        ("you can get me on oh seven seven double oh nine double oh two eight four", "en", None),
        (
            "i live in germany call me on plus four four seven seven double oh nine oh oh one two three",
            "en",
            "+447700900123",
        ),
        (
            "mon numéro c'est le zéro six trente-neuf quatre-vingt-dix-huit douze soixante-dix-sept",
            "fr",
            "+33639981277",
        ),
        ("rufen sie an null drei null zwei drei eins zwei fünf null null acht", "de", "+493023125008"),
        ("мой номер восемь девятьсот двадцать шесть два нуля ноль двенадцать тридцать четыре", "ru", "+79260001234"),
        ("telefonum sıfır beş yüz otuz üç sekiz yüz yirmi bir on iki otuz dört", "tr", "+905338211234"),
        ("我的号码是幺三九零零零零五五七八谢谢", "zh", "+8613900005578"),
        ("mera number nau aath saat chhe paanch double zero ek do teen hai", "hi-Latn", "+919876500123"),
        ("raqamim plyus to'qqiz yuz to'qson sakkiz to'qson nol nol nol ellik besh o'n bir", "uz", "+998900005511"),
    ],
)
def test_a_number_that_is_called_out_is_read(text: str, language: str, phone: str | None) -> None:
    facts = Reader().read(text, language=language).facts
    assert facts.get("phone") == phone


def test_what_is_called_out_is_read_as_of_the_country_that_a_text_names() -> None:
    text = "i live in the united kingdom my number is oh seven seven double oh nine double oh two eight four"
    facts = Reader().read(text, language="en").facts
    assert facts["phone"] == "+447700900284"
    start, end = facts["spans"]["phone"]
    assert text[start:end] == "oh seven seven double oh nine double oh two eight four"


@pytest.mark.parametrize(
    "text",
    [
        "my mother is sixty two and has had diabetes for ten years",
        "invoice four four oh two",
        "between L four and L five",
    ],
)
def test_other_numbers_in_words_are_no_telephone_numbers(text: str) -> None:
    assert "phone" not in Reader().read(text, language="en", country="GB").facts


@pytest.mark.parametrize(
    ("text", "language", "age"),
    [
        ("my mother is 60 no 62 years old", "en", 62),
        ("my mother is sixty, sorry, sixty two years old", "en", 62),
        ("mi hija tiene dieciséis años no diecisiete años", "es", 17),
        ("мне пятьдесят два года нет вру пятьдесят три года", "ru", 53),
        ("ابي عمره اثنين وسبعين سنة لا آسف ثلاثة وسبعين سنة", "ar", 73),
        ("my mother is 62 years old, no diabetes, 2 children", "en", 62),
    ],
)
def test_the_number_that_puts_another_right_counts(text: str, language: str, age: int) -> None:
    assert Reader().read(text, language=language).facts["age"] == age


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("he is sixty no sixty two he has chest pain", "en"),
        ("tiene sesenta no sesenta y dos años tiene dolor de pecho muy fuerte", "es"),
        ("ему шестьдесят нет шестьдесят два сильная боль в груди и задыхается", "ru"),
    ],
)
def test_what_takes_a_number_back_denies_no_danger(text: str, language: str) -> None:
    assert Reader().red_flags(text, language=language)


def test_what_takes_a_number_back_denies_no_illness() -> None:
    reading = Reader().read("my brother he is sixty no sixty two he has a slipped disc, no diabetes", language="en")
    assert [one.code for one in reading.conditions] == ["spine-disc"]
    assert [one.code for one in reading.mentions] == ["diabetes"]


@pytest.mark.parametrize(
    ("text", "language", "who"),
    [
        ("I call for my father no sorry my brother he has a hernia", "en", "brother"),
        ("j'appelle pour mon père non pardon mon oncle il a une hernie", "fr", "uncle"),
        ("my father has a hernia, my brother lives abroad", "en", "father"),
    ],
)
def test_the_person_who_is_named_in_place_of_another_is_the_patient(text: str, language: str, who: str) -> None:
    assert Reader().read(text, language=language).facts["who"] == who


@given(
    st.lists(st.sampled_from(["plus", "double", "oh", "two", "hundred", "sixty", "and", "7", "x", "no"]), max_size=25)
)
def test_whatever_is_called_out_is_a_full_number_or_none(words: list[str]) -> None:
    facts = Reader().read(" ".join(words), language="en", country="GB").facts
    phone = facts.get("phone", "+0000000")
    assert phone.startswith("+") and phone[1:].isdigit() and 7 <= len(phone) <= 16


def test_every_language_that_we_read_has_its_words() -> None:
    assert set(table("spoken.toml")) == knowledge.languages()
    for language in knowledge.languages():
        spoken = speech(language)
        assert spoken.zero and spoken.plus and spoken.corrections, language
