"""Receiving a message: in the database, once, with its red flags and its tasks, before anybody is told anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.clock import now
from service.enquiries import acknowledge, alert, deadlines, message_rows, persons, references, sending, shared, states
from service.enquiries.acknowledge import Receipt, receipt_for
from service.enquiries.inbound import InboundMessage
from service.enquiries.model import URGENCY_RANK, Enquiry, Message, Patient
from service.enquiries.understand import CHOSEN, Reads, begin_anew, raise_urgency, take_in, take_stock
from service.storage import tasks
from service.storage.session import Database
from service.storage.tables import new_id
from service.understanding.reading import Reading
from translations import identify, languages

REOPEN_WITHIN: Final = timedelta(days=30)
TRIES: Final = 3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Read:
    """What could be said of the text before the transaction began."""

    identified: identify.Identified
    reading: Reading | None


class Receiver:
    """Takes messages in. `ring` is called after the commit with the queues that have work; it must never raise."""

    def __init__(self, database: Database, reader: Reads, ring: Callable[[str], None]) -> None:
        self._database = database
        self._reader = reader
        self._ring = ring

    def receive(self, inbound: InboundMessage) -> Receipt:
        """Store the message, or find that it is stored already: the receipt is the same either way."""
        receipt = self._store_or_find(inbound)
        if not receipt.repeated:
            for queue in ("understand", "housekeeping") if inbound.files else ("understand",):
                self._ring(queue)
            # Somebody must be told; or an answer may have been held for this.
            if receipt.urgency == "emergency" or inbound.channel == "whatsapp":
                self._ring("send")
        return receipt

    def receipt_of(self, message_id: str) -> Receipt:
        """The receipt of a message that is stored, once more."""
        with self._database.read() as session:
            message = session.get_one(Message, message_id)
            return receipt_for(message, message.enquiry, message.enquiry.patient.country, repeated=True)

    def _store_or_find(self, inbound: InboundMessage) -> Receipt:
        """Somebody else may store the same message, or a message of the same person, while we look: look again."""
        for _ in range(TRIES - 1):
            try:
                return self._store(inbound)
            except IntegrityError:
                log.info("another process was faster; looking again", channel=inbound.channel)
        return self._store(inbound)

    def _store(self, inbound: InboundMessage) -> Receipt:
        with self._database.read() as session:
            earlier = _earlier(session, inbound)
            prior = None if earlier else inbound.language_hint or persons.known_language(session, inbound)
        if earlier:
            self._complete(inbound, earlier)
            return earlier
        read = self._read(inbound, prior)
        with self._database.write() as session:
            persons.hold(session, inbound.contacts)
            return _earlier(session, inbound) or _store_new(session, inbound, read)

    def _complete(self, inbound: InboundMessage, earlier: Receipt) -> None:
        """A provider may tell of the same thing twice, and of its sender only the second time."""
        if not (inbound.proven and inbound.contacts):
            return
        with self._database.read() as session:
            if session.get_one(Message, earlier.message_id).enquiry.patient.contact_points:
                return
        with self._database.write() as session:
            persons.keep_contacts(session, session.get_one(Message, earlier.message_id).enquiry.patient, inbound)

    def _read(self, inbound: InboundMessage, prior: str | None) -> _Read:
        """Identify and read the text. A fault in that must not cost the message: it is stored unread."""
        identified = identify.Identified(languages.UNDETERMINED, 0.0)
        try:
            identified = _identified(inbound, prior)
            reading = self._reader.read(
                inbound.text,
                language=identified.language,
                candidates=identify.candidates(inbound.text, prior=prior),
                country=inbound.country,
            )
        except Exception:
            log.exception("a message could not be read at the door", channel=inbound.channel)
            return _Read(identified, None)
        return _Read(identified, reading)


def _identified(inbound: InboundMessage, prior: str | None) -> identify.Identified:
    if inbound.language_chosen and inbound.language_hint:
        return identify.Identified(inbound.language_hint, 1.0)
    return identify.identify(inbound.text, prior=prior)


def _earlier(session: Session, inbound: InboundMessage) -> Receipt | None:
    """The receipt of this very message, if it came before."""
    same = Message.unique_key == inbound.unique_key
    if inbound.retry_digest:
        same = or_(same, Message.digest == inbound.retry_digest)
    message = session.scalar(select(Message).where(Message.channel == inbound.channel, same).limit(1))
    return receipt_for(message, message.enquiry, inbound.country, repeated=True) if message else None


def _store_new(session: Session, inbound: InboundMessage, read: _Read) -> Receipt:
    enquiry = _answered(session, inbound)
    if enquiry is not None:
        patient = enquiry.patient
        persons.keep_contacts(session, patient, inbound)
    else:
        patient = persons.find_or_add(session, inbound)
        enquiry = _open_enquiry(session, patient) if inbound.proven else None
    if enquiry is None:
        enquiry = _new_enquiry(session, patient, inbound)
    else:
        _go_on(session, enquiry, inbound)
    message = message_rows.add_message(enquiry, inbound, read.identified, patient)
    message_rows.add_files(session, message, inbound)
    if inbound.logged_by is None:  # what was held until the patient writes
        sending.release(session, enquiry)
    message_rows.add_consent(session, message, inbound)
    _note_reading(session, enquiry, message, inbound, read)
    if inbound.proven and not inbound.answers_reference:
        shared.note_doubt(session, enquiry)
    tasks.add(session, "understand", "understand", message.id, priority=URGENCY_RANK[message.urgency])
    session.flush()
    receipt = receipt_for(message, enquiry, inbound.country, repeated=False)
    if told := acknowledge.advice(receipt):  # every door passes it on at once, in its own way
        words = "\n".join(text for _, text in told)
        states.record(session, enquiry, "emergency advice given", who=inbound.channel, detail=words)
    return receipt


def _answered(session: Session, inbound: InboundMessage) -> Enquiry | None:
    """The enquiry that the message names and proves to answer, as long as it can take one more."""
    if not (inbound.proven and inbound.answers_reference):
        return None
    found = session.scalar(select(Enquiry).where(Enquiry.reference == inbound.answers_reference).with_for_update())
    can_go_on = found is not None and (found.status, "patient-wrote") in states.MOVES
    return found if can_go_on and found and found.patient.erased_at is None else None


def _go_on(session: Session, enquiry: Enquiry, inbound: InboundMessage) -> None:
    """The patient writes again. What was answered waits anew from now; what had ended begins anew."""
    before = enquiry.status
    states.move(session, enquiry, "patient-wrote", who=inbound.channel)
    if before in ("replied", "snoozed", *states.ENDED):
        begin_anew(enquiry, inbound.received_at, keep_urgency=before not in states.ENDED)


def _note_reading(session: Session, enquiry: Enquiry, message: Message, inbound: InboundMessage, read: _Read) -> None:
    if inbound.condition_hint and enquiry.condition == "unclassified":
        enquiry.condition = inbound.condition_hint
    if inbound.chosen:
        message.reading = {CHOSEN: dict(inbound.chosen)}
    if read.reading is not None:
        take_in(enquiry, message, read.reading)
    else:  # unread is not the same as harmless
        message.urgency = "urgent"
        raise_urgency(enquiry, "urgent", message.received_at)
    if inbound.intent_hint and enquiry.intent == "other":
        enquiry.intent = inbound.intent_hint
    if message.urgency != "routine":
        states.record(session, enquiry, f"urgency {message.urgency}", who="triage", detail=", ".join(message.red_flags))
    if message.urgency == "emergency":
        alert.ask(session, message)
    take_stock(enquiry)


def _open_enquiry(session: Session, patient: Patient) -> Enquiry | None:
    """The person's open enquiry, or one that ended a short while ago."""
    newest = (
        select(Enquiry)
        .where(Enquiry.patient_id.in_([row.id for row in patient.everybody]))
        .order_by(Enquiry.received_at.desc())
        .options(selectinload(Enquiry.messages).selectinload(Message.translations))
        .with_for_update()
        .limit(1)
    )
    is_open = session.scalar(newest.where(Enquiry.status.in_(states.OPEN)))
    if is_open:
        return is_open
    ended = session.scalar(newest.where(Enquiry.status.in_(("closed", "booked"))))
    recent = ended is not None and ended.closed_at is not None and ended.closed_at > now() - REOPEN_WITHIN
    return ended if recent else None


def _new_enquiry(session: Session, patient: Patient, inbound: InboundMessage) -> Enquiry:
    same = {row.id for row in patient.everybody}
    others = [other for other in persons.known(session, inbound.contacts, proven=False) if other.id not in same]
    enquiry = Enquiry(
        id=new_id(),
        reference=_free_reference(session),
        patient_id=patient.id,
        channel=inbound.channel,
        received_at=inbound.received_at,
        due_at=deadlines.answer_due(session, "routine", inbound.received_at),
        maybe_patient_id=others[0].id if others else None,
    )
    session.add(enquiry)
    states.record(session, enquiry, "received", who=inbound.channel)
    session.flush()
    return enquiry


def _free_reference(session: Session) -> str:
    while True:
        reference = references.new_reference()
        if session.scalar(select(Enquiry.id).where(Enquiry.reference == reference)) is None:
            return reference
