"""Names of cities, months and countries in every language, from Unicode's CLDR by way of Babel.

Babel keeps all it has read of a language, a megabyte each. So set-up gathers the few names that are needed into a file,
and Babel is asked only where there is none of its version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypedDict

KEPT: Final = Path(__file__).parent / "knowledge" / "compiled" / "cldr.json"

City = tuple[str, str, str]
"""A city as a language writes it, its English name, and its country (ISO 3166-1 alpha-2)."""


class Names(TypedDict):
    """What is known in one language; `months` are written out, as in a date and alone; `countries` are English only."""

    cities: list[City]
    months: dict[str, int]
    countries: dict[str, str]


def names(language: str) -> Names:
    """The names in a language, from set-up's file if it has them."""
    return _kept().get(language) or gather(language)


def keep(languages: Iterable[str], path: Path = KEPT) -> None:
    """Gathers the names in these languages into a file, which fits this version of Babel alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    gathered = {"babel": version("babel"), "names": {language: gather(language) for language in languages}}
    unfinished.write_text(json.dumps(gathered, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(path)


def gather(language: str) -> Names:
    """The names in a language, from Babel."""
    from babel import Locale

    locale: Any = Locale(language)
    months: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        months |= {name: number for number, name in locale.months[context]["wide"].items()}
    return {
        "cities": list(_cities(language)),
        "months": months,
        "countries": dict(locale.territories) if language == "en" else {},
    }


def countries(language: str) -> dict[str, str]:
    """The names of countries in a language, by their codes, from Babel; none in Latin letters for another script."""
    from babel import Locale, UnknownLocaleError

    try:
        territories: dict[str, str] = dict(Locale(language).territories)
    except (UnknownLocaleError, ValueError):
        return {}
    return {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}


def _cities(language: str) -> Iterator[City]:
    """The cities of the time zones."""
    from babel import Locale
    from babel.core import get_global

    own, english = Locale(language).time_zones, Locale("en").time_zones
    for zone, country in get_global("zone_territories").items():
        name = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        if "/" not in zone or country == "001":
            continue
        for spelt in (own.get(zone, {}).get("city"), name if language == "en" else None):
            if spelt:
                yield spelt, name, country


@cache
def _kept() -> dict[str, Names]:
    if not KEPT.is_file():
        return {}
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    fitting: dict[str, Names] = kept["names"] if kept["babel"] == version("babel") else {}
    return fitting
