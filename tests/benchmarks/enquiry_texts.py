"""Enquiries for measuring translation: written as patients write, each with the English terms it must come out with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "cases" / "glossary"
_END: Final = re.compile(r"(?<=[\w)])(?=\s?[.?!](?:\s|$)|\s*$)")


@dataclass(frozen=True)
class Case:
    """An enquiry, and what its translation must hold: for each term the forms of which one is enough."""

    text: str
    expected: tuple[tuple[str, ...], ...]

    def found(self, translation: str) -> list[bool]:
        """For each expected term whether the translation says it."""
        said = translation.casefold()
        return [any(form.casefold() in said for form in forms) for forms in self.expected]


def cases(language: str) -> list[Case]:
    lines = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Case(text, tuple(tuple(term.split("/")) for term in expected.split("|"))) for text, expected in rows]


def languages() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.tsv"))


def many(language: str, count: int) -> list[str]:
    """Enquiries as they are, over and over, each sentence numbered, so that remembering sentences gains nothing."""
    texts = [case.text for case in cases(language)]
    return [_END.sub(f" {number}", texts[number % len(texts)]) for number in range(count)]
