"""A subscription knows the credit that Stripe holds for its payer, and an invoice how much of it
was met so: no page and no e-mail names a payment that the card does not make."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

ADDED = (("subscription", "credit_minor"), ("invoice", "credited_minor"))


def upgrade() -> None:
    """There is none until Stripe is asked the next time."""
    for table, name in ADDED:
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget it."""
    for table, name in ADDED:
        op.drop_column(table, name)
