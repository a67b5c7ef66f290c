"""A search finds names without the films found by their people, and how many films somebody has."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

MOST_KILOBYTES = 64  # as every index of words (0031)
HIDDEN = "plain_name tier"


def upgrade() -> None:
    """Add the index and the number, which no page shows as it is stored."""
    op.execute(
        "create index ix_title_name_words on title using gin (ts_filter(words, '{a,b}'))"
        f" with (gin_pending_list_limit = {MOST_KILOBYTES})"
    )
    op.add_column("person", sa.Column("films", sa.Integer(), server_default="0", nullable=False))
    _watch(f"{HIDDEN} films")


def downgrade() -> None:
    """Take both away."""
    _watch(HIDDEN)
    op.drop_column("person", "films")
    op.execute("drop index ix_title_name_words")


def _watch(hidden: str) -> None:
    for event in ("insert", "update", "delete", "truncate"):
        op.execute(f"drop trigger pages_{event} on person")
    op.execute(f"select watch_pages('person', 'person:{{slug}} person-card:{{slug}}', '{hidden}')")
