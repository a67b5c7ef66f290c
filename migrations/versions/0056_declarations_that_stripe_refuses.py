"""How often Stripe refused what somebody declared: after some tries a person is called."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

TABLES = ("withdrawal", "termination")


def upgrade() -> None:
    """Count from now on."""
    for table in TABLES:
        count = sa.Column("refusals", sa.Integer(), nullable=False, server_default="0")
        op.add_column(table, count)
        op.add_column(table, sa.Column("refused_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Try everything for ever again."""
    for table in TABLES:
        op.drop_column(table, "refused_at")
        op.drop_column(table, "refusals")
