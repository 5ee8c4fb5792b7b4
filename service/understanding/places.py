"""Reads cities, by the names that Unicode's CLDR has in every language for the city of each time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from service.understanding import cldr
from service.understanding.page import Page
from service.understanding.words import is_han, split

_MOST_WORDS: Final = 2000
_SHORTEST: Final = 3
_EVERYDAY: Final = frozenset(("male", "nome", "center", "easter", "bay", "vincent", "midway", "wake", "troll"))
"""Cities that are words."""

Table = Mapping[str, list[tuple[tuple[str, ...], str, str]]]
City = tuple[str, str, tuple[int, int]]
"""Its English name, its country (ISO 3166-1 alpha-2), and from which word to which it stands."""


def find_city(page: Page) -> City | None:
    """The first city that a text names; where letters have capitals it must begin with one."""
    words = page.words.words[:_MOST_WORDS]
    for known in _tables(page.leaves[0].language):
        for start in [index for index, word in enumerate(words) if word in known]:
            for names, city, country in known[words[start]]:
                end = start + len(names)
                if tuple(words[start:end]) == names and _is_written_as_a_name(page, start):
                    return city, country, (start, end)
    return None


def _is_written_as_a_name(page: Page, index: int) -> bool:
    first = page.text[page.words.source_span(index, index + 1)[0]]
    return not first.islower()


def _tables(language: str) -> Iterator[Table]:
    code = language.removesuffix("-Latn")
    yield _cities(code)
    if code != "en":
        yield _cities("en")


@cache
def _cities(language: str) -> Table:
    """Names in one language, in words, each with the English name and the country, by the first word."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for spelt, name, country in cldr.names(language)["cities"]:
        words = tuple(split(spelt).words)
        if words and (len("".join(words)) >= _SHORTEST or is_han(words[0])) and words[0] not in _EVERYDAY:
            found.setdefault(words[0], []).append((words, name, country))
    return found
