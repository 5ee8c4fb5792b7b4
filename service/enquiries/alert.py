"""Whom to tell of an enquiry that cannot wait: a row for each address, once, with the task that sends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import duty, states
from service.enquiries.desk_model import Alert, AlertKind, OnCall
from service.enquiries.model import AuditEvent, Enquiry, Message, Staff
from service.storage import tasks

Way = Literal["sms", "email"]

WHO: Final = "alerts"
RAISE_STAGE, SEND_STAGE, TEST_STAGE = "raise-alert", "alert", "test-alert"
#: The state of an alert whose task is a dead letter: a person may have it tried again.
GIVEN_UP: Final = "given-up"
#: Before anything else that goes out, and a telephone before a mailbox.
RAISE_PRIORITY: Final = -3
SEND_PRIORITY: Final = {"sms": -2, "email": -1}
#: An emergency that nobody has taken since it was told is not told again within this time, whatever is written.
NOT_AGAIN_WITHIN: Final = timedelta(minutes=15)
#: Nobody is told more than so much in so short a time: they know by then.
MOST, IN_TIME = 10, timedelta(minutes=10)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Address:
    """One who is told: the id of a member of staff or of an on-call entry, and by which way."""

    way: Way
    told: str


def ask(session: Session, message: Message) -> None:
    """At the door: one task, so that a message is not kept waiting while it is found out whom to tell."""
    tasks.add(session, "send", RAISE_STAGE, message.id, priority=RAISE_PRIORITY)


def emergency(session: Session, enquiry: Enquiry, occasion: str) -> list[Alert]:
    """Tell everybody on duty and on call of an emergency; with nobody there, everybody who could act.

    `occasion` is the id of what made it one. The caller holds the enquiry's row, and rings for `send`.
    """
    if enquiry.status not in states.IN_QUEUE or _is_known(session, enquiry):
        return []
    present = [Address("email", staff.id) for staff in duty.on_duty(session, now())]
    called = on_call(session, escalation=False)
    absent = [] if present or called else _members(session)
    return tell(session, enquiry, "emergency", occasion, [*called, *present, *absent])


def on_call(session: Session, *, escalation: bool) -> list[Address]:
    """The numbers and addresses kept for emergencies, or those kept for when nobody claims one."""
    rows = session.execute(select(OnCall.kind, OnCall.id).where(OnCall.escalation == escalation).order_by(OnCall.id))
    return [Address("sms" if kind == "phone" else "email", entry) for kind, entry in rows]


def is_taken(session: Session, alert: Alert) -> bool:
    """Whether somebody has claimed the enquiry since, or it has ended: then nobody needs to be told any more."""
    enquiry = session.get_one(Enquiry, alert.enquiry_id)
    return enquiry.status in states.ENDED or _claimed_since(session, alert)


def recipient(session: Session, alert: Alert) -> str | None:
    """The number or address of the one who is told; None if they are gone."""
    entry = session.get(OnCall, alert.told)
    if entry is not None:
        return entry.address
    staff = session.get(Staff, alert.told)
    return staff.email if staff is not None and staff.active else None


def report(session: Session, alert_id: str, status: str, code: str | None) -> bool:
    """Take note of a provider's word on an alert; False if it is none of ours."""
    alert = session.get(Alert, alert_id)
    if alert is None:
        return False
    if status in ("failed", "undelivered") and alert.state != "arrived":
        alert.state, alert.error_code = "failed", (code or "")[:40]
    elif status in ("delivered", "read"):
        alert.state, alert.error_code = "arrived", None
    return True


def newest(session: Session, limit: int = 20) -> Sequence[Alert]:
    """The alerts of the last days, newest first."""
    return session.scalars(select(Alert).order_by(Alert.id.desc()).limit(limit)).all()


def tell(
    session: Session, enquiry: Enquiry, kind: AlertKind, occasion: str, addresses: Iterable[Address]
) -> list[Alert]:
    """Write down whom to tell, and the tasks that do it; whoever has been told of this already is left in peace."""
    told = _told(session, enquiry, kind, occasion)
    fresh = [address for address in dict.fromkeys(addresses) if address not in told]
    alerts = [_add(session, enquiry, kind, occasion, address) for address in fresh]
    if fresh:
        ways = [sum(one.way == way for one in fresh) for way in ("sms", "email")]
        states.record(session, enquiry, "alerted", who=WHO, detail=f"{ways[0]} by SMS, {ways[1]} by e-mail")
    elif not told:
        log.error("there is nobody to tell of an enquiry that cannot wait", enquiry=enquiry.id, kind=kind)
        states.record(session, enquiry, "nobody to alert", who=WHO)
    return alerts


def _told(session: Session, enquiry: Enquiry, kind: AlertKind, occasion: str) -> set[Address]:
    query = select(Alert.way, Alert.told).where(
        Alert.enquiry_id == enquiry.id, Alert.kind == kind, Alert.occasion == occasion
    )
    return {Address(way, told) for way, told in session.execute(query)}  # type: ignore[arg-type]


def _add(session: Session, enquiry: Enquiry, kind: AlertKind, occasion: str, address: Address) -> Alert:
    alert = Alert(enquiry_id=enquiry.id, kind=kind, occasion=occasion, way=address.way, told=address.told)
    session.add(alert)
    session.flush()
    if _is_flooded(session, address):
        alert.state, alert.error_code = "canceled", "too-many"
    else:
        tasks.add(session, "send", SEND_STAGE, alert.id, priority=SEND_PRIORITY[address.way])
    return alert


def _is_flooded(session: Session, address: Address) -> bool:
    recent = select(func.count()).where(
        Alert.at > now() - IN_TIME, Alert.told == address.told, Alert.way == address.way, Alert.state != "canceled"
    )
    return (session.scalar(recent) or 0) > MOST


def _is_known(session: Session, enquiry: Enquiry) -> bool:
    """Whether those who are told have heard of it a short while ago, and nobody is done with it since."""
    last = session.scalar(
        select(Alert)
        .where(Alert.enquiry_id == enquiry.id, Alert.kind == "emergency", Alert.at > now() - NOT_AGAIN_WITHIN)
        .order_by(Alert.id.desc())
        .limit(1)
    )
    return last is not None and (enquiry.status == "claimed" or not _claimed_since(session, last))


def _claimed_since(session: Session, alert: Alert) -> bool:
    claims = select(AuditEvent.id).where(
        AuditEvent.enquiry_id == alert.enquiry_id,
        AuditEvent.id > alert.id,
        AuditEvent.what.in_(("claim", "take-over")),
    )
    return session.scalar(claims.limit(1)) is not None


def _members(session: Session) -> list[Address]:
    return [Address("email", staff.id) for staff in duty.active(session, duty.ACTING)]
