"""The same number in another script or notation is the same number."""

from __future__ import annotations

import pytest

from translations.digits import canonical, numbers, regrouped, to_ascii


@pytest.mark.parametrize("text", ["٦٢", "۶۲", "६२", "৬২", "62", "６２"])
def test_digits_of_every_script_are_the_same_number(text: str) -> None:
    assert to_ascii(text) == "62"
    assert numbers(f"x {text} y") == numbers("62")


def test_arabic_marks_inside_numbers_become_ours() -> None:
    assert to_ascii("٢٫٣ ٪") == "2.3 %"


@pytest.mark.parametrize("written", ["1250.5", "1,250.5", "1.250,5", "1 250,5", "1\u202f250.5", "١٬٢٥٠٫٥", "1'250.50"])
def test_thousands_and_decimals_in_any_notation_are_the_same_number(written: str) -> None:
    assert list(numbers(written)) == ["1250.5"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2,3", "2.3"),
        ("2.30", "2.3"),
        ("0,125", "0.125"),
        ("12,50,000", "1250000"),
        ("007", "7"),
        ("12.05.2026", "12.05.2026"),
    ],
)
def test_single_numbers(written: str, meant: str) -> None:
    assert canonical(written) == meant


def test_dates_and_times_stay_as_they_are() -> None:
    assert set(numbers("on 12/05 at 10:30")) == {"12/05", "10:30"}


def test_each_number_counts_as_often_as_it_is_said() -> None:
    assert numbers("2 of 2") == {"2": 2}
    assert numbers("2 of 3") != numbers("2 of 2")


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("platelets 45.000, price 1.250.000", "es", "en", "platelets 45,000, price 1,250,000"),
        ("cuesta 45,000 euros", "en", "es", "cuesta 45 000 euros"),
        ("haemoglobin 7,1", "es", "en", "haemoglobin 7,1"),
        ("on 12.03.2026 at 10.30, v1.200, 0.125", "es", "en", "on 12.03.2026 at 10.30, v1.200, 0.125"),
        ("45,000 rupees", "en", "hi", "45,000 rupees"),
        ("1.250 mg", "ar", "en", "1.250 mg"),
    ],
)
def test_thousands_are_marked_as_the_reader_understands_them(
    text: str, source: str, target: str, expected: str
) -> None:
    assert regrouped(text, source, target) == expected
    assert numbers(regrouped(text, source, target)) == numbers(text)
