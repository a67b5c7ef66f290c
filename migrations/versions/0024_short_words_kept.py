"""Short words kept: for each beginning of one to three letters, whom a search proposes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table that a worker fills."""
    op.create_table(
        "search_prefix",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("title_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_search_prefix")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("search_prefix")
