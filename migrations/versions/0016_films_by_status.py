"""Films by how they stand, so that the catalogue at the desk pages by key."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_title_status", "title", ["status", "id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_title_status", "title")
