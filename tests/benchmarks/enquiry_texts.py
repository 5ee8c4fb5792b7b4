"""Enquiries for measuring translation: the cases of the glossary, and as many made of them as are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "cases" / "glossary"
_ENDS: Final = re.compile(r"([.?!])(?=\s|$)")


@dataclass(frozen=True)
class Case:
    """An enquiry, and the English words of our trade that its translation must hold."""

    text: str
    expected: tuple[str, ...]


def cases(language: str) -> list[Case]:
    lines = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Case(text, tuple(expected.split("|"))) for text, expected in rows]


def languages() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.tsv"))


def many(language: str, count: int) -> list[str]:
    """Enquiries of some forty words, each with sentences of its own, so that remembering sentences gains nothing."""
    texts = [case.text for case in cases(language)]
    return [_joined(texts, number) for number in range(count)]


def _joined(texts: list[str], number: int) -> str:
    places = (number, 3 * number + 1)
    return " ".join(_ENDS.sub(rf", {number}-{k}\1", texts[place % len(texts)]) for k, place in enumerate(places))
