"""Every country is known in every language, but for names that are other words."""

from __future__ import annotations

import pytest

from service.understanding import countries
from service.understanding.reader import Reader

READER = Reader()


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("en", "I write from Argentina, I have a hernia", "AR"),
        ("fr", "J'écris du Danemark pour une hernie", "DK"),
        ("ru", "я из Аргентины, грыжа", "AR"),
        ("uk", "пишу з Болівії, грижа", "BO"),
        ("tr", "Arjantin'den yazıyorum, fıtık", "AR"),
        ("uz", "Argentinadan yozyapman, churra", "AR"),
        ("sw", "niko Ajentina, nina ngiri", "AR"),
        ("vi", "tôi ở Argentina, bị thoát vị", "AR"),
        ("zh", "我在阿根廷，疝气", "AR"),
    ],
)
def test_a_country_that_no_file_lists_is_read(language: str, text: str, country: str) -> None:
    assert READER.read(text, language=language).facts["country"] == country


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "alergia a camarões, tenho hérnia"),
        ("fr", "après la réunion j'ai mal au dos"),
        ("es", "me llamo Mauricio, tengo hernia"),
        ("it", "quanti mali, ho un'ernia"),
        ("vi", "áo rộng, tôi bị thoát vị"),
    ],
)
def test_a_word_that_is_a_country_elsewhere_is_none(language: str, text: str) -> None:
    assert "country" not in READER.read(text, language=language).facts


def test_what_a_file_lists_stays_as_it_is() -> None:
    codes = {code for _, code in countries.terms("fr", {"DK"})}
    assert "DK" not in codes
    assert {"BE", "BR", "KE"} <= codes


def test_of_arabic_in_latin_letters_no_names_are_known() -> None:
    assert not list(countries.terms("ar-Latn", set()))
