"""The hidden reviews are found without reading the others."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("create index ix_review_hidden on review (id) where status = 'hidden'")


def downgrade() -> None:
    """Take it away."""
    op.execute("drop index ix_review_hidden")
