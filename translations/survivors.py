"""What must come through a translation as it is: quantities with their units, dates, codes, and marked names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from translations import digits

_UNITS_FILE: Final = Path(__file__).with_name("units.txt")
_MONTHS_FILE: Final = Path(__file__).with_name("months.txt")
_DOSES: Final = frozenset({"mg", "g", "mcg", "ml", "l"})

_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = r"\d+(?:[.,'\u00a0\u202f]\d+)*"
_BEFORE: Final = "|".join(map(re.escape, ("us$", "usd", "eur", "$", "€", "£", "₹")))
# L4-L5, CA-125, HbA1c, AB/2026-17, 482-719-356: letters and digits together, or digits parted by dashes.
_CODE: Final = re.compile(
    r"(?<![\w-])(?:[a-z]+\d|\d+[a-z]{1,3}\d|[a-z]{1,6}[-/]\d|\d+-\d)[\w/-]*", re.IGNORECASE | re.ASCII
)
_PHONE: Final = re.compile(
    r"(?<![\w.,])(?<!\d[ .\u00a0-])\+?(?:\(\d|\d)[\d() .\u00a0-]{4,21}\d(?![ .\u00a0-]?\d|\w|[.,]\d)"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[ .\u00a0]\d{3})+")
_DATE: Final = re.compile(r"\d{1,4}[.-]\d{1,2}[.-]\d{1,4}")
_TWO_MARKS: Final = re.compile(r"[ .\u00a0-]{2}")
_PHONE_DIGITS: Final = range(7, 16)

_CAPITAL: Final = "A-ZÀ-ÖØ-ÞĂÂÎȘȚŞĞİ"
_CLINICS: Final = "hospital|cl[ií]nica|clinique|h[oô]pital|ospedale|spital|spitalul|clinic|klinik|institut|instituto"
_WRITTEN: Final = rf"(?!(?i:{_CLINICS})\b)[{_CAPITAL}][\w'’-]+"
_NAME: Final = rf"{_WRITTEN}(?:\s+(?:(?:de|del|de la|da|do|dos|di|van|von|bin|al)\s+)?{_WRITTEN}){{0,3}}"
# What stands before the name of a person, or of a clinic.
_INTRODUCED: Final = (
    "me llamo|mi nombre es|se llama|llamado|llamada|je m'appelle|mon nom est|s'appelle|nommé|nommée|me chamo"
    "|meu nome [ée]|se chama|chamado|chamada|mi chiamo|il mio nome [èe]|si chiama|m[ăa] numesc|numele meu este"
    "|se nume[șs]te|my name is|i am called|is called|named|ich hei(?:ß|ss)e|mein name ist|heißt|ad[ıi]m|ismim|nama saya"
    "|jina langu ni|dear|estimado|estimada"
)
_TITLES: Final = (
    "dr|dra|doctor|doctora|doutor|doutora|docteur|dottor|dottoressa|doctorul|domnul|doamna|sr|sra|señor|señora|senhor"
    "|senhora|mme|mlle|monsieur|madame|signor|signora|sig|mr|mrs|ms|miss|herr|frau|prof"
)
_KIN: Final = (
    r"(?:mi|su|mon|ma|mes|meu|minha|mio|mia|my|mein|meine|meu|mea)\s+(?:hij[oa]|herman[oa]|espos[oa]|marido|mujer"
    "|niet[oa]|t[ií][oa]|fils|fille|frère|s(?:oe|œ)ur|mari|femme|filh[oa]|irmão|irmao|irmã|figli[oa]|fratello|sorella"
    "|marito|moglie|son|daughter|brother|sister|husband|wife|sohn|tochter|bruder|schwester|mann|frau)"
)
_MARKED: Final = re.compile(rf"(?<!\w)(?i:{_INTRODUCED}|(?:{_TITLES})\.?|{_KIN},?|{_CLINICS})\s+(?P<name>{_NAME})")


def doses(text: str) -> Counter[tuple[str, str]]:
    """Every number with a unit that medicines are given in, brought to one form: ("2.5", "mg")."""
    return _of(text, are_doses=True)


def measures(text: str) -> Counter[tuple[str, str]]:
    """Every number with another unit or with a currency: ("7.8", "mg/dl"), ("3500", "usd")."""
    return _of(text, are_doses=False)


def dates(text: str, language: str) -> Counter[tuple[str, int]]:
    """Every number at the name of a month, with the month from 1: ("12", 3)."""
    if not _DIGIT.search(text):
        return Counter()
    if language == "zh":
        return Counter(
            (match[2], int(match[1])) for match in re.finditer(r"(\d{1,2})月(\d{1,2})", digits.to_ascii(text))
        )
    pattern = _months().get(language)
    return Counter(_dated(pattern, digits.to_ascii(text))) if pattern else Counter()


def knows_months(language: str) -> bool:
    """Whether `dates` can find any in the language."""
    return language == "zh" or language in _months()


def codes(text: str) -> Counter[str]:
    """References, levels, markers: what is made of letters and digits, or of digits and dashes."""
    if not _DIGIT.search(text):
        return Counter()
    found = (match.group().strip("-/").casefold() for match in _CODE.finditer(digits.to_ascii(text)))
    return Counter(code for code in found if not _unit_glued(code))


def code_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each code that is written in ASCII, as nearly all are."""
    return [match.span() for match in _CODE.finditer(text) if not _unit_glued(match.group().casefold())]


def phones(text: str) -> list[tuple[int, int]]:
    """Start and end of each telephone number."""
    return [match.span() for match in _PHONE.finditer(text) if _is_phone(match.group())]


@lru_cache(maxsize=64)  # what a text marks is kept from the engine, from the glossary, and looked for afterwards
def names(text: str) -> list[tuple[int, int]]:
    """Start and end of each name that the text itself marks as one; in scripts with capitals only."""
    return [match.span("name") for match in _MARKED.finditer(text)]


def lost_names(source_text: str, text: str) -> bool:
    """Whether a word of a marked name does not stand in the translation, accents apart."""
    marked = " ".join(source_text[start:end] for start, end in names(source_text))
    there = set(_bare(text).split())
    return any(word not in there for word in _bare(marked).split() if len(word) > 3)


def _of(text: str, *, are_doses: bool) -> Counter[tuple[str, str]]:
    found = _quantities(text)
    return Counter({one: count for one, count in found.items() if (one[1] in _DOSES) == are_doses}) if found else found


@lru_cache(maxsize=8)  # asked for doses and for other measures of the same text
def _quantities(text: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    if not _DIGIT.search(text):
        return found
    for match in _quantity().finditer(digits.joined(text)):
        unit = _units().get(_level(match["after"] or match["han"] or match["before"] or ""))
        if unit:
            found[digits.canonical(match["number"]), unit] += 1
    return found


def _dated(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int]]:
    for match in pattern.finditer(text):
        month = next(int(name[1:]) for name, value in match.groupdict().items() if value and name.startswith("m"))
        for number in filter(None, (match["day"], match["after"])):
            yield number, month


def _is_phone(number: str) -> bool:
    if _THOUSANDS.fullmatch(number) or _DATE.fullmatch(number) or _TWO_MARKS.search(number):
        return False
    return sum(letter.isdigit() for letter in number) in _PHONE_DIGITS


def _unit_glued(code: str) -> bool:
    """Whether it is a quantity without its blank ("5mg"), which is looked at as one."""
    number = re.match(r"\d+", code)
    return number is not None and _level(code[number.end() :]) in _units()


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[\W_]+", " ", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@lru_cache(maxsize=512)
def _level(unit: str) -> str:
    return unit.casefold().replace(".", "")


def _rows(file: Path) -> Iterator[tuple[str, list[str]]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        head, colon, rest = line.partition(":")
        if colon and not line.startswith("#"):
            yield head, rest.split()


@cache
def _units() -> dict[str, str]:
    """Levelled form to unit."""
    return {_level(form): unit for unit, forms in _rows(_UNITS_FILE) for form in (unit, *forms)}


@cache
def _quantity() -> re.Pattern[str]:
    forms = sorted(map(re.escape, _units()), key=len, reverse=True)
    han = "|".join(form for form in forms if form[0] >= "\u4e00")  # no blank parts it from the next word
    others = "|".join(form for form in forms if form[0] < "\u4e00")
    before = rf"(?:(?<!\w)(?P<before>{_BEFORE})\s?)?"
    return re.compile(
        rf"{before}(?P<number>{_NUMBER})(?:\s?(?P<after>{others})(?![\w/])|\s?(?P<han>{han}))?", re.IGNORECASE
    )


@cache
def _months() -> dict[str, re.Pattern[str]]:
    return {code: _month_pattern(months) for code, months in _rows(_MONTHS_FILE)}


def _month_pattern(months: list[str]) -> re.Pattern[str]:
    names_ = "|".join(
        f"(?P<m{number}>{'|'.join(map(re.escape, forms.split('/')))})" for number, forms in enumerate(months, start=1)
    )
    # Between the number and the month stand at most an ending (1er, 12th, 5.), a small word and a full stop.
    return re.compile(
        rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s(?:of\s|de\s|di\s|d')?)?(?<!\w)(?:{names_})\w{{0,2}}(?!\w)\.?"
        rf"(?:,?\s(?:de\s|del\s|di\s|of\s)?(?P<after>\d{{1,4}}))?",
        re.IGNORECASE,
    )
