"""Replies and their drafts, delivery, calls under way, keys of the API, requests in doubt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_table(
        "quarantined",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=254), nullable=True),
        sa.Column("form", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_quarantined_provider_id")),
    )
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantined_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("enquiry_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("preview_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("contact_point_id", sa.String(length=32), nullable=True),
        sa.Column("written_language", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("package", sa.String(length=120), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("seen_message_id", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("back", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_points.id"], name=op.f("fk_drafts_contact_point_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiries.id"], name=op.f("fk_drafts_enquiry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_drafts_patient_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_drafts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("enquiry_id", "staff_id", name=op.f("uq_drafts_enquiry_id_staff_id")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_preview_id"), ["preview_id"], unique=False)

    op.create_table(
        "calls",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_calls_message_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("message_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_consents_message_id"), "messages", ["message_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("bad_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("bad_reason", sa.String(length=40), nullable=True))

    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sent_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("approved_text", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("contact_point_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("segments", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.LargeBinary(), nullable=True))
        batch_op.alter_column(
            "error_code", existing_type=sa.VARCHAR(length=10), type_=sa.String(length=40), existing_nullable=True
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_messages_contact_point_id"),
            "contact_points",
            ["contact_point_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(batch_op.f("fk_messages_sent_by"), "staff", ["sent_by"], ["id"])

    with op.batch_alter_table("patients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_typed", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("patients", schema=None) as batch_op:
        batch_op.drop_column("name_typed")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_messages_sent_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_messages_contact_point_id"), type_="foreignkey")
        batch_op.alter_column(
            "error_code", existing_type=sa.String(length=40), type_=sa.VARCHAR(length=10), existing_nullable=True
        )
        batch_op.drop_column("subject")
        batch_op.drop_column("digest")
        batch_op.drop_column("segments")
        batch_op.drop_column("contact_point_id")
        batch_op.drop_column("approved_text")
        batch_op.drop_column("sent_by")
        batch_op.drop_column("status_at")

    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.drop_column("first_answered_at")

    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.drop_column("bad_reason")
        batch_op.drop_column("bad_since")
        batch_op.drop_column("acknowledged_at")
        batch_op.drop_column("last_inbound_at")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consents_message_id"), type_="foreignkey")
        batch_op.drop_column("message_id")

    op.drop_table("calls")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_preview_id"))

    op.drop_table("drafts")
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantined_state_id"))

    op.drop_table("quarantined")
    op.drop_table("api_keys")
