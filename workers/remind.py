"""Reminders that are due: one task for each enquiry, put off while it is night where the patient lives."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import select

from service.enquiries import remind
from service.enquiries.model import Enquiry
from service.storage import tasks
from service.storage.tasks import Leased, LeaseLost
from workers.leases import task_failed
from workers.runtime import Runtime

log = structlog.get_logger()


def remind_patients(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Do the `remind` tasks of one batch, each on its own."""
    for task in leased:
        try:
            _remind(runtime, task)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.exception("a patient could not be reminded", enquiry=task.subject)
            task_failed(runtime.database, task, error)


def _remind(runtime: Runtime, task: Leased) -> None:
    with runtime.database.write() as session:
        held = select(Enquiry).where(Enquiry.id == task.subject).with_for_update()
        enquiry = session.scalar(held)
        is_there = enquiry is not None and enquiry.patient.erased_at is None
        later = remind.remind(session, enquiry, runtime.settings.twilio_content_sids) if enquiry and is_there else None
        if later is not None:
            tasks.postpone(session, task, later)
        else:
            tasks.finish(session, task)
    runtime.doorbell.ring("send")
