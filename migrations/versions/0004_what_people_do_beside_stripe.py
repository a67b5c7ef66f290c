"""What people do beside Stripe: days given, withdrawals, promotion codes, counted requests."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the columns that older rows have a plain answer for."""
    op.add_column(
        "offer", sa.Column("on_pages", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.alter_column("offer", "on_pages", server_default=None)
    op.add_column("subscription", sa.Column("pause_resumes_at", sa.DateTime(timezone=True)))
    op.add_column("checkout_attempt", sa.Column("promotion", sa.String()))
    op.create_table(
        "given",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer()),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('gift', 'extension', 'complimentary')", name=op.f("ck_given_kind")
        ),
        sa.CheckConstraint("(days is null) <> (ends_at is null)", name=op.f("ck_given_length")),
        sa.CheckConstraint("days > 0", name=op.f("ck_given_days")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_given_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given")),
    )
    op.create_index("ix_given_member", "given", ["member_id"])
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("refunded_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String()),
        sa.CheckConstraint(
            "state in ('declared', 'done', 'late')", name=op.f("ck_withdrawal_state")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_withdrawal_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_member_id"), "withdrawal", ["member_id"])
    op.create_index(
        "ix_withdrawal_waiting",
        "withdrawal",
        ["declared_at"],
        postgresql_where=sa.text("state = 'declared'"),
    )
    op.create_table(
        "request_count",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_request_count")),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    """Drop them with what they hold."""
    for table in ("request_count", "withdrawal", "given"):
        op.drop_table(table)
    op.drop_column("checkout_attempt", "promotion")
    op.drop_column("subscription", "pause_resumes_at")
    op.drop_column("offer", "on_pages")
