"""Numbers are read however they are written."""

from __future__ import annotations

import pytest

from service.understanding.numerals import parse_digits
from service.understanding.reader import Reader


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("68", 68),
        ("37,5", 37.5),
        ("37.5", 37.5),
        ("0.350", 0.35),
        ("1,200", 1200),
        ("1.200,50", 1200.5),
        ("1,200.50", 1200.5),
        ("1.200.300", 1200300),
    ],
)
def test_points_and_commas_are_read_by_what_stands_behind_them(text: str, value: float) -> None:
    assert parse_digits(text) == value


def test_a_number_too_long_to_mean_anything_is_none() -> None:
    assert parse_digits("9" * 400) is None


@pytest.mark.parametrize(
    ("text", "language", "age"),
    [
        ("我父亲六十八岁", "zh", 68),
        ("我妈妈68岁", "zh", 68),
        ("والدتي عمرها ٦٨ سنة", "ar", 68),
        ("मेरी माँ ६८ साल की हैं", "hi", 68),
        ("моей маме шестьдесят два года", "ru", 62),
        ("他十五六岁", "zh", 16),
        ("他五六岁", "zh", 6),
        ("他五十六岁", "zh", 56),
        ("五六十岁", "zh", 60),
    ],
)
def test_ages_are_read_in_every_writing(text: str, language: str, age: int) -> None:
    assert Reader().read(text, language=language).facts.get("age") == age
