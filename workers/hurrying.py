"""What is left of a message where somebody types it in haste: letters fail or change places, accents are left out.

The statistical layer learns some of its lessons so, since nobody who is frightened spells as examples are spelt.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]{5,}")
_LAST_ALPHABET: Final = "\u0530"
"""Scripts beyond write syllables or words, or leave vowels out as it is."""
_ONE_IN: Final = 3
"""Of so many long words one is typed wrong."""


def hurried(text: str) -> str:
    """The text with a slip in some of its words, always the same ones."""
    return _WORD.sub(_slip, _without_accents(text))


def _slip(word: re.Match[str]) -> str:
    written = word[0]
    chance = zlib.crc32(f"{word.string}{word.start()}".encode())
    if chance % _ONE_IN or written[0] >= _LAST_ALPHABET:
        return written
    place = 1 + chance // _ONE_IN % (len(written) - 2)
    if chance // 64 % 2:
        return written[:place] + written[place + 1 :]
    return written[:place] + written[place + 1] + written[place] + written[place + 2 :]


def _without_accents(text: str) -> str:
    if max(text, default="") >= "\u2000" or any(letter >= _LAST_ALPHABET for letter in text):
        return text
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))
