"""Exchange rates of the operator, by which revenue in several currencies is told in one line."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; it is empty until an operator brings rates."""
    op.create_table(
        "exchange_rate",
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("per", sa.Numeric(), nullable=False),
        sa.CheckConstraint(
            "rate > 0 AND per > 0 AND currency <> target", name=op.f("ck_exchange_rate_worth")
        ),
        sa.PrimaryKeyConstraint("target", "currency", "day", name=op.f("pk_exchange_rate")),
    )


def downgrade() -> None:
    """Drop it; the rates are in the operator's files."""
    op.drop_table("exchange_rate")
