"""Numbers as values, whatever script their digits are written in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile(r"\d+(?:[.,٫٬/:’'\u00a0\u202f]\d+)*")
_BLANK_IN_NUMBER: Final = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_MARK: Final = re.compile(r"(?<=\d)[٫٬،]|٪")
_MARKS: Final = str.maketrans({"٫": ".", "٬": ",", "،": ",", "٪": "%"})


def to_ascii(text: str) -> str:
    """The text with the digits of every script, and Arabic number marks between them, as 0-9 . , %."""
    if text.isascii():
        return text
    plain = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)
    return _MARK.sub(lambda mark: mark.group().translate(_MARKS), plain)


def numbers(text: str) -> Counter[str]:
    """Every number in the text and how often, brought to one form: "١٬٢٥٠٫٥", "1.250,5" and "1 250.5" are "1250.5"."""
    return Counter(map(canonical, _NUMBER.findall(joined(text))))


def joined(text: str) -> str:
    """The text with ASCII digits, and with an apostrophe for the blanks inside its numbers: "45 000" is "45'000"."""
    return _BLANK_IN_NUMBER.sub("'", to_ascii(text))


@lru_cache(maxsize=4096)  # a number is looked at in a text and in its translation
def canonical(number: str) -> str:
    """One number without thousands marks and with a decimal point; dates, times and fractions only lose their marks."""
    parts = re.split(r"[.,’']", number)
    marks = re.findall(r"[.,’']", number)
    if re.search(r"[/:]", number):
        return number
    if _is_grouped(parts, marks):
        return _trim("".join(parts))
    if len(set(marks[:-1])) <= 1 and _is_grouped(parts[:-1], marks[:-1]) and (len(marks) == 1 or marks[-1] != marks[0]):
        return _trim("".join(parts[:-1]) + "." + parts[-1])
    return ".".join(parts)


def _is_grouped(parts: list[str], marks: list[str]) -> bool:
    """Whether the parts are thousands: 1.250, 12,500,000, Indian 12,50,000; a single "0,125" is a decimal."""
    if not marks:
        return True
    first, *rest = parts
    same = len(set(marks)) == 1
    return (
        same
        and first != "0"
        and 1 <= len(first) <= 3
        and len(rest[-1]) == 3
        and all(len(part) in {2, 3} for part in rest)
    )


def _trim(number: str) -> str:
    whole, point, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{point if fraction else ''}{fraction}"


# Languages that write 45.000 or 45 000 where English writes 45,000.
_NO_COMMA: Final = frozenset({"de", "es", "fr", "id", "it", "pt", "ro", "ru", "tr", "uk", "uz", "vi"})
_GROUPS: Final = r"(?<![\w.,/:-])[1-9]\d{{0,2}}(?:{mark}\d{{3}})+(?![\w/:-]|[.,]\d)"
_POINTED: Final = re.compile(_GROUPS.format(mark=r"\."))
_COMMAED: Final = re.compile(_GROUPS.format(mark=","))


def regrouped(text: str, source: str, target: str) -> str:
    """A translation with its thousands marked as the target's readers understand them.

    "45.000" is forty-five to an English reader, and "45,000" to a French one; a blank misleads neither.
    """
    if source in _NO_COMMA and target == "en":
        return _POINTED.sub(lambda number: number.group().replace(".", ","), text)
    if source == "en" and target in _NO_COMMA:
        return _COMMAED.sub(lambda number: number.group().replace(",", " "), text)
    return text
