"""The queues of tasks, each with workers of its own."""

from __future__ import annotations

from typing import Final, Literal

Queue = Literal["understand", "send", "housekeeping"]
QUEUES: Final[tuple[Queue, ...]] = ("understand", "send", "housekeeping")
