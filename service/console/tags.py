"""The `lang` and `dir` of a piece of text, so that screen readers, fonts and line direction are right for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from translations import languages, scripts

# A text in its own script may hold foreign names and abbreviations, so it need not be the most frequent one.
_OWN_SCRIPT_SHARE: Final = 0.3
_CHINESE: Final = {"Hans": "Hani"}
_RIGHT_TO_LEFT: Final = frozenset({"Arab", "Hebr"})
_TAGGED: Final = frozenset({"Latn", "Cyrl", "Arab"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A BCP 47 language tag and a direction."""

    lang: str
    dir: Literal["ltr", "rtl", "auto"]


_UNKNOWN: Final = Tag(languages.UNDETERMINED, "auto")


def of(text: str | None, code: str | None) -> Tag:
    """The tag of a text in a language: Arabic in Latin letters is "ar-Latn" and runs from left to right."""
    language = languages.find(code)
    if language is None:
        return _UNKNOWN
    letters = scripts.count(text or "")
    own = _CHINESE.get(language.script, language.script)
    if not letters or letters[own] >= _OWN_SCRIPT_SHARE * letters.total():
        return Tag(language.code, language.direction)
    script = letters.most_common(1)[0][0]
    if script not in _TAGGED:
        return _UNKNOWN
    return Tag(f"{language.code}-{script}", "rtl" if script in _RIGHT_TO_LEFT else "ltr")
