"""Links to sign in by: which address asked for one, where it leads, since when it is over."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what waits for its press."""
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("there", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("over_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
    )
    op.create_index("ix_sign_in_link_email", "sign_in_link", ["email", "asked_at"])
    op.create_index("ix_sign_in_link_asked_at", "sign_in_link", ["asked_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("sign_in_link")
