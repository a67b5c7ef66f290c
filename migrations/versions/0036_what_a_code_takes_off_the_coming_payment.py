"""A subscription knows what its discounts take off the coming payment, so that every page and
e-mail names the sum that is charged."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is taken off until Stripe is asked the next time."""
    op.add_column(
        "subscription", sa.Column("off_minor", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_column("subscription", "off_minor")
