"""Receiving a message: in the database, once, with its red flags and its tasks, before anybody is told anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from babel.languages import get_official_languages
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import contacts, references, states
from service.enquiries.acknowledge import Receipt
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import (
    Attachment,
    AttachmentContent,
    Consent,
    ContactPoint,
    Enquiry,
    Message,
    Patient,
)
from service.enquiries.understand import ANSWER_WITHIN, Reads, apply_reading, raise_urgency, take_stock
from service.storage import tasks
from service.storage.session import Database
from service.storage.tables import new_id
from service.storage.vault import blind_index, vault_of
from service.understanding.reading import Reading
from translations import identify, languages

REOPEN_WITHIN: Final = timedelta(days=30)
TASK_PRIORITY: Final = {"emergency": 0, "urgent": 1, "routine": 2}

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
        try:
            receipt = self._store(inbound)
        except IntegrityError:  # another process stored the same message between our look and our insert
            receipt = self._stored_by_another(inbound)
        if not receipt.repeated:
            for queue in ("understand", "housekeeping") if inbound.files else ("understand",):
                self._ring(queue)
        return receipt

    def _store(self, inbound: InboundMessage) -> Receipt:
        with self._database.read() as session:
            earlier = _earlier(session, inbound)
            if earlier:
                return earlier
            prior = inbound.language_hint or _known_language(session, inbound)
        read = self._read(inbound, prior)
        with self._database.write() as session:
            return _earlier(session, inbound) or _store_new(session, inbound, read)

    def _stored_by_another(self, inbound: InboundMessage) -> Receipt:
        with self._database.read() as session:
            earlier = _earlier(session, inbound)
        if earlier is None:
            raise RuntimeError("a message was neither stored nor found")
        return earlier

    def _read(self, inbound: InboundMessage, prior: str | None) -> _Read:
        """Identify and read the text. A fault in reading must not cost the message: it is stored unread."""
        if inbound.language_chosen and inbound.language_hint:
            identified = identify.Identified(inbound.language_hint, 1.0)
        else:
            identified = identify.identify(inbound.text, prior=prior)
        try:
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


def _earlier(session: Session, inbound: InboundMessage) -> Receipt | None:
    """The receipt of this very message, if it came before."""
    message = session.scalar(
        select(Message).where(Message.channel == inbound.channel, Message.unique_key == inbound.unique_key)
    )
    return _receipt(message, message.enquiry, inbound, repeated=True) if message else None


def _receipt(message: Message, enquiry: Enquiry, inbound: InboundMessage, *, repeated: bool) -> Receipt:
    return Receipt(
        enquiry_id=enquiry.id,
        message_id=message.id,
        reference=enquiry.reference,
        language=message.answer_language,
        urgency=message.urgency,
        red_flags=tuple(message.red_flags),
        country=inbound.country,
        repeated=repeated,
    )


def _known_language(session: Session, inbound: InboundMessage) -> str | None:
    """The language in which a proven sender wrote before."""
    if not inbound.proven:
        return None
    return next((patient.language for patient in _known_patients(session, inbound.contacts) if patient.language), None)


def _store_new(session: Session, inbound: InboundMessage, read: _Read) -> Receipt:
    known = _known_patients(session, inbound.contacts)
    patient = known[0] if inbound.proven and known else _new_patient(session, inbound)
    _keep_contacts(session, patient, inbound)
    enquiry = _open_enquiry(session, patient) if inbound.proven else None
    if enquiry is None:
        enquiry = _new_enquiry(session, patient, inbound, known)
    else:
        states.move(session, enquiry, "patient-wrote", who=inbound.channel)
    message = _new_message(session, enquiry, inbound, read, patient)
    _keep_files(session, message, inbound)
    _keep_consent(session, enquiry, inbound)
    _note_reading(session, enquiry, message, inbound, read)
    tasks.add(session, "understand", "understand", message.id, priority=TASK_PRIORITY[message.urgency])
    session.flush()
    return _receipt(message, enquiry, inbound, repeated=False)


def _note_reading(session: Session, enquiry: Enquiry, message: Message, inbound: InboundMessage, read: _Read) -> None:
    if read.reading is not None:
        apply_reading(enquiry, message, read.reading)
    else:  # unread is not the same as harmless
        message.urgency = "urgent"
        raise_urgency(enquiry, "urgent", message.received_at)
    if inbound.condition_hint and enquiry.condition == "unclassified":
        enquiry.condition = inbound.condition_hint
    if message.urgency != "routine":
        states.record(session, enquiry, f"urgency {message.urgency}", who="triage", detail=", ".join(message.red_flags))
    take_stock(enquiry, [*enquiry.messages])


def _known_patients(session: Session, points: Sequence[Contact]) -> list[Patient]:
    """Patients with one of these contact points, the one heard of last first."""
    found: dict[str, Patient] = {}
    for point in points:
        index = _index(session, point)
        rows = session.scalars(
            select(Patient)
            .join(ContactPoint)
            .where(ContactPoint.blind_index == index, Patient.erased_at.is_(None))
            .order_by(ContactPoint.id.desc())
        )
        found.update((patient.id, patient) for patient in rows if patient.id not in found)
    return list(found.values())


def _index(session: Session, point: Contact) -> str:
    return blind_index(session, contacts.index_kind(point.kind), contacts.index_value(point.kind, point.value))


def _new_patient(session: Session, inbound: InboundMessage) -> Patient:
    patient = Patient(id=new_id(), country=inbound.country)
    vault_of(session).create(session, patient.id)
    patient.name = inbound.name
    session.add(patient)
    session.flush()
    return patient


def _keep_contacts(session: Session, patient: Patient, inbound: InboundMessage) -> None:
    known = {(point.kind, point.blind_index) for point in patient.contact_points}
    for contact in inbound.contacts:
        index = _index(session, contact)
        if (contact.kind, index) in known:
            continue
        point = ContactPoint(patient_id=patient.id, kind=contact.kind, blind_index=index, proven=inbound.proven)
        point.value = contact.value
        patient.contact_points.append(point)


def _open_enquiry(session: Session, patient: Patient) -> Enquiry | None:
    """The patient's open enquiry, or one that ended a short while ago."""
    newest = select(Enquiry).where(Enquiry.patient_id == patient.id).order_by(Enquiry.received_at.desc())
    is_open = session.scalar(newest.where(Enquiry.status.in_(states.OPEN)).limit(1).with_for_update())
    if is_open:
        return is_open
    ended = session.scalar(newest.where(Enquiry.status.in_(("closed", "booked"))).limit(1).with_for_update())
    recent = ended is not None and ended.closed_at is not None and ended.closed_at > now() - REOPEN_WITHIN
    return ended if recent else None


def _new_enquiry(session: Session, patient: Patient, inbound: InboundMessage, known: list[Patient]) -> Enquiry:
    enquiry = Enquiry(
        id=new_id(),
        reference=_free_reference(session),
        patient_id=patient.id,
        channel=inbound.channel,
        received_at=inbound.received_at,
        due_at=inbound.received_at + ANSWER_WITHIN["routine"],
        maybe_patient_id=next((other.id for other in known if other.id != patient.id), None),
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


def _new_message(session: Session, enquiry: Enquiry, inbound: InboundMessage, read: _Read, patient: Patient) -> Message:
    identified = read.identified
    if identified.language != languages.UNDETERMINED:
        patient.language = identified.language
    message = Message(
        id=new_id(),
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        direction="in",
        channel=inbound.channel,
        unique_key=inbound.unique_key,
        provider_id=inbound.provider_id,
        in_reply_to=inbound.in_reply_to,
        received_at=inbound.received_at,
        language=identified.language,
        language_confidence=identified.confidence,
        language_chosen=inbound.language_chosen,
        romanised=identified.romanised,
        needs_listening=inbound.needs_listening,
        answer_language=_answer_language(identified.language, inbound, patient),
        urgency="routine",
        red_flags=[],
        translations=[],
    )
    message.body = inbound.text
    enquiry.messages.append(message)
    return message


def _answer_language(identified: str, inbound: InboundMessage, patient: Patient) -> str:
    """The language of the text; where that cannot be told, the page's, the person's, or the country's."""
    for code in (identified, inbound.language_hint, patient.language, country_language(inbound.country)):
        if code in languages.LANGUAGES:
            return str(code)
    return "en"


def country_language(country: str | None) -> str | None:
    """The first official language of a country that is one of ours (CLDR)."""
    official = get_official_languages(country) if country else ()
    return next((code for code in official if code in languages.LANGUAGES), None)


def _keep_files(session: Session, message: Message, inbound: InboundMessage) -> None:
    for file in inbound.files:
        attachment = Attachment(
            id=new_id(),
            message_id=message.id,
            patient_id=message.patient_id,
            media_type=file.media_type,
            size=len(file.content or b""),
            state="pending" if file.content is None else "stored",
        )
        attachment.name, attachment.source_url = file.name, file.source_url
        message.attachments.append(attachment)
        if file.content is None:
            tasks.add(session, "housekeeping", "fetch-media", attachment.id, priority=1)
            continue
        session.flush()
        content = AttachmentContent(attachment_id=attachment.id, patient_id=message.patient_id)
        content.content = file.content
        session.add(content)


def _keep_consent(session: Session, enquiry: Enquiry, inbound: InboundMessage) -> None:
    if inbound.consent is None:
        return
    session.add(
        Consent(
            patient_id=enquiry.patient_id,
            enquiry_id=enquiry.id,
            purpose=inbound.consent.purpose,
            wording=inbound.consent.wording,
            language=inbound.consent.language,
            channel=inbound.channel,
            given_at=inbound.received_at,
        )
    )
