"""The jobs that Redis carries: they name a queue and nothing else, for the database knows what is due."""

from __future__ import annotations

from typing import cast

from service.storage.queues import Queue
from workers import runtime, work


def answer_doorbell(queue: str) -> None:
    """Do what is due in this queue."""
    work.drain(runtime.current(), cast("Queue", queue))
