"""Indexes for the views of the queue."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING: Final = "status IN ('queued', 'claimed')"
_INDEXES: Final = (
    ("ix_enquiries_queue_language", ["language", "urgency_rank", "due_at", "id"], _WAITING),
    ("ix_enquiries_queue_condition", ["condition", "urgency_rank", "due_at", "id"], _WAITING),
    ("ix_enquiries_queue_needs", ["urgency_rank", "due_at", "id"], f"{_WAITING} AND json_array_length(needs) > 0"),
    ("ix_enquiries_spam", ["closed_at"], "status = 'spam'"),
)


def upgrade() -> None:
    for name, columns, where in _INDEXES:
        op.create_index(name, "enquiries", columns, unique=False, **_only(where))


def downgrade() -> None:
    for name, _columns, where in reversed(_INDEXES):
        op.drop_index(name, "enquiries", **_only(where))


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
