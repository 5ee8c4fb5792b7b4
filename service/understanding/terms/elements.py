"""What the terms of the knowledge files are made of: words, numbers, gaps and choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Fit = Literal["whole", "begins", "ends", "holds"]


class TermError(ValueError):
    """A term that cannot be read; the message says why, in words for its author."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, levelled; `fit` says whether it must be whole or may go on before or after.

    `spelt` has its accents, in languages where they make other words.
    """

    text: str
    fit: Fit = "whole"
    spelt: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, in digits or in words."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A few other words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; when `optional`, or none of them.

    Many terms share a long one, which is compiled once: so its hash is worked out once, too.
    """

    options: tuple[tuple[Element, ...], ...]
    optional: bool = False
    known_hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known_hash", hash((self.options, self.optional)))

    def __hash__(self) -> int:
        return self.known_hash


Element = Word | Number | Gap | Choice
Part = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term as read: `parts` may stand in any order in one sentence."""

    text: str
    parts: tuple[Part, ...]
    idiom: bool = False
    weak: bool = False


def fit_of(*, open_before: bool, open_after: bool) -> Fit:
    if open_before:
        return "holds" if open_after else "ends"
    return "begins" if open_after else "whole"
