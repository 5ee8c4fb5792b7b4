"""The doorbell: tells a worker through Redis that something is due. It may fail; the database remembers."""

from __future__ import annotations

import time
from typing import Final

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue as RqQueue
from rq.serializers import JSONSerializer

JOB: Final = "workers.jobs.answer_doorbell"
TIMEOUT_SECONDS: Final = 0.2
SILENCE_AFTER_FAILURE_SECONDS: Final = 5.0
JOB_LIVES_SECONDS: Final = 60
JOB_TIMEOUT_SECONDS: Final = 600

log = structlog.get_logger()


class Doorbell:
    """Rings for one installation. A silent Redis costs a caller a fifth of a second once in five."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(
            redis_url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._silent_until = 0.0

    def ring(self, queue: str) -> None:
        """Ask for a worker on this queue; never raises for want of Redis."""
        if time.monotonic() < self._silent_until:
            return
        try:
            RqQueue(queue, connection=self._redis, serializer=JSONSerializer).enqueue(
                JOB,
                queue,
                ttl=JOB_LIVES_SECONDS,
                result_ttl=0,
                failure_ttl=JOB_LIVES_SECONDS,
                job_timeout=JOB_TIMEOUT_SECONDS,
            )
        except Exception as error:  # whatever answers there, it is not worth a patient's message
            self._silent_until = time.monotonic() + SILENCE_AFTER_FAILURE_SECONDS
            log.warning("the doorbell could not ring", queue=queue, error=type(error).__name__)

    def answers(self) -> bool:
        """Whether Redis answers now."""
        try:
            return bool(self._redis.ping())
        except (RedisError, OSError):
            return False
