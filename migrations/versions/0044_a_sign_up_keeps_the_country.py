"""A sign-up keeps the country that its visitor chose, for the account that the link makes."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who is signing up just now chose none."""
    op.add_column("sign_up_request", sa.Column("territory", sa.String(), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("sign_up_request", "territory")
