"""How long a text message is for the provider: its alphabet, its segments, and a cheaper spelling that loses nothing.

Sizes by 3GPP TS 23.038 (GSM 7-bit default alphabet) and TS 23.040 (concatenated messages): 160 characters alone or
153 in each of several with GSM-7, 70 or 67 UTF-16 units with UCS-2.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["GSM-7", "UCS-2"]

#: What the provider takes as one message (Twilio error 21617).
LONGEST: Final = 1600
_SIZES: Final = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€")
#: Typographic signs and the plain ones that say the same.
_PLAIN: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u0060": "'", "\u00b4": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2008": " ", "\t": " ",
        "\u2026": "...", "\u2022": "*", "\u00b7": "*",
        "\u200b": "", "\ufeff": "", "\u00ad": "",
    }
)  # fmt: skip
_SENTENCE: Final = re.compile(r"(?<=[.!?…؟।。！？])\s*|\n+")
_WORD: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Segments:
    """`characters` counts septets for GSM-7 and UTF-16 units for UCS-2."""

    encoding: Encoding
    characters: int
    count: int


def measure(text: str) -> Segments:
    """The segments of a text as it stands; no text has none."""
    encoding: Encoding = "GSM-7" if all(char in _BASIC or char in _EXTENDED for char in text) else "UCS-2"
    length = _septets(text) if encoding == "GSM-7" else _units(text)
    alone, shared = _SIZES[encoding]
    count = 0 if not length else 1 if length <= alone else -(-length // shared)
    return Segments(encoding, length, count)


def economical(text: str) -> str:
    """The text in GSM-7 if only typographic signs stand in the way; as it is if letters would be lost."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return plain if measure(plain).encoding == "GSM-7" else text


def split(text: str, longest: int = LONGEST) -> list[str]:
    """The text in messages of at most `longest` UTF-16 units, parted between sentences, or else between words."""
    parts: list[str] = []
    rest = text.strip()
    while _units(rest) > longest:
        end = _cut(rest, longest)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, longest: int) -> int:
    """Where the first message ends: the last sentence that fits, the last word, or in the middle of a long one."""
    limit = _fitting(text, longest)
    for boundary in (_SENTENCE, _WORD):
        ends = [match.start() for match in boundary.finditer(text, 0, limit) if match.start() > limit // 3]
        if ends:
            return ends[-1]
    return limit


def _fitting(text: str, longest: int) -> int:
    """How many characters fit; what belongs to the one before it (a mark, a joiner) is not parted from it."""
    units = end = 0
    while end < len(text) and units + _units(text[end]) <= longest:
        units += _units(text[end])
        end += 1
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return max(end, 1)


def _septets(text: str) -> int:
    return sum(2 if char in _EXTENDED else 1 for char in text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
