"""Tells words apart that levelling makes equal, in languages where an accent makes another word of one.

Vietnamese "tư vấn" (consult) and "tự vẫn" (kill oneself), Turkish "oluyor" (is) and "ölüyor" (is dying) are the same
without their accents. Where a text writes them, a word must agree in them; where it leaves them out, any word will do.
Of Urdu the two forms of the last letter ya tell a daughter, بیٹی, from a son, بیٹے; in all other words they are left
open, for what a term says of a woman it says of a man, too.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from service.understanding.text.normalise import level

VIETNAMESE: Final = "vi"
TURKISH: Final = "tr"
URDU: Final = "ur"

_FAMILIES: Final = ("ğ", "öü", "ş", "ç")
"""Letters that a keyboard has or lacks together: a German one writes ö and ü, but s for ş and g for ğ."""
_PLAIN: Final = {"ğ": "g", "ö": "o", "ü": "u", "ş": "s", "ç": "c"}
_QUALITIES: Final = frozenset("\u0302\u0306\u031b")  # circumflex, breve, horn: other vowels
_HOOK: Final = "\u0309"
_TONES: Final = {
    **{tone: tone for tone in ("\u0300", "\u0301", _HOOK, "\u0323")},
    "\u0303": _HOOK,  # many say hook and tilde alike, and write one for the other
}
_BARI_YE: Final = "ے"
_DAUGHTERS: Final = frozenset(level(word).text for word in ("بیٹی", "لڑکی"))
_CLEARLY_TONED: Final = 3
"""One word in so many with an accent, and one without is meant so."""

_REMEMBERED_LETTERS: Final = 24


def is_exact(language: str) -> bool:
    """Whether accents make other words in this language."""
    return language in (VIETNAMESE, TURKISH, URDU)


def is_told_apart(word: str, language: str) -> bool:
    """Whether the accents of a word, levelled, may tell it from another one."""
    return word in _DAUGHTERS if language == URDU else is_exact(language)


def spell(word: str, language: str) -> str:
    """A word with the accents that tell it from others, each written in one way: "Hoà" and "hòa" are the same."""
    return _remembered(word, language) if len(word) <= _REMEMBERED_LETTERS else _spell(word, language)


@lru_cache(maxsize=4_000)
def _remembered(word: str, language: str) -> str:
    return _spell(word, language)


def _spell(word: str, language: str) -> str:
    if language == URDU:
        levelled = level(word).text
        return levelled[:-1] + _BARI_YE if word.endswith(_BARI_YE) else levelled
    if language == TURKISH:
        letters = unicodedata.normalize("NFC", word.casefold())
        return "".join(letter if letter in _PLAIN else level(letter).text for letter in letters)
    letters = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(_TONES[letter] for letter in letters if letter in _TONES)
    return (
        "".join(letter if letter in _QUALITIES or letter == "đ" else level(letter).text for letter in letters) + tones
    )


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one text writes its accents: which letters it has to do without, and whether bare words are left open."""

    language: str
    missing: dict[int, str]
    bare_is_open: bool

    def own(self, written: str) -> str | None:
        """A word as somebody wrote it, to be held beside `of_term`; None if it agrees with any, since it is bare."""
        own = spell(written, self.language)
        if self.bare_is_open and own.isascii():
            return None
        return own.translate(self.missing) if self.missing else own

    def of_term(self, spelt: str) -> str:
        """A term's word, which `spell` gave, without the accents that the text has to do without."""
        return spelt.translate(self.missing) if self.missing else spelt


def spelling_of(text: str, language: str) -> Spelling | None:
    """How a text writes its accents; None where that tells nothing."""
    if text.isascii() or not is_exact(language):
        return None
    if language == URDU:  # who has the other letters of these words on a keyboard has both forms of the last one
        return Spelling(language, {}, bare_is_open=False)
    if language == TURKISH:
        return Spelling(language, _missing(unicodedata.normalize("NFC", text.casefold())), bare_is_open=False)
    words = text.split()
    toned = sum(not spell(word, language).isascii() for word in words)
    return Spelling(language, {}, bare_is_open=toned * _CLEARLY_TONED <= len(words))


def _missing(text: str) -> dict[int, str]:
    return _plain("".join(family for family in _FAMILIES if not any(letter in text for letter in family)))


@cache
def _plain(letters: str) -> dict[int, str]:
    return str.maketrans({letter: _PLAIN[letter] for letter in letters})
