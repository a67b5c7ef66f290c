"""Best rated goes by the score that a film's page shows; one of too few votes says nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BEFORE = """coalesce((
            select -round(1000 * score / scale) from rating
            where title_id = title.id order by count desc, source limit 1
        ), 1)"""
# As ``FilmPage.rating`` and ``has_score`` in ``web/films.py`` choose it.
SHOWN = """coalesce((
            select -round(1000 * score / scale) from rating
            where title_id = title.id and count >= 5
            order by source <> 'Matinee members', count desc, source limit 1
        ), 1)"""
REFILL = """
update listing set worse = {score} from title
where title.id = listing.title_id and listing.worse <> {score}
"""


def upgrade() -> None:
    """Take the score that is shown, for the films that are there too."""
    _order_by(SHOWN, instead_of=BEFORE)


def downgrade() -> None:
    """Take the score of most votes, however few they are."""
    _order_by(BEFORE, instead_of=SHOWN)


def _order_by(score: str, *, instead_of: str) -> None:
    told = op.get_bind().scalar(sa.text("select pg_get_functiondef('list_titles'::regproc)"))
    if instead_of not in told:
        raise ValueError(f"list_titles is not that of 0014: it lacks {instead_of}")
    op.execute(told.replace(instead_of, score))
    op.execute(REFILL.format(score=score))
