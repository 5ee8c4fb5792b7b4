"""The worker's loop: lease what is due, keep the lease alive, do the work, and settle each task with its result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from service import language_packages
from service.enquiries import remind
from service.enquiries.alert import RAISE_STAGE, SEND_STAGE, TEST_STAGE
from service.storage import tasks
from service.storage.queues import Queue
from service.storage.tasks import Leased
from workers import alert, mailbox, packages_job, scan
from workers.leases import heartbeat, task_failed
from workers.media import fetch_media
from workers.preview import preview
from workers.remind import remind_patients
from workers.runtime import Runtime
from workers.send import send
from workers.understand import understand

BATCH: Final = 32
DRAIN_SECONDS: Final = 60
#: Alerts have priorities below that of any message to a patient.
ALERTS: Final = 0

Stage = Callable[[Runtime, Sequence[Leased]], None]


def _understand(runtime: Runtime, leased: Sequence[Leased]) -> None:
    understand(runtime, leased, between=lambda: _pressing_first(runtime, "understand"))


def _send(runtime: Runtime, leased: Sequence[Leased]) -> None:
    send(runtime, leased, between=lambda: _alerts_first(runtime))


STAGES: Final[Mapping[str, Stage]] = {
    "preview": preview,
    "understand": _understand,
    "fetch-media": fetch_media,
    scan.STAGE: scan.scan,
    mailbox.STAGE: mailbox.fetch_mail,
    "send": _send,
    RAISE_STAGE: alert.raise_alerts,
    SEND_STAGE: alert.send_alerts,
    TEST_STAGE: alert.send_tests,
    language_packages.STAGE: packages_job.change_packages,
    language_packages.LOOK: packages_job.look,
    remind.STAGE: remind_patients,
}

log = structlog.get_logger()


def drain(runtime: Runtime, queue: Queue) -> int:
    """Work until nothing is due, a minute has passed or the process is to stop; ring for the rest. The tasks taken."""
    taken, stop_at = 0, time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < stop_at and not runtime.stopping.is_set():
        done = work_once(runtime, queue)
        taken += done
        if not done:
            return taken
    runtime.doorbell.ring(queue)
    return taken


def work_once(runtime: Runtime, queue: Queue) -> int:
    """Lease one batch and do it; the number of tasks leased."""
    with runtime.database.write() as session:
        leased = tasks.claim(session, queue, runtime.name, BATCH)
    _do_all(runtime, leased)
    return len(leased)


def _alerts_first(runtime: Runtime) -> None:
    """Whom to tell of an emergency, and then telling them: neither waits for a slow provider."""
    while _pressing_first(runtime, "send", before=ALERTS):
        pass


def _pressing_first(runtime: Runtime, queue: Queue, *, before: int = tasks.ROUTINE) -> int:
    """In the middle of a routine batch: what came meanwhile and cannot wait for its end. The tasks taken."""
    with runtime.database.write() as session:
        leased = tasks.claim(session, queue, runtime.name, BATCH, before=before)
    _do_all(runtime, leased)
    return len(leased)


def _do_all(runtime: Runtime, leased: Sequence[Leased]) -> None:
    if not leased:
        return
    with heartbeat(runtime.database, leased):
        for stage in dict.fromkeys(task.stage for task in leased):
            _do(runtime, stage, [task for task in leased if task.stage == stage])


def _do(runtime: Runtime, stage: str, leased: Sequence[Leased]) -> None:
    try:
        STAGES[stage](runtime, leased)
    except Exception as error:
        log.exception("a batch failed", stage=stage, tasks=[task.id for task in leased])
        for task in leased:
            task_failed(runtime.database, task, error)
