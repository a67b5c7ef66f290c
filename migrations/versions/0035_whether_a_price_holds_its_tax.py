"""A subscription knows whether its price holds its tax, as Stripe says, so that every page and
e-mail can tell."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

AS_OFFERED = """
update subscription set tax = offer.tax from offer
where offer.stripe_price_id = subscription.stripe_price_id and offer.tax <> subscription.tax
"""


def upgrade() -> None:
    """Take what the offer of each price says until Stripe is asked the next time."""
    op.add_column(
        "subscription", sa.Column("tax", sa.String(), nullable=False, server_default="exclusive")
    )
    op.execute(AS_OFFERED)


def downgrade() -> None:
    """Forget it."""
    op.drop_column("subscription", "tax")
