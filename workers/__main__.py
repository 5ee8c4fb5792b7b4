"""One worker process: listens to one queue's doorbell and does what the database says is due."""

from __future__ import annotations

import sys
import time
from typing import Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RqQueue
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from service import logs
from service.errors import ServiceError
from service.settings import Settings
from service.storage.tasks import QUEUES, Queue
from workers import runtime, work
from workers.runtime import Runtime

WORKER_TTL: Final = 20
MAINTENANCE_SECONDS: Final = 5
RECONNECT_SECONDS: Final = 2.0

log = structlog.get_logger()


def run(settings: Settings, queue: Queue) -> None:
    """Work until told to stop. What waits is done at once; then the doorbell is listened to.

    `SimpleWorker` does not fork for a job: a translation model does not survive a fork.
    """
    current = Runtime.build(settings)
    runtime.start(current)
    work.drain(current, queue)
    while not _listen(settings.redis_url, queue):
        time.sleep(RECONNECT_SECONDS)
        work.drain(current, queue)


def _listen(redis_url: str, queue: Queue) -> bool:
    """Answer the doorbell; True when told to stop, False when Redis went away."""
    try:
        connection = Redis.from_url(redis_url)
        worker = SimpleWorker(
            [RqQueue(queue, connection=connection, serializer=JSONSerializer)],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")
    except (RedisError, OSError) as error:
        log.warning("Redis does not answer; looking into the database meanwhile", error=type(error).__name__)
        return False
    return True


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
