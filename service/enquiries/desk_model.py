"""The tables of the coordinators' desk: notes, appointments, canned answers, presence, alerts, calendars, relations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.clock import now
from service.enquiries.model import OfPatient, Staff
from service.storage.secret import SecretText, sealed_column
from service.storage.tables import Base, new_id

TextState = Literal["draft", "reviewed"]
AlertKind = Literal["emergency", "unclaimed-emergency", "overdue"]
RelationKind = Literal["mother", "father", "child", "spouse", "sibling", "other-relative", "carer"]

RELATIONS: Final[tuple[RelationKind, ...]] = (
    "mother", "father", "child", "spouse", "sibling", "other-relative", "carer",
)  # fmt: skip

_ID = String(32)


class Note(OfPatient, Base):
    """What a coordinator wrote for colleagues; no patient ever reads it."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "enquiry_id", "id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    sealed_text: Mapped[bytes | None] = sealed_column("text")

    text = SecretText("sealed_text")
    staff: Mapped[Staff] = relationship()


class Appointment(OfPatient, Base):
    """When a patient is expected; `zone` is the IANA name in which the hour was agreed."""

    __tablename__ = "appointments"
    __table_args__ = (Index(None, "enquiry_id"), Index(None, "patient_id"), Index(None, "starts_at"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    booked_by: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    booked_at: Mapped[datetime] = mapped_column(default=now)
    canceled_at: Mapped[datetime | None]
    sealed_note: Mapped[bytes | None] = sealed_column("note")

    note = SecretText("sealed_note")


class Presence(Base):
    """Who has which enquiry open; a row that is not renewed means nothing after a while."""

    __tablename__ = "presences"
    __table_args__ = (Index(None, "enquiry_id", "seen_at"),)

    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class CannedAnswer(Base):
    """An answer kept for use again; `name` is what a coordinator types after "/" to find it."""

    __tablename__ = "canned_answers"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    created_by: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    texts: Mapped[list[CannedText]] = relationship(back_populates="answer", order_by="CannedText.language")


class CannedText(Base):
    """A canned answer in one language, with variables in braces; a change makes it a draft again."""

    __tablename__ = "canned_texts"
    __table_args__ = (UniqueConstraint("answer_id", "language"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    answer_id: Mapped[str] = mapped_column(_ID, ForeignKey("canned_answers.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    changed_at: Mapped[datetime] = mapped_column(default=now)
    reviewed_by: Mapped[str | None] = mapped_column(String(254))
    reviewed_at: Mapped[datetime | None]

    answer: Mapped[CannedAnswer] = relationship(back_populates="texts")


class TextReview(Base):
    """That a speaker has approved one version of an approved text, or taken the approval back (`approved` false)."""

    __tablename__ = "text_reviews"
    __table_args__ = (Index(None, "event", "language", "id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    event: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(3))
    channel: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    approved: Mapped[bool] = mapped_column(default=True)
    reviewer: Mapped[str] = mapped_column(String(120))
    recorded_by: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class RememberedSentence(OfPatient, Base):
    """How a coordinator translated one sentence; it goes before the machine's, until its patient is erased.

    `blind_index` is that of the sentence with its spaces and case levelled.
    """

    __tablename__ = "remembered_sentences"
    __table_args__ = (Index(None, "source", "target", "blind_index"), Index(None, "patient_id"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(3))
    target: Mapped[str] = mapped_column(String(3))
    blind_index: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    sealed_original: Mapped[bytes | None] = sealed_column("original")
    sealed_translation: Mapped[bytes | None] = sealed_column("translation")

    original = SecretText("sealed_original")
    translation = SecretText("sealed_translation")


class SearchWord(Base):
    """One word of an enquiry's messages as a keyed hash, so that sealed texts can be searched by whole words."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "enquiry_id"),)

    word: Mapped[str] = mapped_column(String(24), primary_key=True)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"), primary_key=True)


class Relation(Base):
    """How two patients belong together: `other` is the `kind` of `patient`."""

    __tablename__ = "relations"
    __table_args__ = (UniqueConstraint("patient_id", "other_id"), Index(None, "other_id"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    other_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    recorded_by: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class Calendar(Base):
    """When a clinic works: `hours` holds for "mon" to "sun" pairs of local times such as ["09:00", "17:30"]."""

    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    zone: Mapped[str] = mapped_column(String(40))
    hours: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON, default=dict)
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)

    holidays: Mapped[list[Holiday]] = relationship(back_populates="calendar", order_by="Holiday.day")


class Holiday(Base):
    """A day on which the clinic of a calendar does not work."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("calendar_id", "day"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    calendar_id: Mapped[str] = mapped_column(_ID, ForeignKey("calendars.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(80))

    calendar: Mapped[Calendar] = relationship(back_populates="holidays")


class OnCall(Base):
    """Where emergencies are told besides the console; one of `escalation` hears of them only when nobody claims.

    `kind` is "phone" or "email".
    """

    __tablename__ = "on_call"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(8))
    escalation: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sealed_address: Mapped[bytes | None] = sealed_column("address")

    address = SecretText("sealed_address")


class Alert(Base):
    """That somebody was (to be) told of an enquiry: one row for each address, sent by a task of its own.

    `occasion` tells two emergencies of one enquiry apart. What goes out names no patient and nothing they said.
    """

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("enquiry_id", "kind", "occasion", "way", "told"), Index(None, "at"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    occasion: Mapped[str] = mapped_column(String(32))
    way: Mapped[str] = mapped_column(String(8))
    told: Mapped[str] = mapped_column(_ID)
    state: Mapped[str] = mapped_column(String(8), default="queued")
    error_code: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in once for the second factor; only its digest is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "staff_id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class StaffLink(Base):
    """A link that lets a member of staff set a new password once; only its digest is kept."""

    __tablename__ = "staff_links"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PackageJob(Base):
    """A language package being installed or removed at somebody's wish.

    `state` is "waiting", "running", "done" or "failed".
    """

    __tablename__ = "package_jobs"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    action: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
