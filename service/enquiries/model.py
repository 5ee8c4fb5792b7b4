"""The tables of the heart of the program: patients, their enquiries and messages, and the staff who answer."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.clock import now
from service.storage.secret import SecretBytes, SecretJson, SecretText, sealed_column
from service.storage.tables import Base, new_id

Channel = Literal["sms", "whatsapp", "voice", "web", "email", "api"]
ContactKind = Literal["phone", "whatsapp", "whatsapp-id", "email"]
Status = Literal["queued", "claimed", "replied", "snoozed", "booked", "closed", "withdrawn", "spam"]
ReadingState = Literal["pending", "done", "failed"]
AttachmentState = Literal["pending", "stored", "failed", "infected"]

CHANNELS: Final[tuple[Channel, ...]] = ("sms", "whatsapp", "voice", "web", "email", "api")
URGENCY_RANK: Final = {"emergency": 0, "urgent": 1, "routine": 2}

_ID = String(32)
_WAITING: Final = text("status IN ('queued', 'claimed')")
_WAITING_IN_NEED: Final = text("status IN ('queued', 'claimed') AND json_array_length(needs) > 0")
_SPAM: Final = text("status = 'spam'")


def _partial(name: str, *columns: str, where: TextClause) -> Index:
    """An index of some of the rows, on both databases."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Patient(Base):
    """A person who asked for help, or for whom somebody asked.

    `merged_into` is the patient that this one turned out to be. Each keeps its rows and its key, so that a merge can
    be undone; what is shown of a person is that of all who were merged.
    """

    __tablename__ = "patients"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    language: Mapped[str | None] = mapped_column(String(3))
    country: Mapped[str | None] = mapped_column(String(2))
    erased_at: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(_ID, ForeignKey("patients.id", ondelete="SET NULL"), index=True)
    name_typed: Mapped[bool] = mapped_column(default=False)
    sealed_name: Mapped[bytes | None] = sealed_column("name")

    name = SecretText("sealed_name")
    contact_points: Mapped[list[ContactPoint]] = relationship(back_populates="patient", order_by="ContactPoint.id")
    kept: Mapped[Patient | None] = relationship(back_populates="merged", remote_side=[id])
    merged: Mapped[list[Patient]] = relationship(back_populates="kept", order_by="Patient.id")

    @property
    def key_owner(self) -> str:
        return self.id

    @property
    def everybody(self) -> list[Patient]:
        """All rows that are this one person, the one that was kept first."""
        kept = self.kept or self
        return [kept, *kept.merged]

    @property
    def all_contact_points(self) -> list[ContactPoint]:
        """The contact points of this person, whichever row has them."""
        return [point for row in self.everybody for point in row.contact_points]


class OfPatient:
    """What belongs to a patient is sealed with that patient's key."""

    patient_id: Mapped[str]

    @property
    def key_owner(self) -> str:
        return self.patient_id


class ContactPoint(OfPatient, Base):
    """A phone number, WhatsApp identity or e-mail address; several patients may share one.

    `last_inbound_at` opens the provider's answering window; `bad_since` and `bad_reason` tell that messages to it
    come back; `acknowledged_at` keeps automatic answers rare.
    """

    __tablename__ = "contact_points"
    __table_args__ = (UniqueConstraint("patient_id", "kind", "blind_index"), Index(None, "blind_index"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    blind_index: Mapped[str] = mapped_column(String(64))
    proven: Mapped[bool] = mapped_column(default=False)
    opted_out: Mapped[bool] = mapped_column(default=False)
    last_inbound_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    bad_since: Mapped[datetime | None]
    bad_reason: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=now)
    sealed_value: Mapped[bytes | None] = sealed_column("value")

    value = SecretText("sealed_value")
    patient: Mapped[Patient] = relationship(back_populates="contact_points")


class Enquiry(OfPatient, Base):
    """One matter of one patient, from the first message to its end.

    `assigned_to` holds the claim until `claimed_until`. `routed_to` is who should take it, by the word of `routed_by`
    ("routing" or an address). A snooze without `snoozed_until` lasts until the patient writes. `escalated_at` is when
    a lead was told that nobody had claimed it.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        # The queue page, its views and its pages after: open enquiries only, in queue order.
        _partial("ix_enquiries_queue", "urgency_rank", "due_at", "id", where=_WAITING),
        _partial("ix_enquiries_queue_language", "language", "urgency_rank", "due_at", "id", where=_WAITING),
        _partial("ix_enquiries_queue_condition", "condition", "urgency_rank", "due_at", "id", where=_WAITING),
        _partial("ix_enquiries_queue_needs", "urgency_rank", "due_at", "id", where=_WAITING_IN_NEED),
        _partial("ix_enquiries_spam", "closed_at", where=_SPAM),
        Index("ix_enquiries_lease", "claimed_until", postgresql_where=text("status = 'claimed'")),
        Index("ix_enquiries_state", "status", "urgency_rank", "due_at", "id"),
        Index("ix_enquiries_patient", "patient_id", "received_at"),
        Index("ix_enquiries_assigned", "assigned_to", "status"),
        Index("ix_enquiries_routed", "routed_to", "status"),
        Index("ix_enquiries_snoozed", "snoozed_until", postgresql_where=text("status = 'snoozed'")),
        Index("ix_enquiries_received", "received_at"),
        Index("ix_enquiries_maybe_patient", "maybe_patient_id"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="queued")
    urgency: Mapped[str] = mapped_column(String(10), default="routine")
    urgency_rank: Mapped[int] = mapped_column(default=URGENCY_RANK["routine"])
    language: Mapped[str] = mapped_column(String(3), default="und")
    condition: Mapped[str] = mapped_column(String(40), default="unclassified")
    intent: Mapped[str] = mapped_column(String(20), default="other")
    red_flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    translated: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]
    first_answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    assigned_to: Mapped[str | None] = mapped_column(_ID, ForeignKey("staff.id"))
    claimed_until: Mapped[datetime | None]
    routed_to: Mapped[str | None] = mapped_column(_ID, ForeignKey("staff.id"))
    routed_by: Mapped[str | None] = mapped_column(String(254))
    snoozed_until: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    maybe_patient_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("patients.id", ondelete="SET NULL"))
    sealed_gist: Mapped[bytes | None] = sealed_column("gist")
    sealed_facts: Mapped[bytes | None] = sealed_column("facts")
    sealed_conditions: Mapped[bytes | None] = sealed_column("conditions")

    gist = SecretText("sealed_gist")
    facts = SecretJson("sealed_facts")
    conditions = SecretJson("sealed_conditions")
    patient: Mapped[Patient] = relationship(foreign_keys=[patient_id])
    assignee: Mapped[Staff | None] = relationship(foreign_keys=[assigned_to])
    routed: Mapped[Staff | None] = relationship(foreign_keys=[routed_to])
    messages: Mapped[list[Message]] = relationship(back_populates="enquiry", order_by="Message.id")
    events: Mapped[list[AuditEvent]] = relationship(order_by="AuditEvent.id")
    corrections: Mapped[list[LabelledExample]] = relationship(order_by="LabelledExample.id")

    def add_need(self, need: str) -> bool:
        """Whether it had none such before."""
        if need in self.needs:
            return False
        self.needs = [*self.needs, need]
        return True

    def end_need(self, need: str) -> bool:
        """Whether it had one such."""
        if need not in self.needs:
            return False
        self.needs = [other for other in self.needs if other != need]
        return True


class Message(OfPatient, Base):
    """One message, kept as it was written; `unique_key` is its key in its channel.

    Of a message that goes out, `body` is what the patient reads and `translation` what the coordinator wrote;
    `sent_by` is the coordinator, or `approved_text` the event and version that went without one. `status` is the
    provider's word for where it is, `status_at` since when. `digest` tells two requests with one key apart,
    and finds a webhook that the provider sends again under another key.
    `logged_by` is the coordinator who wrote down a call.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel", "unique_key"),
        Index(None, "enquiry_id", "id"),
        Index("ix_messages_provider", "provider_id"),
        Index("ix_messages_received", "received_at"),
        Index(
            "ix_messages_digest",
            "digest",
            sqlite_where=text("digest IS NOT NULL"),
            postgresql_where=text("digest IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    direction: Mapped[str] = mapped_column(String(3), default="in")
    channel: Mapped[str] = mapped_column(String(10))
    unique_key: Mapped[str] = mapped_column(String(255))
    provider_id: Mapped[str | None] = mapped_column(String(255))
    in_reply_to: Mapped[str | None] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(default=now)
    language: Mapped[str] = mapped_column(String(3), default="und")
    language_confidence: Mapped[float] = mapped_column(default=0.0)
    language_chosen: Mapped[bool] = mapped_column(default=False)
    romanised: Mapped[bool] = mapped_column(default=False)
    needs_listening: Mapped[bool] = mapped_column(default=False)
    reading_state: Mapped[str] = mapped_column(String(8), default="pending")
    answer_language: Mapped[str] = mapped_column(String(3), default="en")
    urgency: Mapped[str] = mapped_column(String(10), default="routine")
    red_flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    status: Mapped[str] = mapped_column(String(20), default="received")
    status_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    sent_by: Mapped[str | None] = mapped_column(_ID, ForeignKey("staff.id"))
    logged_by: Mapped[str | None] = mapped_column(_ID, ForeignKey("staff.id"))
    approved_text: Mapped[str | None] = mapped_column(String(80))
    contact_point_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("contact_points.id", ondelete="SET NULL"))
    segments: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    sealed_subject: Mapped[bytes | None] = sealed_column("subject")
    sealed_body: Mapped[bytes | None] = sealed_column("body")
    sealed_reading: Mapped[bytes | None] = sealed_column("reading")

    subject = SecretText("sealed_subject")
    body = SecretText("sealed_body")
    reading = SecretJson("sealed_reading")
    enquiry: Mapped[Enquiry] = relationship(back_populates="messages")
    translations: Mapped[list[Translation]] = relationship(back_populates="message", order_by="Translation.version")
    attachments: Mapped[list[Attachment]] = relationship(back_populates="message", order_by="Attachment.id")
    contact_point: Mapped[ContactPoint | None] = relationship()
    sender: Mapped[Staff | None] = relationship(foreign_keys=[sent_by])

    @property
    def translation(self) -> Translation | None:
        """The newest translation."""
        return self.translations[-1] if self.translations else None


class Translation(OfPatient, Base):
    """One version of a message in another language; the original stays beside it."""

    __tablename__ = "translations"
    __table_args__ = (UniqueConstraint("message_id", "version"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(_ID, ForeignKey("messages.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(String(3))
    target: Mapped[str] = mapped_column(String(3))
    engine: Mapped[str] = mapped_column(String(20))
    package: Mapped[str] = mapped_column(String(120), default="")
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    edited_by: Mapped[str | None] = mapped_column(_ID, ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    sealed_text: Mapped[bytes | None] = sealed_column("text")

    text = SecretText("sealed_text")
    message: Mapped[Message] = relationship(back_populates="translations")


class Attachment(OfPatient, Base):
    """A file that came with a message; `source_url` until it is fetched, `scanned_at` once a scanner has read it."""

    __tablename__ = "attachments"
    __table_args__ = (Index(None, "message_id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(_ID, ForeignKey("messages.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8), default="pending")
    scanned_at: Mapped[datetime | None]
    sealed_name: Mapped[bytes | None] = sealed_column("name")
    sealed_source_url: Mapped[bytes | None] = sealed_column("source_url")

    name = SecretText("sealed_name")
    source_url = SecretText("sealed_source_url")
    message: Mapped[Message] = relationship(back_populates="attachments")


class AttachmentContent(OfPatient, Base):
    """The bytes of an attachment, apart from its row so that a list of names stays small."""

    __tablename__ = "attachment_contents"

    attachment_id: Mapped[str] = mapped_column(_ID, ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    sealed_content: Mapped[bytes | None] = sealed_column("content")

    content = SecretBytes("sealed_content")


class Consent(OfPatient, Base):
    """Who agreed to what, when, in which words (`wording` names text and version), and who or what withdrew it."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "patient_id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    message_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("messages.id", ondelete="SET NULL"))
    purpose: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(3))
    channel: Mapped[str] = mapped_column(String(10))
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(254))


class Draft(OfPatient, Base):
    """A reply that is being written: what the coordinator wrote, what the patient would read, and what that says.

    `state` is "writing", "pending" (the preview is being made), "ready" or "failed". `preview_id` names the preview
    that was asked for last; `seen_message_id` the patient's newest message at that time. `written_language` may be
    the patient's own, and then nothing is translated.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("enquiry_id", "staff_id"), Index(None, "preview_id"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(8), default="writing")
    preview_id: Mapped[str | None] = mapped_column(_ID)
    channel: Mapped[str] = mapped_column(String(10))
    contact_point_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("contact_points.id", ondelete="SET NULL"))
    written_language: Mapped[str] = mapped_column(String(3), default="en")
    language: Mapped[str] = mapped_column(String(3), default="en")
    engine: Mapped[str] = mapped_column(String(20), default="")
    package: Mapped[str] = mapped_column(String(120), default="")
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    seen_message_id: Mapped[str | None] = mapped_column(_ID)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    sealed_written: Mapped[bytes | None] = sealed_column("written")
    sealed_text: Mapped[bytes | None] = sealed_column("text")
    sealed_back: Mapped[bytes | None] = sealed_column("back")

    written = SecretText("sealed_written")
    text = SecretText("sealed_text")
    back = SecretText("sealed_back")
    enquiry: Mapped[Enquiry] = relationship()
    contact_point: Mapped[ContactPoint | None] = relationship()


class LabelledExample(OfPatient, Base):
    """What a coordinator corrected in the reading of a message, with the text that it was read from: one learns of it.

    `kind` is "condition", "urgency", "intent" or "language"; `old` and `new` are codes. Of a "fact" `new` is its
    key and the text its value in JSON, null for one that was taken out.
    """

    __tablename__ = "labelled_examples"
    __table_args__ = (Index(None, "enquiry_id", "kind", "id"), Index(None, "kind", "id"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    enquiry_id: Mapped[str] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    patient_id: Mapped[str] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    message_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("messages.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(10))
    old: Mapped[str] = mapped_column(String(40))
    new: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(3))
    model: Mapped[str] = mapped_column(String(40), default="")
    staff_id: Mapped[str] = mapped_column(_ID, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    sealed_text: Mapped[bytes | None] = sealed_column("text")

    text = SecretText("sealed_text")


class AuditEvent(Base):
    """Something that happened to an enquiry or was done by somebody; never changed afterwards."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "enquiry_id", "id"),
        Index(None, "patient_id", "id"),
        Index(None, "who", "id"),
        Index(None, "what", "id"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now)
    who: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(String(60))
    enquiry_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("enquiries.id", ondelete="CASCADE"))
    patient_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("patients.id", ondelete="CASCADE"))
    sealed_detail: Mapped[bytes | None] = sealed_column("detail")

    detail = SecretText("sealed_detail")

    @property
    def key_owner(self) -> str | None:
        return self.patient_id


class Staff(Base):
    """Somebody who works in the console.

    `on_duty` is their own word; together with the hours of their calendar it says whether to tell them of emergencies.
    `totp_last_step` is the last time step whose code was used, so that no code works twice.
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80), default="")
    specialties: Mapped[list[str]] = mapped_column(JSON, default=list)
    calendar_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("calendars.id", ondelete="SET NULL"))
    on_duty: Mapped[bool] = mapped_column(default=True)
    last_seen_at: Mapped[datetime | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sealed_totp_secret: Mapped[bytes | None] = sealed_column("totp_secret")

    totp_secret = SecretText("sealed_totp_secret")


class FailedSignIn(Base):
    """A failed sign-in, kept a short while to slow guessing down."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index(None, "blind_index", "at"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    blind_index: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)
