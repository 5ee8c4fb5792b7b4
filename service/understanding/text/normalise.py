"""Levels text so that the same word, however typed, is the same characters, and remembers where each one came from."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from service.understanding.text.levelling import Leveller

JOINT: Final = "'"
"""Stands for every apostrophe, hyphen and zero-width non-joiner: words on both sides may also be written as one."""

_TRADITIONAL: Final = Path(__file__).parent.parent / "knowledge" / "traditional-chinese.txt"

_JOINTS: Final = frozenset("'’‘ʼʻʹ`´′＇ꞌ-‐‑‒–—−־")
_DROPPED: Final = frozenset(
    "ـ\u00ad\u200bء\u0981"
)  # tatweel, soft hyphen, zero-width space, lone hamza, bn chandrabindu
_NON_JOINER: Final = "\u200c"
_PUNCTUATION: Final = {
    "،": ",",
    "؛": ";",
    "؟": "?",
    "۔": ".",
    "।": ".",
    "॥": ".",
    "。": ".",
    "።": ".",
    "፣": ",",
    "፤": ";",
    "፥": ":",
    "፦": ":",
    "፧": "?",
    "፡": " ",
    "٫": ".",
    "٬": ",",
    "_": " ",
    "¿": " ",
    "¡": " ",
}
_LETTERS: Final = {
    # Latin letters that no decomposition reaches
    **dict(zip("ıøđðłħŋſ", "iodd" + "lhns", strict=True)),
    "æ": "ae",
    "œ": "oe",
    # Arabic script: alef, ya, kaf, ha and ta marbuta, as Arabic, Persian and Urdu keyboards give them
    **dict.fromkeys("آأإٱٲٳ", "ا"),
    **dict.fromkeys("ىیېےئۍۓ", "ي"),
    **dict.fromkeys("کڪګ", "ك"),
    **dict.fromkeys("ةہھەۀۃۂ", "ه"),
    **dict.fromkeys("ؤۆۇۈ", "و"),
    "ں": "ن",
    # Devanagari: the moon with a dot is written as a dot
    "ँ": "ं",
    # Cyrillic and Ukrainian twins
    "ґ": "г",
}
_STRIPPED_MARKS: Final = (
    range(0x0300, 0x0370),  # Latin, Greek and Cyrillic accents
    range(0x0610, 0x061B),
    range(0x064B, 0x0660),  # harakat
    range(0x0670, 0x0671),
    range(0x06D6, 0x06EE),
    range(0x093C, 0x093D),  # nuqta
    range(0x09BC, 0x09BD),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE00, 0xFE10),  # variation selectors
    range(0xFE20, 0xFE30),
)
_ETHIOPIC_TWINS: Final = ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0), (0x1340, 0x1338))


def _ethiopic() -> Iterator[tuple[str, str]]:
    """Letters that Amharic says alike and so spells either way; first and fourth order of ha and a are alike too."""
    for twin, letter in _ETHIOPIC_TWINS:
        for order in range(7):
            yield chr(twin + order), chr(letter + order)
    yield from (("ሃ", "ሀ"), ("ሓ", "ሀ"), ("ኃ", "ሀ"), ("ኣ", "አ"), ("ዓ", "አ"))


@cache
def _letters() -> dict[str, str]:
    return _LETTERS | dict(_ethiopic()) | dict(_traditional())


def _traditional() -> Iterator[tuple[str, str]]:
    for line in _TRADITIONAL.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            traditional, _, simplified = line.partition(" ")
            yield from zip(traditional, simplified, strict=True)


def _level_character(char: str) -> str:
    """What a character becomes by itself; its neighbours have their say when a text is levelled."""
    if char in _JOINTS or char == _NON_JOINER:
        return JOINT
    decomposed = unicodedata.normalize("NFKD", char.casefold()).casefold()
    return "".join(_level_part(part) for part in decomposed)


def _level_part(char: str) -> str:
    if char in _JOINTS:  # parts of ″
        return JOINT
    if char in _DROPPED or any(ord(char) in marks for marks in _STRIPPED_MARKS):
        return ""
    if (known := _letters().get(char) or _PUNCTUATION.get(char)) is not None:
        return known
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    return _level_category(char)


def _level_category(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\n\r\v\f" or category in ("Zl", "Zp"):
        return "\n"
    if char == "\t" or category in ("Zs", "Cs"):
        return " "
    return "" if category in ("Cc", "Cf", "Cn", "Co") else char


@dataclass(frozen=True, slots=True)
class Levelled:
    """`text` is `source` levelled; `offsets[i]` is where in `source` its i-th character came from."""

    source: str
    text: str
    offsets: array[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the source of `text[start:end]`, whole characters with their accents."""
        if self.offsets is None or start >= end:
            return start, end
        last = self.offsets[end - 1] + 1
        while last < len(self.source) and unicodedata.combining(self.source[last]):
            last += 1
        return self.offsets[start], last


_LEVELLER: Final = Leveller(_level_character)


def level(source: str) -> Levelled:
    """Any text, levelled; never raises. Linear in the length of the text."""
    return Levelled(source, *_LEVELLER.level(source))
