"""Similar films in batches: when those of each title were last found."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and note the titles whose similar films are stored."""
    op.create_table(
        "similar_search",
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"],
            ["title.id"],
            name=op.f("fk_similar_search_title_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("title_id", name=op.f("pk_similar_search")),
    )
    op.create_index("ix_similar_search_made_at", "similar_search", ["made_at", "title_id"])
    op.execute(
        "insert into similar_search (title_id, made_at)"
        " select title_id, min(made_at) from similar_title group by title_id"
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("similar_search")
