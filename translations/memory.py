"""Remembers the sentences translated last: greetings and phrases of the form come again all day."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from translations.engines.base import Raw


class Memory:
    """By route and sentence; forgets what was kept longest ago. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, str], Raw] = OrderedDict()
        self._lock = Lock()

    def recall(self, route: str, sentence: str) -> Raw | None:
        with self._lock:
            return self._kept.get((route, sentence))

    def keep(self, route: str, sentence: str, raw: Raw) -> None:
        with self._lock:
            self._kept[route, sentence] = raw
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
