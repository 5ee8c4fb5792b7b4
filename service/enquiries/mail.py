"""What becomes of a mail: an enquiry or a part of one, a note about a bad address, or nothing to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels import email, reply_address
from service.channels.email import Mail
from service.clock import now
from service.enquiries import acknowledge, consent, delivery, opt_words, persons, sending, states, withdraw
from service.enquiries.acknowledge import Receipt
from service.enquiries.inbound import Contact
from service.enquiries.model import ContactPoint, Enquiry, Message
from service.enquiries.receive import Receiver
from service.enquiries.sending import Outgoing
from service.settings import Settings
from service.storage.session import Database
from service.understanding.reading import UNCLASSIFIED

#: Nobody gets a second automatic answer so soon.
ANSWER_EVERY: Final = timedelta(hours=24)
ACKNOWLEDGEMENT: Final = "acknowledgement"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done with a mail; `reference` where it is (part of) an enquiry."""

    kind: str
    reference: str | None


class MailRoom:
    """Takes mails in. `ring` is called after the commit with the queues that have work."""

    def __init__(self, database: Database, receiver: Receiver, settings: Settings, ring: Callable[[str], None]) -> None:
        self._database = database
        self._receiver = receiver
        self._settings = settings
        self._ring = ring

    def take(self, raw: bytes) -> Taken:
        """Store a mail, or find that it is here already; the same mail again changes nothing."""
        mail = email.parse(raw)
        if reply_address.is_ours(mail.sender, self._settings.mail_from):
            return Taken("own", None)
        if mail.kind == "bounce":
            self._note_bounce(mail)
            return Taken("bounce", None)
        reference = self._answered(mail)
        inbound = mail.inbound(raw, proven=reference is not None)
        receipt = self._receiver.receive(replace(inbound, answers_reference=reference))
        if mail.kind == "automatic":
            self._set_aside(receipt)
        else:
            self._answer(mail, receipt, is_withdrawal=inbound.proven and self._takes_consent_back(mail, receipt))
        return Taken(mail.kind, receipt.reference)

    def _takes_consent_back(self, mail: Mail, receipt: Receipt) -> bool:
        """Whether a proven sender asks for nothing but that, and it is done."""
        wish = opt_words.wish_of(mail.text)
        if mail.sender is None or wish is None or wish.step != "WITHDRAW" or receipt.urgency == "emergency":
            return False
        points = (Contact("email", mail.sender),)
        return withdraw.by_words(self._database, points, receipt.message_id, receipt.language)

    def _answered(self, mail: Mail) -> str | None:
        """The enquiry that this surely answers: by our signed address, or by a Message-ID that only we could tell
        the sender. A reference in the subject proves nothing: anybody can type it, and any sender's address, too.
        """
        settings = self._settings
        signed = reply_address.read(mail.recipients, settings.mail_from, settings.secret_key)
        if signed or not mail.answers or mail.sender is None:
            return signed
        with self._database.read() as session:
            ours = select(Message).where(Message.direction == "out", Message.provider_id.in_(mail.answers)).limit(1)
            message = session.scalar(ours)
            index = persons.index_of(session, Contact("email", mail.sender))
            if message is None or all(
                point.blind_index != index for point in message.enquiry.patient.all_contact_points
            ):
                return None
            return message.enquiry.reference

    def _answer(self, mail: Mail, receipt: Receipt, *, is_withdrawal: bool) -> None:
        """The acknowledgement, as a message that goes out; once for a mail, once a day for a sender, and always in an
        emergency and to who takes the consent back."""
        if mail.sender is None:
            return
        with self._database.write() as session:
            message = session.get_one(Message, receipt.message_id)
            point = _point(message, persons.index_of(session, Contact("email", mail.sender)))
            if point is None or _is_answered(message) or not self._settings.smtp_url:
                return
            if not (is_withdrawal or self._may_answer(session, point, receipt)):
                return
            _mark_acknowledged(session, point)
            sending.put_out(session, message.enquiry, self._outgoing(session, message, point, receipt, is_withdrawal))
        self._ring("send")

    def _outgoing(
        self, session: Session, message: Message, point: ContactPoint, receipt: Receipt, is_withdrawal: bool
    ) -> Outgoing:
        event = "emergency-advice" if receipt.urgency == "emergency" else ACKNOWLEDGEMENT
        if receipt.needs_notice and not is_withdrawal:
            consent.tell(session, message, acknowledge.NOTICE)
        return Outgoing(
            channel="email",
            point=point,
            text=acknowledge.of_step("WITHDRAW", receipt)
            if is_withdrawal
            else acknowledge.written(receipt, self._settings.public_url),
            language=receipt.language,
            approved_text=consent.CONFIRMATION if is_withdrawal else event,
            in_reply_to=message.id,
        )

    def _may_answer(self, session: Session, point: ContactPoint, receipt: Receipt) -> bool:
        if receipt.urgency == "emergency":
            return True
        if point.opted_out or point.bad_since is not None:
            return False
        same = session.scalars(select(ContactPoint).where(ContactPoint.blind_index == point.blind_index))
        last = max((one.acknowledged_at for one in same if one.acknowledged_at), default=None)
        return last is None or now() - last >= ANSWER_EVERY

    def _set_aside(self, receipt: Receipt) -> None:
        """What a program sent on its own account, and says nothing of an illness, waits among the spam."""
        with self._database.write() as session:
            message = session.get_one(Message, receipt.message_id)
            enquiry = session.scalars(select(Enquiry).where(Enquiry.id == message.enquiry_id).with_for_update()).one()
            is_alone = [one.id for one in enquiry.messages] == [message.id]
            says_nothing = not message.red_flags and enquiry.condition == UNCLASSIFIED
            if is_alone and says_nothing and enquiry.status in states.OPEN:
                states.move(session, enquiry, "spam", who="email", detail="sent by a program")

    def _note_bounce(self, mail: Mail) -> None:
        """The address is bad if the bounce says so for good; the last answer to it did not arrive."""
        if not mail.bounced:
            return
        code = mail.bounce_code or "bounced"
        with self._database.write() as session:
            index = persons.index_of(session, Contact("email", mail.bounced))
            points = session.scalars(select(ContactPoint).where(ContactPoint.blind_index == index)).all()
            for point in points:
                if code.startswith("5"):
                    point.bad_since, point.bad_reason = now(), code[:40]
                _undelivered(session, point, code)
        log.info("a mail came back", code=code, contact_points=len(points))


def _undelivered(session: Session, point: ContactPoint, code: str) -> None:
    latest = (
        select(Message.id)
        .where(Message.contact_point_id == point.id, Message.direction == "out", Message.channel == "email")
        .order_by(Message.id.desc())
        .limit(1)
    )
    found = session.scalar(latest)
    message = delivery.held(session, found) if found else None
    if message is not None:
        delivery.note(session, message, "undelivered", code=code)


def _point(message: Message, index: str) -> ContactPoint | None:
    return next((point for point in message.enquiry.patient.all_contact_points if point.blind_index == index), None)


def _is_answered(message: Message) -> bool:
    return any(one.direction == "out" and one.in_reply_to == message.id for one in message.enquiry.messages)


def _mark_acknowledged(session: Session, point: ContactPoint) -> None:
    for same in session.scalars(select(ContactPoint).where(ContactPoint.blind_index == point.blind_index)):
        same.acknowledged_at = now()
