"""Ages that nobody calls an age: a number beside a person, or beside the letter for a sex."""

from __future__ import annotations

from typing import Any

import pytest

from service.understanding.reader import Reader

_READER = Reader()


def _facts(text: str, language: str) -> tuple[Any, Any]:
    facts = _READER.read(text, language=language).facts
    return facts.get("age"), facts.get("sex")


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "hernia, price? 48f from Leeds", (48, "female")),
        ("en", "my knee hurts, 44 m, Lagos", (44, "male")),
        ("de", "Geheimratsecken, m34, was kostet das", (34, "male")),
        ("ru", "ж,37,вены на ногах, лазер сколько?", (37, "female")),
        ("fr", "paraplégique, h 27, on peut venir ?", (27, "male")),
        ("tr", "tüp mide istiyorum, 29 kdn", (29, "female")),
        ("ro", "tata 68 insuficiență cardiacă, ce puteți face", (68, "male")),
        ("es", "mi tía 71 parkinson, cuánto cuesta", (71, "female")),
        ("en", "widow, 64 years, cataract", (64, "female")),
        ("hi", "पत्नी को थायराइड कैंसर, 38 साल", (38, "female")),
        ("en", "I'm a truck driver, 46", (46, None)),
        ("de", "46, Architekt, Tennisarm", (46, "male")),
        ("zh", "帮我表弟问一下，他26，强直性脊柱炎七年", (26, "male")),
        ("zh", "婆婆78，公公80，婆婆骨折", (78, "female")),
    ],
)
def test_a_bare_age_is_read(language: str, text: str, told: tuple[int, str]) -> None:
    assert _facts(text, language) == told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ro", "tata 80 kg, artroză la genunchi"),
        ("ro", "tata 2 infarcte, ce puteți face"),
        ("ro", "mama 38 săptămâni însărcinată"),
        ("de", "Haus 34 m vom Meer, Knie schmerzt"),
        ("de", "Sohn mit Zerebralparese, 18 m"),
        ("es", "mi tía 40 % de visión"),
        ("en", "diabetes, 20 years, what can you do"),
        ("en", "BP 120, 80, creatinine 1.2, 46, sugar"),
        ("en", "hair transplant, 46, 48 or 50 grafts a session"),
        ("en", "budget €46, hernia"),
    ],
    ids=[
        *("a weight", "a few of something", "weeks", "metres", "months", "a share", "years of an illness", "values"),
        *("one of several", "money"),
    ],
)
def test_a_number_that_counts_something_is_no_age(language: str, text: str) -> None:
    assert _facts(text, language)[0] is None


@pytest.mark.parametrize("text", ["Pt: Lee, 59/M, hepatitis B", "Dx: carcinoma pT1b, margins free"])
def test_a_patient_or_a_tumour_is_no_prothrombin_time(text: str) -> None:
    assert "labs" not in _READER.read(text, language="en").facts


def test_a_prothrombin_time_is_read() -> None:
    labs = _READER.read("Liver disease, PT 18 s, INR 1.7", language="en").facts["labs"]
    assert labs["pt"]["value"] == 18
