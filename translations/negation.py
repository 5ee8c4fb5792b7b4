"""Whether a sentence denies: by the small words of denial, which a translation may lose without anybody noticing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from translations.languages import LANGUAGES

_SPACELESS: Final = frozenset({"zh"})
_NOTHING: Final = r"(?!)"
# What words consist of: letters, and the vowel signs of Indian and Arabic script, which count for none.
_LETTER: Final = r"\w\u0900-\u0963\u0966-\u09ff\u064b-\u0652"


@dataclass(frozen=True, slots=True)
class Denials:
    """The words that deny in one language, and the phrases that hold one and deny nothing ("sin embargo")."""

    words: tuple[str, ...]
    apart: tuple[str, ...] = ()


class Negation:
    """Answers for the languages that it was given words of."""

    def __init__(self, denials: Mapping[str, Denials]) -> None:
        self._denying = {code: _pattern(given.words, code) for code, given in denials.items()}
        self._apart = {code: _pattern(given.apart, code) for code, given in denials.items()}

    def __call__(self, text: str, language: str) -> bool | None:
        """True if the text denies something; None where the language's words are not known."""
        if language not in self._denying:
            return None
        # Every kind of apostrophe: don't, don’t, n'est, n’est.
        level = re.sub("[’ʼ‘`´]", "'", text)
        return self._denying[language].search(self._apart[language].sub(" ", level)) is not None


def load(file: Path) -> Negation:
    """Reads lines `code: word word …` and `code apart: phrase | phrase`. Raises ValueError naming a bad one."""
    denials: dict[str, Denials] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        head, colon, given = line.partition(":")
        code, _, kind = head.strip().partition(" ")
        if not colon or code not in LANGUAGES or kind not in {"", "apart"}:
            raise ValueError(f"{file.name}:{number}: expected a language, perhaps “apart”, a colon and words")
        before = denials.get(code, Denials(()))
        words = before.words if kind else (*before.words, *given.split())
        apart = tuple(phrase.strip() for phrase in given.split("|")) if kind else ()
        denials[code] = Denials(words, (*before.apart, *apart))
    return Negation(denials)


def _pattern(words: Iterable[str], code: str) -> re.Pattern[str]:
    """Matches any of the words; `*` in one stands for any letters. In Chinese they stand anywhere."""
    alternatives = "|".join(_spelt(word) for word in sorted(words, key=len, reverse=True)) or _NOTHING
    whole = alternatives if code in _SPACELESS else rf"(?<![{_LETTER}'])(?:{alternatives})(?![{_LETTER}])"
    return re.compile(whole, re.IGNORECASE)


def _spelt(word: str) -> str:
    return r"\s+".join(map(re.escape, word.split())).replace(r"\*", rf"[{_LETTER}]*")
