"""Reads numbers in digits, in words and in Chinese characters, so that terms may ask for "a number"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from service.understanding.knowledge import joining_words
from service.understanding.spoken import speech
from service.understanding.terms.matching import Scan
from service.understanding.text.normalise import JOINT

HAN_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_HAN_NUMERALS: Final = frozenset((*HAN_DIGITS, *HAN_UNITS))
_HAN_COUNTED: Final = frozenset("年月周天日岁歲个個礼禮星小分次斤公块塊")
"""Years, months, weeks, days, pounds and the like: what is counted with figures side by side is counted about."""
_A_FEW: Final = (3, 5)
_HUNDRED: Final = 100
_LONGEST: Final = 15
_FIGURES_ARE_LETTERS: Final = "ar-Latn"
_CORRECTED: Final = 6
"""A number that puts another right follows within so many words."""
_ALIKE: Final = 2.5
"""And is not so many times larger or smaller."""
_APOSTROPHES: Final = frozenset("'’‘ʼ`´′＇")
_WIDEST: Final = 3
_LARGEST_OF_A_RANGE: Final = 120
"""What years, months or days are counted to; other numbers side by side are no range."""

Add = Callable[[float, float, bool], float | None]
Spelt = dict[int, tuple[int, float]]
"""Numbers by the word where they begin: the word after them, and the value."""


def parse_digits(text: str) -> float | None:
    """A number as typed: "1,200", "1.200", "37,5", "0.35"; a lone separator before three digits parts thousands."""
    if len(text) > _LONGEST:
        return None
    separators = [char for char in text if char in ".,"]
    if len(separators) > 1 or (separators and _parts_thousands(text)):
        text = _without_thousands(text)
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _parts_thousands(text: str) -> bool:
    whole, fraction = text.replace(",", ".").split(".")
    return len(fraction) == 3 and whole not in ("", "0") and not whole.startswith("0")


def _without_thousands(text: str) -> str:
    last = max(text.rfind("."), text.rfind(","))
    head, separator, tail = text[:last], text[last], text[last + 1 :]
    if separator in head or len(tail) == 3:  # every separator parts thousands
        return text.replace(".", "").replace(",", "")
    return head.replace(".", "").replace(",", "") + "." + tail


def mark_numbers(scan: Scan) -> None:
    """Finds every number in the text, so that {n} stands for it."""
    words = scan.words.words
    found: Spelt = {}
    for index in [index for index, word in enumerate(words) if word[0].isdigit()]:
        if not _is_letter(scan, index) and (value := parse_digits(scan.words.written(index))) is not None:
            found[index] = index + 1, value
    found |= _spelt(scan)
    if not _HAN_NUMERALS.isdisjoint(words):
        han = {start: (end, value) for start, end, value in _han(words)}
        inside = {at for start, (end, _) in han.items() for at in range(start + 1, end)}
        found = {at: one for at, one in found.items() if at not in inside} | han
    for start, (end, value) in _in_ranges(scan, _put_right(scan, found)).items():
        scan.add_number(start, end, value)


def _put_right(scan: Scan, found: Spelt) -> Spelt:
    """The numbers, each that the writer takes back at once with the value that is meant: "ten days, no, nine days".

    Where nothing but that stands between the two they are one number: "she is sixty, no, sixty two years old".
    """
    corrections, right = speech(scan.matcher.language), dict(found)
    for (start, (end, value)), (other, (behind, better)) in pairwise(sorted(found.items())):
        alike = 0 < value <= _ALIKE * better and better <= _ALIKE * value
        if not alike or other - end > _CORRECTED:
            continue
        taken_back_at = corrections.correction(scan.words.words, end, (other,))
        if taken_back_at is not None:
            is_bare = taken_back_at == end
            right[start] = behind if is_bare else end, better
            scan.put_right.update(range(end, other))
            if is_bare:
                del right[other]
    return right


def _in_ranges(scan: Scan, found: Spelt) -> Spelt:
    """The numbers, each that begins a range with its upper end: "for 5-6 months", "depuis 5 ou 6 mois"."""
    words, whole = scan.words, dict(found)
    either = joining_words(scan.matcher.language).either
    for (start, (end, least)), (other, (behind, most)) in pairwise(sorted(found.items())):
        is_joined = other == end + 1 and words.words[end] in either
        if (is_joined or (other == end and _is_hyphen(scan, end))) and 0 < least < most <= min(
            _WIDEST * least, _LARGEST_OF_A_RANGE
        ):
            whole[start] = behind, most
    return whole


def _is_hyphen(scan: Scan, place: int) -> bool:
    """Whether a hyphen stands before a word, and no apostrophe: 5'11 is a height."""
    if scan.words.gaps[place] != JOINT:
        return False
    start, _ = scan.words.source_span(place, place + 1)
    return scan.words.levelled.source[start - 1] not in _APOSTROPHES


def _is_letter(scan: Scan, index: int) -> bool:
    """Whether a figure is a letter of Arabic as people type it: 3omri, sa7."""
    words, gaps = scan.words.words, scan.words.gaps
    if scan.matcher.language != _FIGURES_ARE_LETTERS or len(words[index]) > 1:
        return False
    before = index > 0 and gaps[index] == "" and words[index - 1][-1].isalpha()
    return before or (index + 1 < len(words) and gaps[index + 1] == "" and words[index + 1][0].isalpha())


def _spelt(scan: Scan) -> Spelt:
    single = single_numbers(scan)
    both = joining_words(scan.matcher.language).both if single else frozenset[str]()
    return dict(_composed(single, scan.words.words, both))


def single_numbers(scan: Scan) -> Spelt:
    """The number words of a text, each by itself, the longest at each place."""
    single: Spelt = {}
    for match in scan.find("numbers"):
        if match.start not in single or single[match.start][0] < match.end:
            single[match.start] = (match.end, float(match.pattern.entry.value or 0))
    return single


def _composed(single: Spelt, words: list[str], both: frozenset[str]) -> Iterator[tuple[int, tuple[int, float]]]:
    """Puts neighbours together: sixty two, quarenta e dois, two hundred."""
    taken = 0
    for start in sorted(single):
        if start >= taken:
            taken, value = put_together(single, start, words, both, lambda first, second, _: together(first, second))
            yield start, (taken, value)


def put_together(
    single: Mapping[int, tuple[int, float]], start: int, words: list[str], both: frozenset[str], add: Add
) -> tuple[int, float]:
    """The number that begins at a word, with the neighbours that belong to it: the word behind it, and the value.

    `both` are the words for "and"; `add` gives the whole of two numbers, of which it is told whether such a word joins
    them, or None if each stands by itself.
    """
    end, value = single[start]
    while True:
        is_joined = end < len(words) and words[end] in both
        following = single.get(end + 1 if is_joined else end)
        whole = add(value, following[1], is_joined) if following else None
        if following is None or whole is None:
            return end, value
        end, value = following[0], whole


def together(first: float, second: float) -> float | None:
    """The number that two neighbours name together, None if they name two."""
    if second == _HUNDRED and 1 < first < 10:
        return first * second
    if (first >= 20 and first % 10 == 0 and 0 < second < 10) or (first >= 100 and first % 100 == 0 and second < 100):
        return first + second
    if 0 < first < 10 and second >= 20 and second % 10 == 0 and second < 100:  # two-and-sixty
        return first + second
    return None


def _han(words: list[str]) -> Iterator[tuple[int, int, float]]:
    end = 0
    for index in [index for index, word in enumerate(words) if word in _HAN_NUMERALS]:
        if index >= end:
            end = next((other for other in range(index, len(words)) if words[other] not in _HAN_NUMERALS), len(words))
            chars = words[index:end]
            yield index, end, _han_value(chars[1:] if is_either(chars) and _counts(words, end) else chars)


def is_either(figures: Sequence[str]) -> bool:
    """Whether two figures are either of them: 五六 is five or six, and 三五 a few."""
    if len(figures) != 2 or not HAN_DIGITS.keys() >= set(figures):
        return False
    first, second = map(HAN_DIGITS.__getitem__, figures)
    return 0 < first < 9 and (second == first + 1 or (first, second) == _A_FEW)


def _counts(words: Sequence[str], place: int) -> bool:
    """Whether a Chinese word counts what stands before it."""
    return place < len(words) and words[place] in _HAN_COUNTED


def _han_value(chars: list[str]) -> float:
    if not any(char in HAN_UNITS for char in chars):
        return float("".join(str(HAN_DIGITS[char]) for char in chars)[:12])
    total, digit = 0, 0
    for char in chars:
        if char in HAN_DIGITS:
            digit = HAN_DIGITS[char]
        else:
            total += max(digit, 1) * HAN_UNITS[char]
            digit = 0
    return float(total + digit)
