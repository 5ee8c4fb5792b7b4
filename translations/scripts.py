"""Which writing systems a text uses, counted by letter."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

from translations.letters import Tally

# First and last code point of the blocks that hold the letters of a script (Unicode, Blocks.txt). Scripts that none of
# our languages is written in are listed so that they can be told from no letters at all.
_RANGES: Final[tuple[tuple[int, int, str], ...]] = (
    (0x0041, 0x024F, "Latn"),
    (0x0250, 0x02AF, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"),
    (0x08A0, 0x08FF, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0DFF, "Indc"),
    (0x0E00, 0x0FFF, "Thai"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1100, 0x11FF, "Hang"),
    (0x1200, 0x139F, "Ethi"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x2D80, 0x2DDF, "Ethi"),
    (0x3040, 0x30FF, "Kana"),
    (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
    (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFC, "Arab"),
    (0x20000, 0x2FA1F, "Hani"),
)
OTHER: Final = "Zyyy"
_SCRIPTS: Final = (*dict.fromkeys(script for _, _, script in _RANGES), OTHER)
_NO_LETTER: Final = len(_SCRIPTS)


@lru_cache(maxsize=8192)
def script_of(letter: str) -> str:
    """The script of one letter as an ISO 15924 code; `OTHER` for what is not in our tables."""
    point = ord(letter)
    for first, last, script in _RANGES:
        if first <= point <= last:
            return script
    return OTHER


def count(text: str) -> Counter[str]:
    """How many letters of each script the text holds; digits, signs and emoji count for none."""
    letters: Counter[str] = Counter()
    for kind, times in _TALLY.count(text):
        if kind != _NO_LETTER:
            letters[_SCRIPTS[kind]] = times
    return letters


def _kind_of(letter: str) -> int:
    return _SCRIPTS.index(script_of(letter)) if letter.isalpha() else _NO_LETTER


_TALLY: Final = Tally(_kind_of)


def only(script: str, text: str) -> str:
    """The text with a space in place of each letter of another script."""
    return text.translate(
        {ord(letter): " " for letter in set(text) if letter.isalpha() and script_of(letter) != script}
    )
