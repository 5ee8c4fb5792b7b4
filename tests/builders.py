"""Builds people, enquiries and messages in a database, with sensible values for what a test does not care about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.clock import now
from service.console import staff
from service.enquiries import contacts, references, states
from service.enquiries.deadlines import ANSWER_WITHIN
from service.enquiries.model import (
    URGENCY_RANK,
    Attachment,
    AttachmentContent,
    ContactKind,
    ContactPoint,
    Enquiry,
    Message,
    Patient,
    Staff,
    Translation,
)
from service.enquiries.understand import take_stock
from service.storage.session import Database
from service.storage.tables import new_id
from service.storage.vault import blind_index, vault_of

PASSWORD = "correct horse battery staple"
#: What the authenticator app of every colleague holds.
TOTP_SECRET = "ONSWG4TFOQQGM33SEB2GK43UOMQGC3DP"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff, the password to sign in with, and what their authenticator app holds."""

    email: str
    password: str = PASSWORD
    totp_secret: str = TOTP_SECRET

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or so many half minutes later."""
        return pyotp.TOTP(self.totp_secret).at(now() + timedelta(seconds=30 * steps))


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation into English to be stored beside a message."""

    text: str
    engine: str = "argos"
    package: str = "translate-xx_en 1.0"
    flags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file to be stored with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Built:
    """What a test may want to name afterwards."""

    reference: str
    enquiry_id: str
    message_id: str
    patient_id: str
    attachment_ids: tuple[str, ...] = ()


def create_staff(
    database: Database, email: str = "alice@clinic.example", *, role: str = "coordinator", languages: Sequence[str] = ()
) -> Colleague:
    """A member of staff whose second factor is set up; `Colleague.code` is the code of this moment."""
    staff.add(database, email, role, languages, PASSWORD)
    with database.write() as session:
        member = session.scalars(select(Staff).where(Staff.email == email)).one()
        member.totp_secret, member.totp_confirmed_at = TOTP_SECRET, now()
    return Colleague(email)


def forget_used_codes(database: Database) -> None:
    """As if half a minute had passed for each: the codes of this moment are good again."""
    with database.write() as session:
        session.execute(update(Staff).values(totp_last_step=0))


def evidence(text: str, words: str, source: str = "original") -> dict[str, Any]:
    """The evidence of a finding: where these words stand in the text."""
    start = text.index(words)
    return {"text": words, "start": start, "end": start + len(words), "source": source}


def create_enquiry(
    database: Database,
    text: str = "I would like to know the price of a knee replacement.",
    *,
    language: str = "en",
    romanised: bool = False,
    channel: str = "sms",
    name: str | None = "Maria Example",
    contact: tuple[ContactKind, str] = ("phone", "+447700900123"),
    translation: Translated | None = None,
    urgency: str = "routine",
    red_flags: Sequence[str] = (),
    condition: str = "unclassified",
    intent: str = "other",
    gist: str = "Asks for the price of a knee replacement",
    facts: Mapping[str, Any] | None = None,
    reading: Mapping[str, Any] | None = None,
    files: Sequence[File] = (),
    received_at: datetime | None = None,
    due_at: datetime | None = None,
    maybe_patient_id: str | None = None,
    needs_listening: bool = False,
) -> Built:
    """One enquiry of a new patient, with one message, as if received and read."""
    received_at = received_at or now() - timedelta(minutes=3)
    with database.write() as session:
        patient = _patient(session, name, language, contact, proven=channel != "web")
        enquiry = Enquiry(
            id=new_id(),
            reference=references.new_reference(),
            patient_id=patient.id,
            channel=channel,
            language=language,
            urgency=urgency,
            urgency_rank=URGENCY_RANK[urgency],
            condition=condition,
            intent=intent,
            red_flags=list(red_flags),
            received_at=received_at,
            due_at=due_at or received_at + ANSWER_WITHIN[urgency],
            maybe_patient_id=maybe_patient_id,
        )
        enquiry.gist, enquiry.facts = gist, dict(facts or {})
        session.add(enquiry)
        session.flush()
        message = _message(enquiry, text, romanised=romanised, needs_listening=needs_listening)
        message.reading = dict(reading) if reading is not None else None
        session.flush()
        if translation:
            add_translation(message, translation)
        attached = tuple(_attach(session, message, file) for file in files)
        states.record(session, enquiry, "received", who=channel)
        take_stock(enquiry)
        return Built(enquiry.reference, enquiry.id, message.id, patient.id, attached)


def _patient(
    session: Session, name: str | None, language: str, contact: tuple[ContactKind, str], *, proven: bool
) -> Patient:
    patient = Patient(id=new_id(), language=language)
    vault_of(session).create(session, patient.id)
    patient.name = name
    session.add(patient)
    session.flush()
    kind, value = contact
    index = blind_index(session, contacts.index_kind(kind), contacts.index_value(kind, value))
    point = ContactPoint(patient_id=patient.id, kind=kind, blind_index=index, proven=proven)
    point.value = value
    patient.contact_points.append(point)
    return patient


def _message(enquiry: Enquiry, text: str, *, romanised: bool, needs_listening: bool) -> Message:
    message = Message(
        id=new_id(),
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        channel=enquiry.channel,
        unique_key=new_id(),
        received_at=enquiry.received_at,
        language=enquiry.language,
        language_confidence=0.99,
        romanised=romanised,
        needs_listening=needs_listening,
        reading_state="done",
        urgency=enquiry.urgency,
        red_flags=list(enquiry.red_flags),
        translations=[],
    )
    message.body = text
    enquiry.messages.append(message)
    return message


def add_translation(message: Message, translated: Translated) -> None:
    """A further version of a message that is in a session."""
    stored = Translation(
        message_id=message.id,
        patient_id=message.patient_id,
        version=len(message.translations) + 1,
        source=message.language,
        target="en",
        engine=translated.engine,
        package=translated.package,
        flags=list(translated.flags),
    )
    stored.text = translated.text
    message.translations.append(stored)


def _attach(session: Session, message: Message, file: File) -> str:
    attachment = Attachment(
        id=new_id(),
        message_id=message.id,
        patient_id=message.patient_id,
        media_type=file.media_type,
        size=len(file.content),
        state="stored",
    )
    attachment.name = file.name
    message.attachments.append(attachment)
    session.flush()
    content = AttachmentContent(attachment_id=attachment.id, patient_id=message.patient_id)
    content.content = file.content
    session.add(content)
    return attachment.id
