"""A film's page hears when whose words it tells, and under which licence, is told otherwise."""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

SEARCHED = "updated_at words plain_names plain_name popularity tier"
UNSEEN = f"{SEARCHED} countries"
TOLD = (
    "synopsis synopsis_long rights content_notices aliases original_name languages video_id "
    "created_at"
)


def upgrade() -> None:
    """The rights stand on the page now, and on no card."""
    _watch(UNSEEN)


def downgrade() -> None:
    """They are on no page."""
    _watch(f"{UNSEEN} rights")


def _watch(unseen: str) -> None:
    for event in ("insert", "update", "delete", "truncate"):
        op.execute(f"drop trigger pages_{event} on title")
    says = (
        *("film:{slug}", unseen),
        *("film-card:{slug}", f"{UNSEEN} {TOLD} runtime_minutes still"),
        *("film-still:{slug}", f"{UNSEEN} {TOLD} runtime_minutes name year picture"),
    )
    given = ", ".join(f"'{one}'" for one in says)
    op.execute(f"select watch_pages('title', {given})")
