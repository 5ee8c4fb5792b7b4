"""Tells sentences in another language than the rest of a message, and words typed in another script than their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from translations import identify, scripts
from translations.languages import UNDETERMINED, find

_SURE: Final = 0.6  # confidence below which a sentence is in its message's language; on parallel texts none is mistaken
_SURE_BY_SCRIPT: Final = 0.5  # the same, where it is not even written in the letters of that language
_FEWEST_LETTERS: Final = 10  # in a sentence that is judged by itself; names and greetings have fewer
_FEWEST_WORDS: Final = 3


def languages(sentences: Sequence[str], source: str) -> list[str]:
    """The language of each sentence of a message in `source`: another one only where that is clear."""
    return [_language(sentence, source) for sentence in sentences]


def is_romanised(text: str, language: str) -> bool:
    """Whether a text in a language of another script is typed in Latin letters."""
    known = find(language)
    if known is None or known.script == "Latn":
        return False
    letters = scripts.count(text)
    return letters["Latn"] > 2 * (letters.total() - letters["Latn"]) and len(text.split()) > 1


def _language(sentence: str, source: str) -> str:
    if identify.fits(sentence, source) or not _is_telling(sentence):
        return source
    found = identify.identify(sentence, prior=source)
    sure = _SURE_BY_SCRIPT if _is_in_other_letters(sentence, source) else _SURE
    return source if found.confidence < sure or found.language == UNDETERMINED else found.language


def _is_in_other_letters(sentence: str, language: str) -> bool:
    known = find(language)
    return known is not None and not scripts.count(sentence)[{"Hans": "Hani"}.get(known.script, known.script)]


def _is_telling(sentence: str) -> bool:
    """Names, places and single words say nothing about the language of the sentence that they are."""
    letters = scripts.count(sentence)
    if letters["Hani"] >= _FEWEST_WORDS:
        return True
    return letters.total() >= _FEWEST_LETTERS and len(sentence.split()) >= _FEWEST_WORDS
