"""Which writing systems a text uses, counted by letter."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

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
_NO_LETTERS: Final = bytes(point for point in range(128) if not chr(point).isalpha())


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
    if text.isascii():
        found = len(text.encode().translate(None, _NO_LETTERS))
        return Counter({"Latn": found} if found else ())
    letters: Counter[str] = Counter()
    for letter, times in Counter(text).items():
        if letter.isalpha():
            letters[script_of(letter)] += times
    return letters


def only(script: str, text: str) -> str:
    """The text with a space in place of each letter of another script."""
    return text.translate(
        {ord(letter): " " for letter in set(text) if letter.isalpha() and script_of(letter) != script}
    )
