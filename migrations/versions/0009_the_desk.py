"""The desk: presses, sweeps that were asked for, alarms seen to, and indexes under its lists."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_audit_action", "audit", ["action", "id"]),
    ("ix_audit_actor", "audit", ["actor", "id"]),
    ("ix_stripe_event_story", "stripe_event", ["customer_id", "created_at"]),
    ("ix_stripe_event_state", "stripe_event", ["state", "id"]),
    ("ix_stripe_event_type", "stripe_event", ["type", "id"]),
    ("ix_stripe_event_object", "stripe_event", ["object_id", "id"]),
    ("ix_playback_session_story", "playback_session", ["member_id", "started_at"]),
    ("ix_alarm_kind", "alarm", ["kind", "id"]),
)
PARTIAL = (
    ("ix_drift_waiting", "drift", "repaired_at is null"),
    ("ix_drift_repaired", "drift", "repaired_at is not null"),
    ("ix_alarm_waiting", "alarm", "settled_at is null and seen_at is null"),
    ("ix_sweep_waiting", "sweep", "ended_at is null"),
)


def upgrade() -> None:
    """Add the tables, the columns and the indexes; nothing that stands is changed."""
    op.add_column("audit", sa.Column("network", sa.String(), nullable=False, server_default=""))
    op.add_column("alarm", sa.Column("member_id", sa.BigInteger()))
    op.create_foreign_key(op.f("fk_alarm_member_id"), "alarm", "member", ["member_id"], ["id"])
    op.add_column("alarm", sa.Column("seen_at", sa.DateTime(timezone=True)))
    op.add_column("alarm", sa.Column("seen_by", sa.String()))
    op.add_column("alarm", sa.Column("seen_why", sa.String()))
    op.create_table(
        "press",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_press")),
    )
    op.create_table(
        "sweep",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("found", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep")),
    )
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    for name, table, where in PARTIAL:
        op.create_index(name, table, ["id"], postgresql_where=sa.text(where))
    op.create_index(
        "ix_member_email_start", "member", ["email"], postgresql_ops={"email": "text_pattern_ops"}
    )


def downgrade() -> None:
    """Take all of it away again."""
    op.drop_index("ix_member_email_start", "member")
    for name, table, _ in (*PARTIAL, *INDEXES):
        op.drop_index(name, table)
    op.drop_table("sweep")
    op.drop_table("press")
    for name in ("seen_why", "seen_by", "seen_at", "member_id"):
        op.drop_column("alarm", name)
    op.drop_column("audit", "network")
