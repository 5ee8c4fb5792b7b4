"""No text, however hostile, makes reading it more than linear work: steps are counted, not seconds."""

from __future__ import annotations

import pytest

from service.understanding import knowledge
from service.understanding.reader import Reader

STEPS_PER_CHARACTER = 85
SHORT, LONG = 2_000, 8_000


def steps(text: str, language: str) -> int:
    """How many steps of terms are tried while a text is read, by those of its language and by English ones."""
    tables = [knowledge.matcher(code).tables for code in {language, knowledge.ENGLISH}]
    before = sum(one.steps for one in tables)
    Reader().read(text, language=language)
    return sum(one.steps for one in tables) - before


@pytest.mark.parametrize(
    ("piece", "language"),
    [
        ("pain ", "en"),
        ("chest pain no ", "en"),
        ("no, ", "en"),
        ("my ", "en"),
        ("cannot ", "en"),
        ("a-", "en"),
        ("a", "en"),
        ("12 345 ", "en"),
        ("fever chemo ", "en"),
        ("胸痛", "zh"),
        ("不能呼吸", "zh"),
        ("و", "ar"),
        ("+1(2", "en"),
        ("a@", "en"),
    ],
)
def test_four_times_the_text_is_about_four_times_the_work(piece: str, language: str) -> None:
    short = steps((piece * SHORT)[:SHORT], language)
    long = steps((piece * LONG)[:LONG], language)
    assert long <= max(4.5 * short, LONG)
    assert long <= STEPS_PER_CHARACTER * LONG
