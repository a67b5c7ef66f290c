"""What the discounts of a subscription take off, and until when: a pause may outlast them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep them; those of now are read with the next look at Stripe."""
    terms = sa.Column("discounts", postgresql.JSONB(), nullable=False, server_default="[]")
    op.add_column("subscription", terms)


def downgrade() -> None:
    """Forget them."""
    op.drop_column("subscription", "discounts")
