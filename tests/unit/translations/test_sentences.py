"""Cutting texts into sentences loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.languages import LANGUAGES
from translations.sentences import LONGEST, rejoin, split


@given(st.text(max_size=500), st.sampled_from(sorted(LANGUAGES)))
def test_the_pieces_are_the_text(text: str, language: str) -> None:
    pieces = split(text, language)
    assert "".join(piece.text for piece in pieces) == text
    assert rejoin(pieces, [piece.text for piece in pieces if piece.translate]) == text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "Hola Dr. García. ¿Cuánto cuesta? Gracias.", ["Hola Dr. García.", "¿Cuánto cuesta?", "Gracias."]),
        ("zh", "我父亲有肝硬化。治疗费用多少？", ["我父亲有肝硬化。", "治疗费用多少？"]),
        ("hi", "मुझे दर्द है। क्या इलाज है?", ["मुझे दर्द है।", "क्या इलाज है?"]),
        ("en", "one\ntwo\r\n\r\n  three", ["one", "two", "three"]),
    ],
)
def test_sentences_and_lines_are_translated_one_by_one(language: str, text: str, expected: list[str]) -> None:
    assert [piece.text for piece in split(text, language) if piece.translate] == expected


def test_spacing_and_line_breaks_stay() -> None:
    text = "  uno.  dos\n\n\ttres \r\n"
    pieces = split(text, "es")
    assert rejoin(pieces, ["ONE.", "TWO", "THREE"]) == "  ONE.  TWO\n\n\tTHREE \r\n"


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "62", "👍🙏", "...", "x" * 5000, "٦٢"])
def test_what_has_no_words_is_not_translated(text: str) -> None:
    assert not any(piece.translate for piece in split(text, "en"))


def test_addresses_stay_out_of_the_translation() -> None:
    pieces = split("Escriba a ana.b@mail.example o a https://x.example/a_b?c=1 por favor", "es")
    assert [piece.text for piece in pieces if piece.translate] == ["Escriba a", "o a", "por favor"]


@pytest.mark.parametrize(
    ("language", "text"), [("es", "y dolor, fiebre y tos " * 300), ("zh", "疼" * 3000), ("ar", "وجع شديد " * 500)]
)
def test_endless_sentences_are_cut(language: str, text: str) -> None:
    assert max(len(piece.text) for piece in split(text, language)) <= LONGEST


def test_too_few_translations_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rejoin(split("uno. dos.", "es"), ["ONE."])


@pytest.mark.parametrize("phone", ["+44 7700 900123", "٠٧٧٠٠٩٠٠١٢٣", "07700-900-123"])
def test_telephone_numbers_stay_out_of_the_translation(phone: str) -> None:
    pieces = split(f"Llámeme al {phone} por la tarde", "es")
    assert [piece.text for piece in pieces if piece.translate] == ["Llámeme al", "por la tarde"]


@pytest.mark.parametrize(
    ("text", "translated", "expected"),
    [
        ("我疼。多少钱？", ["It hurts.", "How much?"], "It hurts. How much?"),
        ("疼" * 500, ["One", "two"], "One two"),
        ("我疼。多少钱？", ["疼。", "多少？"], "疼。多少？"),
        ("我疼。 多少钱？", ["It hurts.", "How much?"], "It hurts. How much?"),
    ],
)
def test_sentences_of_a_script_without_spaces_do_not_run_together(
    text: str, translated: list[str], expected: str
) -> None:
    assert rejoin(split(text, "zh"), translated) == expected
