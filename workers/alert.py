"""Telling staff of what cannot wait: whom is worked out here, and each is told by a task of their own.

An alert may reach somebody twice when nobody knows whether it went; that is better than not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels.outbound import OutboundMessage, Sender, SendError, Sent
from service.clock import now
from service.enquiries import alert, alert_texts, escalate
from service.enquiries.alert import GIVEN_UP
from service.enquiries.alert_texts import AlertText
from service.enquiries.desk_model import Alert, OnCall
from service.enquiries.inbound import Contact
from service.enquiries.model import Enquiry, Message
from service.storage import tasks
from service.storage.tasks import MAX_ATTEMPTS, Leased, LeaseLost, Task
from workers.leases import task_failed
from workers.runtime import Runtime

#: So often an alert goes whose outcome nobody knows.
TRIES_IN_DOUBT: Final = 3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Ready:
    """An alert in hand. `doubtful_since` is set when an earlier attempt may have got through."""

    message: OutboundMessage
    sender: Sender
    doubtful_since: datetime | None = None


def raise_alerts(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Emergencies came in at the door: write down whom to tell, of those on duty and on call at this moment."""
    _each(runtime, leased, _raise)


def send_alerts(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Tell each of those who are to be told."""
    _each(runtime, leased, _send)


def send_tests(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Try on-call numbers and addresses; what came of it stays with the task."""
    _each(runtime, leased, _test)


def _each(runtime: Runtime, leased: Sequence[Leased], do: Callable[[Runtime, Leased], None]) -> None:
    for task in leased:
        try:
            do(runtime, task)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.exception("an alert could not be sent", alert=task.subject)
            task_failed(runtime.database, task, error)


def _raise(runtime: Runtime, task: Leased) -> None:
    with runtime.database.write() as session:
        message = session.get(Message, task.subject)
        if message is not None:
            held = select(Enquiry).where(Enquiry.id == message.enquiry_id).with_for_update()
            alert.emergency(session, session.scalars(held).one(), message.id)
        tasks.finish(session, task)


def _send(runtime: Runtime, task: Leased) -> None:
    with runtime.database.write() as session:
        ready = _begin(session, runtime, task)
    if ready is None:
        return
    try:
        sent = _found(ready) or ready.sender.send(ready.message)
    except SendError as error:
        _settle(runtime, task, error)
        return
    with runtime.database.write() as session:
        row = session.get_one(Alert, task.subject)
        row.state, row.sent_at, row.error_code = "sent", now(), None
        tasks.finish(session, task)
    log.info("alerted", alert=task.subject, way=ready.message.channel, provider_id=sent.provider_id)


def _begin(session: Session, runtime: Runtime, task: Leased) -> _Ready | None:
    """Mark the alert as on its way; None if it must not go, or need not go any more."""
    row = session.get(Alert, task.subject)
    if row is None or (row.state not in ("queued", "sending", "unknown") and row.error_code != GIVEN_UP):
        tasks.finish(session, task)
        return None
    to = alert.recipient(session, row)
    sender = runtime.senders.get(row.way)
    if to is None or sender is None or _is_over(session, row):
        row.state = "failed" if to and sender is None else "canceled"
        row.error_code = "no-sender" if row.state == "failed" else None
        tasks.finish(session, task)
        return None
    doubtful_since = row.at if row.state != "queued" else None
    row.state = "sending"
    return _Ready(_message(row.id, row.way, to, _text(session, runtime, row)), sender, doubtful_since)


def _is_over(session: Session, row: Alert) -> bool:
    return escalate.overdue(session, 1) == 0 if row.kind == "overdue" else alert.is_taken(session, row)


def _text(session: Session, runtime: Runtime, row: Alert) -> AlertText:
    console = f"{runtime.settings.public_url}/console/"
    if row.kind == "overdue":
        return alert_texts.words(row.kind, console, count=escalate.overdue(session))
    reference = session.get_one(Enquiry, row.enquiry_id).reference
    return alert_texts.words(row.kind, f"{console}enquiries/{reference}", reference=reference)


def _message(our_id: str, way: str, to: str, text: AlertText) -> OutboundMessage:
    return OutboundMessage(
        message_id=our_id,
        channel=way,
        to=Contact("phone" if way == "sms" else "email", to),
        text=text.text,
        language="en",
        reference="",
        subject=text.subject,
        is_automatic=True,
        to_staff=True,
    )


def _found(ready: _Ready) -> Sent | None:
    """What an earlier attempt may have brought there after all, where the provider can tell."""
    if ready.doubtful_since is None:
        return None
    with suppress(SendError):
        return ready.sender.find(ready.message, ready.doubtful_since)
    return None


def _settle(runtime: Runtime, task: Leased, error: SendError) -> None:
    log.warning("an alert did not go", alert=task.subject, code=error.code, outcome=error.outcome)
    tries = {"retry": MAX_ATTEMPTS, "unknown": TRIES_IN_DOUBT}.get(error.outcome, 0)
    with runtime.database.write() as session:
        row = session.get_one(Alert, task.subject)
        row.error_code = error.code[:40]
        if task.attempts < tries:
            row.state = "queued" if error.outcome == "retry" else "unknown"
            tasks.fail(session, task, error.code)
        else:
            row.state = "failed"
            tasks.finish(session, task)


def _test(runtime: Runtime, task: Leased) -> None:
    """One attempt: whoever asked for it is looking at the page."""
    with runtime.database.read() as session:
        entry = session.get(OnCall, task.subject)
        way, to = ("sms" if entry.kind == "phone" else "email", entry.address) if entry else ("", None)
    sender = runtime.senders.get(way)
    problem = None if sender else "no-sender"
    if sender and to:
        text = alert_texts.words("test", f"{runtime.settings.public_url}/console/on-call")
        try:
            sender.send(_message(f"{task.id}{task.attempts}", way, to, text))
        except SendError as error:
            problem = error.code
    with runtime.database.write() as session:
        tasks.finish(session, task)
        if to:
            session.get_one(Task, task.id).last_error = problem
