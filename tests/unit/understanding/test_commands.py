"""`dragoman understand`: a JSON line in, a JSON line out, in order, and never a traceback."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from service.understanding.commands import Languages, Translate, Translated, understand
from service.understanding.reader import Reader


@dataclass(frozen=True)
class Spanish:
    language: str = "es"
    confidence: float = 0.991


def identify(text: str, *, prior: str | None = None) -> Spanish:
    return Spanish()


def candidates(text: str, *, prior: str | None = None) -> Sequence[str]:
    return ("es",)


def run(*lines: str, translate: Translate | None = None) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    code = understand(lines, out, languages=Languages(identify, candidates), translate=translate, reader=Reader())
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_message_is_understood_without_a_translation() -> None:
    code, (answer,) = run(json.dumps({"id": "x1", "text": "Mi madre tiene artritis reumatoide, ¿cuánto cuesta?"}))
    assert code == 0
    assert answer["id"] == "x1"
    assert answer["language"] == "es"
    assert answer["language_confidence"] == 0.99
    assert answer["translation"] is None
    assert answer["condition"] == answer["conditions"][0]["code"] == "rheumatoid-arthritis"
    assert answer["urgency"] == "routine"
    assert answer["red_flags"] == []
    assert answer["intent"] == "cost"


def test_the_translation_is_shown_and_read() -> None:
    def translate(text: str, language: str) -> Translated:
        return Translated("He cannot breathe", "fake", ("number-changed",))

    _, (answer,) = run('{"id": 1, "text": "…"}', translate=translate)
    assert answer["translation"] == {"text": "He cannot breathe", "engine": "fake", "flags": ["number-changed"]}
    assert answer["red_flags"] == ["breathing"]
    assert answer["urgency"] == "emergency"


@pytest.mark.parametrize(
    ("line", "identity", "reason"),
    [
        ("{", None, "not JSON"),
        ("[" * 100_000, None, "not JSON"),
        ("[]", None, "not a JSON object"),
        ('{"id": "a"}', "a", "text is missing"),
        ('{"id": "a", "text": 5}', "a", "text is missing"),
        ('{"id": "a", "text": "x", "country": 5}', "a", "country is not a text"),
        (json.dumps({"id": "a", "text": "x" * 100_001}), "a", "longer than"),
    ],
)
def test_an_unreadable_line_gets_an_error_in_its_place(line: str, identity: str | None, reason: str) -> None:
    code, answers = run('{"id": 0, "text": "hola"}', line, '{"id": 2, "text": ""}')
    assert code == 1
    assert [answer["id"] for answer in answers] == [0, identity, 2]
    assert reason in answers[1]["error"]
