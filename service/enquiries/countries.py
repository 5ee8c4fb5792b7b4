"""The countries that a person can come from: ISO 3166-1 codes and their names (CLDR)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

#: Unions, places without a country, and what CLDR keeps for tests.
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@cache
def names(locale: str = "en") -> Mapping[str, str]:
    """Name by code, in a language."""
    found = Locale.parse(locale).territories.items()
    return {code: str(name) for code, name in found if len(code) == 2 and code not in _NO_COUNTRIES}
