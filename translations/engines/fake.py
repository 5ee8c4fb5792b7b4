"""A small engine for tests: translates word for word from a table and leaves what it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from translations.engines.base import EngineError, Pair, Raw


class FakeEngine:
    """Keeps to the same rules as the real engines; `calls` records the batches it was given."""

    name: Final = "fake"
    literal: Final = False

    def __init__(self, tables: Mapping[Pair, Mapping[str, str]], *, version: str = "1") -> None:
        self._tables = tables
        self._version = version
        self.calls: list[tuple[str, str, tuple[str, ...]]] = []

    def pairs(self) -> set[Pair]:
        return set(self._tables)

    def package(self, source: str, target: str) -> str:
        return f"fake-{source}_{target} {self._version}"

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        table = self._tables.get((source, target))
        if table is None:
            raise EngineError(f"no table from {source} to {target}", permanent=True)
        self.calls.append((source, target, tuple(sentences)))
        return [_word_for_word(sentence, table) for sentence in sentences]

    def stream(self, sentences: Sequence[str], source: str, target: str) -> Iterator[Raw]:
        return iter(self.translate(sentences, source, target))


def _word_for_word(sentence: str, table: Mapping[str, str]) -> Raw:
    return Raw(re.sub(r"\w+", lambda word: table.get(word.group().lower(), word.group()), sentence), score=0.0)
