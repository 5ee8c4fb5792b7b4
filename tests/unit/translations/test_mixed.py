"""Sentences in another language than their message, and words in another script than their language."""

from __future__ import annotations

import pytest

from translations.mixed import is_romanised, languages


@pytest.mark.parametrize(
    ("sentences", "source", "expected"),
    [
        (["Hola, mi padre está enfermo.", "He has severe chest pain and needs help."], "es", ["es", "en"]),
        (["السلام عليكم والدي مريض", "My father has severe chest pain please help"], "ar", ["ar", "en"]),
        (["Bonjour, ma mère est malade.", "Mi madre tiene mucho dolor en el pecho."], "fr", ["fr", "es"]),
        (["Здравствуйте, мой отец болен.", "Please call me as soon as you can."], "ru", ["ru", "en"]),
    ],
)
def test_a_sentence_in_another_language_is_told(sentences: list[str], source: str, expected: list[str]) -> None:
    assert languages(sentences, source) == expected


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Thanks", "es"),
        ("Dr. John Smith", "ar"),
        ("Hospital Santa María", "fr"),
        ("MRI CT scan", "es"),
        ("ana 3andi waja3 fi sadri", "ar"),
        ("mere papa ko lupus hai", "hi"),
        ("artritis reumatoide", "es"),
        ("cirrosis hepatica child b", "es"),
    ],
)
def test_names_terms_and_what_is_typed_in_latin_letters_belong_to_their_message(sentence: str, source: str) -> None:
    assert languages([sentence], source) == [source]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("ana 3andi waja3", "ar", True),
        ("u menya gryzha", "ru", True),
        ("у меня грыжа, МРТ L4-L5", "ru", False),
        ("u menya", "es", False),
        ("MRI", "ar", False),
        ("", "ar", False),
    ],
)
def test_what_is_typed_in_latin_letters_is_told(text: str, language: str, expected: bool) -> None:
    assert is_romanised(text, language) is expected
