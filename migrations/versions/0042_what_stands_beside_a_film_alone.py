"""What stands beside a film that nothing is like is chosen once a day, and pages hear of it."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; a worker fills it, and until then pages ask for what is popular."""
    op.create_table(
        "similar_filling",
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"],
            ["title.id"],
            name=op.f("fk_similar_filling_title_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rank", name=op.f("pk_similar_filling")),
    )
    op.execute("select watch_pages('similar_filling', 'similar-filling', 'made_at')")


def downgrade() -> None:
    """Take it away, and its triggers with it."""
    op.drop_table("similar_filling")
