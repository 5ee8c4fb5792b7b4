"""Sending what waits to go out: once, and never again while nobody knows whether it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from service.channels.outbound import OutboundMessage, Sender, SendError
from service.clock import now
from service.enquiries import delivery, outbound_rows
from service.enquiries.model import Message
from service.storage import tasks
from service.storage.tasks import MAX_ATTEMPTS, Leased, LeaseLost
from workers.leases import task_failed
from workers.runtime import Runtime

#: The provider's list shows a message within seconds; after so long, one that is not there never got there.
SURELY_LISTED: Final = timedelta(seconds=60)
#: For so long we ask again before a person must look.
ASK_FOR: Final = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message in hand. `doubtful_since` is set when an earlier attempt may have got through."""

    message: OutboundMessage
    sender: Sender
    doubtful_since: datetime | None


def send(runtime: Runtime, leased: Sequence[Leased], *, between: Callable[[], object] = lambda: None) -> None:
    """Do the `send` tasks of one batch, each on its own; `between` is called before each: a provider may be slow."""
    for task in leased:
        between()
        try:
            ready = _begin(runtime, task)
            if ready is not None:
                _go(runtime, task, ready)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.exception("a message could not be sent", message=task.subject)
            task_failed(runtime.database, task, error)


def _begin(runtime: Runtime, task: Leased) -> _Ready | None:
    """Mark the message as on its way, before the provider hears of it; None if it must not go (now)."""
    with runtime.database.write() as session:
        message = delivery.held(session, task.subject)
        if message is None or message.status not in ("queued", "sending", "unknown"):
            tasks.finish(session, task)
            return None
        sender = runtime.senders.get(message.channel)
        refusal = outbound_rows.refusal(message, now()) if message.status == "queued" else None
        if sender is None or refusal:
            delivery.fail(session, message, refusal or "no-sender", "none" if refusal else "configuration")
            tasks.finish(session, task)
            return None
        doubtful_since = message.status_at if message.status != "queued" else None
        if doubtful_since is None:
            message.status, message.status_at = "sending", now()
        return _Ready(outbound_rows.outbound(session, message, runtime.settings), sender, doubtful_since)


def _go(runtime: Runtime, task: Leased, ready: _Ready) -> None:
    try:
        sent = ready.sender.find(ready.message, ready.doubtful_since) if ready.doubtful_since else None
        if sent is None and ready.doubtful_since:
            _not_found(runtime, task, ready.doubtful_since)
            return
        sent = sent or ready.sender.send(ready.message)
    except SendError as error:
        _settle(runtime, task, error, ready)
        return
    with runtime.database.write() as session:
        message = delivery.held(session, task.subject)
        if message is not None:
            delivery.note(session, message, _known(sent.status), provider_id=sent.provider_id)
            outbound_rows.went(session, message)
        tasks.finish(session, task)


def _known(status: str) -> str:
    """The provider's first word; an unknown one means that it has the message."""
    return status if status in delivery.PROGRESS or status in delivery.FAILURES else "accepted"


def _not_found(runtime: Runtime, task: Leased, since: datetime) -> None:
    """An earlier attempt did not get there, once enough time has passed to be sure; then it may go anew."""
    with runtime.database.write() as session:
        message = delivery.held(session, task.subject)
        if message is not None and now() - since >= SURELY_LISTED:
            message.status, message.status_at = "queued", now()
        tasks.postpone(session, task, max(since + SURELY_LISTED, now()))


def _settle(runtime: Runtime, task: Leased, error: SendError, ready: _Ready) -> None:
    log.warning("a message did not go", message=task.subject, code=error.code, outcome=error.outcome)
    with runtime.database.write() as session:
        message = delivery.held(session, task.subject)
        if message is None:
            tasks.finish(session, task)
        elif error.outcome == "unknown":
            _ask_later(session, task, message, ready)
        elif error.outcome == "retry" and task.attempts < MAX_ATTEMPTS:
            message.status, message.status_at = "queued", now()
            tasks.fail(session, task, error.code)
        else:
            delivery.fail(session, message, error.code, error.remedy)
            tasks.finish(session, task)


def _ask_later(session: Session, task: Leased, message: Message, ready: _Ready) -> None:
    """Nobody knows whether it went: look it up at the provider, and after an hour leave it to a person."""
    since = ready.doubtful_since or now()
    if message.status != "unknown":
        message.status, message.status_at = "unknown", since
    if now() - since > ASK_FOR:
        delivery.fail(session, message, "outcome-unknown", "none")
        tasks.finish(session, task)
        return
    tasks.postpone(session, task, now() + SURELY_LISTED)
