"""The countries of the world as CLDR names them, for those that a language's knowledge file does not list.

The file has the words of people: adjectives, old names, cases. Most countries nobody has written into it, and a patient
may come from any.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from service.understanding import cldr
from service.understanding.terms.elements import Term
from service.understanding.terms.parsing import parse

_LEFT_OUT: Final = frozenset(
    (
        *("ML", "TD", "TG", "TO", "JE", "GN", "DM", "ST", "NU", "NR", "GD", "MC", "PW"),
        *("AC", "AQ", "BV", "CC", "CP", "CQ", "CX", "DG", "EA", "EU", "EZ", "GG", "GS", "HM", "IC", "IM", "IO"),
        *("QO", "TA", "TF", "UM", "UN", "XA", "XB"),
    )
)
"""Words, names or cities in many languages (Mali, Chad, Guinea, Grenada), and places where no patient lives."""
_OTHER_WORDS: Final = frozenset(
    (
        *("anguila", "anguilla", "camarões", "guadalupa", "guadalupe", "mauricio", "maurício", "montserrat"),
        *("reunion", "reunião", "riunione", "réunion", "salvador"),
    )
)
"""Names of countries that are words or first names in the language itself: eel, shrimps, a meeting."""
_FEWEST_LETTERS: Final = 5
"""A shorter name may be another word: شام is Syria, and evening; Áo is Austria, and a shirt."""
_FEWEST_SIGNS: Final = {"zh": 3, "am": 4}
_INFLECTED: Final = {"ru": "аеёийоуыьэюя", "uk": "аеєиіїйоуьюя", "tr": "", "uz": "", "bn": ""}
"""Languages that put endings to a name, and with which letters at its end they do it in place of."""


def terms(language: str, listed: Container[str | None]) -> Iterator[tuple[Term, str]]:
    """A term for each country that is not listed yet, with its code (ISO 3166-1 alpha-2); none for Arabic and the like
    in Latin letters.
    """
    fewest = _FEWEST_SIGNS.get(language, _FEWEST_LETTERS)
    for code, name in sorted(cldr.countries(language).items()):
        is_other = code in _LEFT_OUT or name.casefold() in _OTHER_WORDS
        if code not in listed and not is_other and len(name) >= fewest and name.replace(" ", "").isalpha():
            yield parse(_with_endings(language, name), language), code


def _with_endings(language: str, name: str) -> str:
    dropped = _INFLECTED.get(language)
    if dropped is None or " " in name:
        return name
    stem = name.rstrip(dropped) if dropped else name
    return f"{stem}*" if len(stem) >= _FEWEST_LETTERS else name
