"""Chooses the languages that a text is read in, and says how English may occur among the words of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from service.understanding import knowledge
from service.understanding.knowledge import ENGLISH
from translations import scripts
from translations.languages import UNDETERMINED
from translations.languages import find as find_language

Loan = Literal["same script", "other script", "mixed"]
"""English among words of the same script, of another script, or mixed with a language typed in Latin letters."""

_MOST: Final = 6
#: Of so short a text the language often cannot be told; then it is read in all that it may be in.
_SHORT: Final = 200
ROMANISED: Final = "-Latn"
_SAMPLE: Final = 400
_LAST_LATIN: Final = "\u024f"
_ALMOST_ALL: Final = 0.8


def to_try(text: str, language: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """The languages to read a text in, of those of which anything is known; the first one leads."""
    known = knowledge.languages()
    wanted = dict.fromkeys((*_romanised(text, language, candidates), language, *candidates))
    chosen = tuple(code for code in wanted if code in known)[:_MOST]
    if language == UNDETERMINED and len(text) <= _SHORT:
        return tuple(dict.fromkeys((*chosen, *(code for code in sorted(known) if _shares_script(text, code)))))
    return chosen


def _shares_script(text: str, code: str) -> bool:
    """Whether the language is written in the letters of the text: nobody could tell it from its few words."""
    language = find_language(code.removesuffix(ROMANISED))
    if is_romanised(code) or (language is not None and language.script == "Latn"):
        return _is_latin(text)
    script = {"Hans": "Hani"}.get(language.script, language.script) if language else ""
    return scripts.count(text)[script] > 0


def loan(languages: Sequence[str]) -> Loan | None:
    """How English occurs in a text that another language leads; None where it may be the language of whole parts."""
    leading = languages[0]
    if ENGLISH in languages:
        return "mixed" if is_romanised(leading) else None
    return "same script" if is_written_in_latin(leading) else "other script"


def is_romanised(language: str) -> bool:
    """Whether this is a language typed in Latin letters that has another script."""
    return language.endswith(ROMANISED)


def _romanised(text: str, language: str, candidates: Sequence[str]) -> Iterator[str]:
    """Where a language is typed in Latin letters, its words in that writing lead, and so do what denies and dates."""
    if not is_written_in_latin(language) and _is_latin(text):
        yield from filter(is_romanised, (language + ROMANISED, *candidates[:1]))


def is_written_in_latin(language: str) -> bool:
    """Whether English words do not stand out from a language by their letters."""
    known = find_language(language)
    return is_romanised(language) or (known is not None and known.script == "Latn")


def _is_latin(text: str) -> bool:
    letters = [char for char in text[:_SAMPLE] if char.isalpha()]
    return sum(char <= _LAST_LATIN for char in letters) > _ALMOST_ALL * len(letters)
