"""The trials of a day taken together while they are young: what time alone changes of them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

DAY_US = 86_400_000_000
PACKED = ("leaving_us", "carded_us", "uncarded_us", "unpaid_us", "began")
NAMES = ("decided", "helped", "played")


def upgrade() -> None:
    """Say of each day who awaits what, keep names as one text, and have every day made anew by the
    workers."""
    op.execute("DELETE FROM trial_day")
    op.drop_column("trial_day", "over_us")
    for name in PACKED:
        op.add_column("trial_day", sa.Column(name, sa.LargeBinary(), nullable=False))
        op.execute(f"ALTER TABLE trial_day ALTER COLUMN {name} SET STORAGE EXTERNAL")
    for name in NAMES:
        op.drop_column("trial_day", name)
        op.add_column("trial_day", sa.Column(name, sa.String(), nullable=False))
        op.execute(f"ALTER TABLE trial_day ALTER COLUMN {name} SET STORAGE EXTERNAL")
    _have_days_made()


def downgrade() -> None:
    """Go back to days that say only what became of trials that are over."""
    op.execute("DELETE FROM trial_day")
    for name in PACKED:
        op.drop_column("trial_day", name)
    for name in NAMES:
        op.drop_column("trial_day", name)
        op.add_column("trial_day", sa.Column(name, sa.ARRAY(sa.Text()), nullable=False))
    op.add_column("trial_day", sa.Column("over_us", sa.BigInteger(), nullable=False))
    _have_days_made()


def _have_days_made() -> None:
    op.execute(
        f"INSERT INTO trial_day_due SELECT DISTINCT started_us - started_us % {DAY_US}"  # noqa: S608
        " FROM trial_story WHERE started_us >= 0 ON CONFLICT DO NOTHING"
    )
