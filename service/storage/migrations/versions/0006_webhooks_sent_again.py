"""An index by which a webhook is found that its provider sends again under another key."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEX: Final = "ix_messages_digest"
_ONLY: Final = sa.text("digest IS NOT NULL")


def upgrade() -> None:
    op.create_index(_INDEX, "messages", ["digest"], sqlite_where=_ONLY, postgresql_where=_ONLY)


def downgrade() -> None:
    op.drop_index(_INDEX, "messages", sqlite_where=_ONLY, postgresql_where=_ONLY)
