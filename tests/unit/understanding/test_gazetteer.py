"""What set-up compiles of GeoNames and CLDR: names as people write them, the right city of a name, English names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from service.understanding import knowledge
from service.understanding.facts import gazetteer
from service.understanding.facts.gazetteer import Cities, City

LISTED: list[dict[str, Any]] = [
    {"geonameid": 1, "name": "Asunción", "countrycode": "PY", "population": 1_482_200,
     "alternatenames": ["ASU", "Asuncion", "Paraguay", "asnshn", "Асунсьон", "아순시온"]},
    {"geonameid": 2, "name": "Changchun", "countrycode": "CN", "population": 5_700_000,
     "alternatenames": ["Cancun", "长春", "長春"]},
    {"geonameid": 3, "name": "Cancún", "countrycode": "MX", "population": 888_000, "alternatenames": ["Cancun"]},
    {"geonameid": 4, "name": "Kandahār", "countrycode": "AF", "population": 523_000, "alternatenames": ["قندهار"]},
    {"geonameid": 5, "name": "Village", "countrycode": "AF", "population": 20_000, "alternatenames": []},
    {"geonameid": 6, "name": "Санск", "countrycode": "RU", "population": 120_000,
     "alternatenames": ["Рига", "Ростов-на-Дону"]},
    {"geonameid": 7, "name": "Santa Cruz de la Sierra", "countrycode": "BO", "population": 1_830_000,
     "alternatenames": ["Santa Cruz"]},
    {"geonameid": 8, "name": "Santa Cruz", "countrycode": "PH", "population": 130_000, "alternatenames": []},
]  # fmt: skip


@pytest.fixture(scope="module")
def cities() -> Cities:
    return Cities(gazetteer.compile_trie(LISTED, ("en", "es")))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("asuncion ", City("Asunción", "PY", True)),
        ("асунсьона ", City("Asunción", "PY", True)),
        ("长 春 ", City("Changchun", "CN", True)),
        ("cancun ", City("Cancún", "MX", True)),
        ("santa cruz ", City("Santa Cruz de la Sierra", "BO", True)),
        ("قندهار ", City("Kandahar", "AF", True)),
        ("риге ", City("", "RU", False)),
        ("ростова на дону ", City("", "RU", False)),
    ],
)
def test_names_and_their_first_city(cities: Cities, name: str, found: City) -> None:
    assert cities.named(name)[0][1:] == found[1:]
    assert cities.named(name)[0].name == found.name or not found.name


@pytest.mark.parametrize("name", ["paraguay ", "asu ", "asnshn ", "village ", "아순시온 "])
def test_what_is_no_name(cities: Cities, name: str) -> None:
    assert not cities.named(name)


def test_the_longest_name_is_found(cities: Cities) -> None:
    assert cities.longest(["ростов", "на", "дону", "город"]) == "ростов на дону "
    assert cities.longest(["unknown"]) == ""


def test_what_is_kept_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "BUILT", tmp_path)
    monkeypatch.setattr(gazetteer, "_read", lambda: LISTED)
    (tmp_path / "cities-0.marisa").write_bytes(b"old")
    gazetteer.keep(["en"], tmp_path)
    gazetteer.known.cache_clear()
    try:
        assert gazetteer.known("en").named("cancun ") == [City("Cancún", "MX", True)]
        assert [path.name for path in tmp_path.iterdir()] == [gazetteer.name_of_file()]
    finally:
        gazetteer.known.cache_clear()
        gazetteer._kept.cache_clear()


def test_without_a_file_the_cities_of_cldr_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "BUILT", tmp_path)
    monkeypatch.setattr(gazetteer, "_read", list)
    gazetteer.keep(["en"], tmp_path)
    gazetteer.known.cache_clear()
    try:
        assert gazetteer.known("ru").named("ташкент ") == [City("Tashkent", "UZ", True)]
        assert gazetteer.known("ru").named("nairobi ") == [City("Nairobi", "KE", True)]
    finally:
        gazetteer.known.cache_clear()


def test_what_a_language_calls_a_city_goes_before_other_names_of_it() -> None:
    trie = gazetteer.compile_trie(LISTED, ("en",))
    cities = Cities(trie, {"cancun ": City("Changchun", "CN", True), "dar lbida ": City("Casablanca", "MA", True)})
    assert [city.name for city in cities.named("cancun ")] == ["Changchun", "Cancún"]
    assert cities.begins("dar")
    assert cities.longest(["dar", "lbida", "city"]) == "dar lbida "
    assert not cities.begins("lbida")


def test_every_city_of_the_file_is_one_with_a_country_and_a_name_that_is_no_other_citys() -> None:
    countries = Locale("en").territories
    for language, listed in gazetteer.said().items():
        assert language in knowledge.languages()
        seen: set[str] = set()
        for called, names in listed.items():
            name, country = called.split(", ")
            assert name
            assert country in countries
            keys = [next(iter(gazetteer._said_as(spelt, with_figures=True)), "") for spelt in names]
            assert all(keys), (language, called)
            assert seen.isdisjoint(keys), (language, called)
            seen.update(keys)


@given(st.lists(st.sampled_from(["santa", "cruz", "de", "la", "sierra", "cancun", "长", "春", "nowhere"]), max_size=8))
def test_the_longest_name_is_the_longest_beginning_that_is_a_name(cities: Cities, words: list[str]) -> None:
    beginnings = ("".join(f"{word} " for word in words[:end]) for end in range(len(words), 0, -1))
    assert cities.longest(words) == next(filter(cities.named, beginnings), "")
