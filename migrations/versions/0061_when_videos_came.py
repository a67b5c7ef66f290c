"""Search engines are told when a trailer came, and not when its film did."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

# Of what is there already nobody knows more than when the first film came that plays it.
FIRST = """
update video set added_at = coalesce((
    select min(title.created_at) from title left join trailer on trailer.title_id = title.id
    where title.video_id = video.id or trailer.video_id = video.id
), now())
"""


def upgrade() -> None:
    """Note it of each video."""
    op.add_column("video", sa.Column("added_at", sa.DateTime(timezone=True)))
    op.execute(FIRST)
    op.alter_column("video", "added_at", nullable=False)


def downgrade() -> None:
    """Forget it."""
    op.drop_column("video", "added_at")
