"""Sees when a whole message is nothing but a word about messages or consent: stop, start, help, withdraw."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

Step = Literal["STOP", "START", "HELP", "WITHDRAW"]

_FILE: Final = Path(__file__).parent / "opt_out_words.toml"
_STEPS: Final[Mapping[str, Step]] = {
    "stop": "STOP",
    "start": "START",
    "help": "HELP",
    "withdraw": "WITHDRAW",
}
#: A longer message says something else as well.
_LONGEST: Final = 80
_ALEFS: Final = str.maketrans("أإآىیک", "اااييك")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a word asks for, and the languages that have it: one word tells little else of the writer's language."""

    step: Step
    languages: frozenset[str]

    def language(self, guessed: str) -> str:
        """The language to answer in: the guessed one if it has the word, else one that has it."""
        return guessed if guessed in self.languages else min(self.languages)


def wish_of(text: str) -> Wish | None:
    """What the word asks for, in any of our languages; None for everything that a person should read."""
    if len(text) > _LONGEST:
        return None
    words, courtesies = _words(), _courtesies()
    said = _folded(text)
    while said and said not in words:
        shorter = next((rest for one in courtesies if (rest := _without(said, one)) != said), said)
        if shorter == said:
            return None
        said = shorter
    return words.get(said)


def _without(said: str, courtesy: str) -> str:
    """What is left when a courtesy stands first or last; Chinese needs no space."""
    space = "" if _is_han(courtesy) else " "
    return said.removeprefix(courtesy + space).removesuffix(space + courtesy).strip()


def _folded(text: str) -> str:
    """Letters and digits alone, in one case, without accents and vowel signs, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_ALEFS).casefold().replace("ı", "i"))
    kept = "".join(char if _is_letter(char) else "" if _is_mark(char) else " " for char in decomposed)
    return re.sub(r"\s+", " ", kept).strip()


def _is_letter(char: str) -> bool:
    """The vowel signs of Indian scripts, which stand for themselves, are letters, too."""
    return char.isalnum() or (unicodedata.category(char) in ("Mc", "Mn") and unicodedata.combining(char) == 0)


def _is_mark(char: str) -> bool:
    """Accents and vowel signs above and below, and what joins letters."""
    return unicodedata.combining(char) != 0 or char in "'’\u200c\u200d\u0640"


def _is_han(text: str) -> bool:
    return text >= "\u2e80"


@cache
def _table() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _words() -> Mapping[str, Wish]:
    found: dict[str, Wish] = {}
    for language, lists in _table().items():
        for name, step in _STEPS.items():
            for word in map(_folded, lists[name]):
                earlier = found.get(word)
                found[word] = Wish(step, (earlier.languages if earlier else frozenset()) | {language})
    return found


@cache
def _courtesies() -> tuple[str, ...]:
    """The longest first: "thank you very much" before "thank you"."""
    found = {_folded(word) for lists in _table().values() for word in lists["courtesy"]}
    return tuple(sorted(found, key=len, reverse=True))
