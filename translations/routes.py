"""Finds the way from one language to another over the engines at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from translations.engines.base import Engine

MOST_STEPS: Final = 3  # each step loses meaning: beyond two pivots nothing useful arrives


class NoRoute(Exception):
    """No engine, nor any chain of them, serves the pair; trying again will not help until one is installed."""

    permanent: Final = True

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"no engine translates from {source} to {target}")
        self.source = source
        self.target = target


@dataclass(frozen=True, slots=True)
class Step:
    """One translation on the way."""

    engine: Engine
    source: str
    target: str

    @property
    def package(self) -> str:
        return self.engine.package(self.source, self.target)


def shortest(engines: Sequence[Engine], source: str, target: str) -> tuple[Step, ...] | None:
    """The way with the fewest steps; among equals the one whose engines stand first, English before other pivots."""
    steps = [Step(engine, *pair) for engine in engines for pair in sorted(engine.pairs(), key=_english_first)]
    ways: list[tuple[Step, ...]] = [(step,) for step in steps if step.source == source]
    seen = {source}
    for _ in range(MOST_STEPS):
        for way in ways:
            if way[-1].target == target:
                return way
        ways = [(*way, step) for way in _first_to_arrive(ways, seen) for step in steps if step.source == way[-1].target]
    return None


def _first_to_arrive(ways: Sequence[tuple[Step, ...]], seen: set[str]) -> list[tuple[Step, ...]]:
    """Of the ways that end in the same language only the first, and none back to where another way has been."""
    first: dict[str, tuple[Step, ...]] = {}
    for way in ways:
        if way[-1].target not in seen:
            first.setdefault(way[-1].target, way)
    seen.update(first)
    return list(first.values())


def _english_first(pair: tuple[str, str]) -> tuple[bool, tuple[str, str]]:
    return "en" not in pair, pair
