"""Members say whether films begin with captions."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said so yet."""
    captions = sa.Column("captions", sa.Boolean(), nullable=False, server_default="false")
    op.add_column("member", captions)


def downgrade() -> None:
    """Take the choice away."""
    op.drop_column("member", "captions")
