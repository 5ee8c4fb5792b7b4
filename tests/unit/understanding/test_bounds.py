"""No text, however hostile, makes reading it more than linear work: steps are counted, not seconds."""

from __future__ import annotations

import pytest

from service.understanding.reader import Reader
from service.understanding.terms import matching
from service.understanding.terms.patterns import Step
from service.understanding.terms.symbols import Places

STEPS_PER_CHARACTER = 60
SHORT, LONG = 2_000, 8_000


def steps(text: str, language: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many steps of terms are tried while a text is read."""
    count = 0
    take = matching.Scan._take

    def counted(self: matching.Scan, step: Step, places: Places, forward: bool) -> Places:
        nonlocal count
        count += len(places)
        return take(self, step, places, forward)

    with monkeypatch.context() as patch:
        patch.setattr(matching.Scan, "_take", counted)
        Reader().read(text, language=language)
    return count


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
def test_four_times_the_text_is_about_four_times_the_work(
    piece: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = steps((piece * SHORT)[:SHORT], language, monkeypatch)
    long = steps((piece * LONG)[:LONG], language, monkeypatch)
    assert long <= max(4.5 * short, LONG)
    assert long <= STEPS_PER_CHARACTER * LONG
