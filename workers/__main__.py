"""One worker process: listens to one queue's doorbell and does what the database says is due."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any, Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RqQueue
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from service import logs
from service.errors import ServiceError
from service.settings import Settings
from service.storage.queues import QUEUES, Queue
from workers import runtime, work
from workers.runtime import Runtime

WORKER_TTL: Final = 20
MAINTENANCE_SECONDS: Final = 5
RECONNECT_SECONDS: Final = 2.0

log = structlog.get_logger()


class RedisGone(Exception):
    """Redis does not answer. RQ would wait for it; we look into the database in the meantime."""


class Listener(SimpleWorker):
    """Does not fork for a job, since a translation model does not survive a fork; notices when Redis is gone."""

    stopping: threading.Event
    redis_gone = False

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        try:
            super().heartbeat(timeout, pipeline)
        except RedisError as error:
            self.redis_gone = True
            raise RedisGone from error

    def handle_warm_shutdown_request(self) -> None:
        self.stopping.set()
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]


def run(settings: Settings, queue: Queue) -> None:
    """Work until told to stop. What waits is done at once; then the doorbell is listened to."""
    current = Runtime.build(settings)
    runtime.start(current)
    while not current.stopping.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: current.stopping.set())
        work.drain(current, queue)
        if not current.stopping.is_set() and not _listen(current, queue):
            log.warning("Redis does not answer; looking into the database meanwhile")
            current.stopping.wait(RECONNECT_SECONDS)


def _listen(current: Runtime, queue: Queue) -> bool:
    """Answer the doorbell until told to stop; False when Redis went away."""
    worker: Listener | None = None
    try:
        connection = Redis.from_url(current.settings.redis_url)
        worker = Listener(
            [RqQueue(queue, connection=connection, serializer=JSONSerializer)],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        worker.stopping = current.stopping
        worker.work(logging_level="CRITICAL")
    except (RedisError, OSError, RedisGone):
        return False
    return not worker.redis_gone


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in QUEUES:
        print(f"usage: python -m workers {{{','.join(QUEUES)}}}", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_env()
        logs.configure(settings.log_level)
        run(settings, arguments[0])
    except ServiceError as error:
        print(f"dragoman: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
