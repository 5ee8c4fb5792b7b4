"""The declarative base, the column types that every table shares, and the tables of the storage itself."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime
from threading import Lock
from typing import Any, ClassVar, Final

from sqlalchemy import DateTime, LargeBinary, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

_id_lock = Lock()
_last_id = 0


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


#: What an id looks like.
ID: Final = "[0-9a-f]{32}"


def is_id(text: str) -> bool:
    """Whether a text from outside can be an id at all."""
    return re.fullmatch(ID, text) is not None


def new_id() -> str:
    """A unique id that sorts by time: 48 bits of milliseconds and 80 random ones, 32 hexadecimal digits.

    Within one process ids only grow, in one millisecond too: what was made later sorts later.
    """
    global _last_id  # noqa: PLW0603
    with _id_lock:
        fresh = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
        _last_id = fresh if fresh > _last_id else _last_id + 1 + int.from_bytes(os.urandom(4), "big")
        return f"{_last_id:032x}"


class DataKey(Base):
    """A patient's data key, wrapped; without it, everything sealed with it is gone."""

    __tablename__ = "data_keys"

    owner: Mapped[str] = mapped_column(String(32), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
