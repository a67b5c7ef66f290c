"""What upkeep needs: how far events were read, what differed from Stripe, what needs a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "event_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("read_until", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_event_cursor_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_cursor")),
    )
    op.create_table(
        "drift",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("ours", sa.String(), nullable=True),
        sa.Column("theirs", sa.String(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("repaired_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_drift_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift")),
    )
    op.create_index("ix_drift_found", "drift", ["found_at"])
    op.create_table(
        "alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(
        "uq_alarm_open",
        "alarm",
        ["kind", "object_id"],
        unique=True,
        postgresql_where=sa.text("settled_at is null"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("alarm", "drift", "event_cursor"):
        op.drop_table(table)
