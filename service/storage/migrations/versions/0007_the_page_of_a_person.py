"""Indexes for the page of a person; requests in doubt that were accepted lose the words that they keep no longer."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEXES: Final = (
    ("ix_enquiries_maybe_patient", "enquiries", ["maybe_patient_id"]),
    ("ix_appointments_patient_id", "appointments", ["patient_id"]),
    ("ix_audit_events_patient_id_id", "audit_events", ["patient_id", "id"]),
)


def upgrade() -> None:
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    op.execute(sa.text("UPDATE quarantined SET form = NULL WHERE state = 'accepted'"))


def downgrade() -> None:
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)
