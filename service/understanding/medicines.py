"""Reads the medicines that a text names, and what somebody is allergic to, in the patient's own words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Final, cast

from service.understanding.knowledge_files import FOLDER
from service.understanding.matcher import Matcher
from service.understanding.matching import Scan
from service.understanding.page import Page
from service.understanding.patterns import Entry
from service.understanding.reading import Evidence
from service.understanding.terms import parse

_MEDICINES: Final = FOLDER / "medicines.txt"
_ALLERGIES: Final = FOLDER / "allergies.toml"
_MOST_WORDS: Final = 3
_MOST_SIGNS: Final = 4


def find_medicines(page: Page) -> Iterator[tuple[str, Evidence]]:
    """International names, each once, with the words of the text."""
    seen = set()
    for match in Scan(_matcher(), page.words).find("medicines"):
        if match.section not in seen:
            seen.add(match.section)
            yield match.section, page.quote((match.start, match.end))


def find_allergies(page: Page) -> Iterator[Evidence]:
    """What the text says that somebody cannot bear: the few words before or behind the word for allergy."""
    leading = page.leaves[0]
    before, behind = _allergies(leading.language)
    scan = Scan(_allergy_matcher(leading.language), page.words) if before or behind else None
    told = -1
    for match in scan.find("allergies") if scan else ():
        if match.start < told or leading.flag_scopes.is_negated(match):
            continue
        told = match.end
        is_before = match.section == "before"
        span = (told, _end(page, told)) if is_before else (_start(page, match.start), match.start)
        if span[0] < span[1]:
            yield page.quote(span)


def _end(page: Page, start: int) -> int:
    end = start
    while end < len(page.words) and end - start < _MOST_WORDS and _goes_on(page, start, end):
        end += 1
    return end


def _start(page: Page, end: int) -> int:
    start, most = end, _MOST_SIGNS if page.leaves[0].language == "zh" else _MOST_WORDS - 1
    while start > 0 and end - start < most and page.words.sentence_start[start - 1] == page.words.sentence_start[end]:
        if "," in page.words.gaps[start] or "、" in page.words.gaps[start]:
            break
        start -= 1
    return start


def _goes_on(page: Page, start: int, place: int) -> bool:
    same = page.words.sentence_start[place] == page.words.sentence_start[max(start - 1, 0)]
    return same and (place == start or page.words.gaps[place] in (" ", "'", "-"))


@cache
def _allergies(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = cast(dict[str, dict[str, list[str]]], tomllib.loads(_ALLERGIES.read_text(encoding="utf-8")))
    return tuple(table["before"].get(language, ())), tuple(table["behind"].get(language, ()))


@cache
def _allergy_matcher(language: str) -> Matcher:
    before, behind = _allergies(language)
    entries = [("before", term) for term in before] + [("behind", term) for term in behind]
    return Matcher(language, [Entry("allergies", section, parse(term, language)) for section, term in entries])


@cache
def _matcher() -> Matcher:
    return Matcher("mul", list(_entries()))


def _entries() -> Iterator[Entry]:
    section = ""
    for line in _MEDICINES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif line and not line.startswith("#"):
            yield Entry("medicines", section, parse(line))
