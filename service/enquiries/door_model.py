"""The tables of the doors: calls under way, keys of the API, and requests whose sender is in doubt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.clock import now
from service.storage.secret import SecretJson, sealed_column
from service.storage.tables import Base, new_id

_ID = String(32)


class Call(Base):
    """Where a phone call stands, so that any web process can answer its next step; nothing the caller said."""

    __tablename__ = "calls"

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    step: Mapped[str] = mapped_column(String(12))
    language: Mapped[str | None] = mapped_column(String(3))
    failures: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default="ringing")
    message_id: Mapped[str | None] = mapped_column(_ID, ForeignKey("messages.id", ondelete="SET NULL"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class ApiKey(Base):
    """A key of the JSON API: only its digest is kept; `prefix` tells people which one it is."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(254))
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Quarantined(Base):
    """A webhook whose signature fails for a doubtful reason: kept until somebody decides; sealed with the system key.

    `state` is "waiting", "accepted" or "discarded".
    """

    __tablename__ = "quarantined"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    path: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(40))
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    received_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(254))
    sealed_form: Mapped[bytes | None] = sealed_column("form")

    form = SecretJson("sealed_form")
