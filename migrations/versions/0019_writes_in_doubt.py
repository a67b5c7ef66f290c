"""Writes in doubt: what Stripe was asked to do, by which key, and whether it failed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "stripe_write",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("said", sa.String()),
    )
    op.create_index("ix_stripe_write_done", "stripe_write", ["done_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("stripe_write")
