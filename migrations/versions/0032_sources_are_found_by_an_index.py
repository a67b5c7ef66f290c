"""Every source that visitors came from is found by an index, however many visitors there are."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sort the visitors by their sources."""
    op.create_index("ix_visitor_source", "visitor", ["source"])


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_index("ix_visitor_source", table_name="visitor")
