"""A film whose year changes has another place among the films of its people, on other pages too."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

PARTS = (
    (
        "select id from new_rows join old_rows using (id)",
        "select id, new_rows.status <> old_rows.status as comes\n"
        "            from new_rows join old_rows using (id)",
    ),
    (
        "where new_rows.status <> old_rows.status\n",
        "where new_rows.status <> old_rows.status\n"
        "                or new_rows.status = 'published'\n"
        "                and new_rows.year is distinct from old_rows.year\n",
    ),
    (
        "join title film on film.id = near.title_id\n",
        "join title film on film.id = near.title_id where comes\n",
    ),
)


def upgrade() -> None:
    """Say the people of a film whose year changes: their pages are ordered by it."""
    _say_otherwise(PARTS)


def downgrade() -> None:
    """Say them of a film that comes or goes alone."""
    _say_otherwise([(fresh, past) for past, fresh in PARTS])


def _say_otherwise(parts: Iterable[tuple[str, str]]) -> None:
    told = op.get_bind().scalar(
        sa.text("select pg_get_functiondef('say_pages_of_status'::regproc)")
    )
    for past, fresh in parts:
        if past not in told:
            raise ValueError(f"say_pages_of_status is not that of 0033: it lacks {past}")
        told = told.replace(past, fresh)
    op.execute(told)
