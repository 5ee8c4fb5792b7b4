"""What every translation engine is to the rest: one small protocol, its result and its one error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Raw:
    """One translated sentence.

    `score` is the engine's mean log-probability per token where it has one; `unknown` are words of the source that
    the engine says it did not know and left as they were.
    """

    text: str
    score: float | None = None
    flags: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class EngineError(Exception):
    """An engine could not translate. `permanent`: trying again later will not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Engine(Protocol):
    """Translates sentences between the pairs that it finds installed; safe to call from several threads."""

    @property
    def name(self) -> str:
        """The word by which translations record the engine: "argos", "apertium"."""
        ...

    @property
    def literal(self) -> bool:
        """Whether it goes by rules, so that it makes the same of a term wherever it stands."""
        ...

    def pairs(self) -> set[Pair]:
        """The pairs that can be translated now, as (source, target) in our codes; cheap, asked for at every text."""
        ...

    def package(self, source: str, target: str) -> str:
        """Name and version of what translates the pair, for the record."""
        ...

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        """Each sentence translated, in the same order. Raises EngineError when none can be."""
        ...

    def stream(self, sentences: Sequence[str], source: str, target: str) -> Iterator[Raw]:
        """The same, each as soon as it is there; an iterator that is left before its end must be closed or dropped."""
        ...
