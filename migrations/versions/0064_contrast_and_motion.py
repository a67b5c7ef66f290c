"""A member chooses contrast and motion of pages, as the theme, whatever the device says."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

CHOICES = {"contrast": "'system', 'usual', 'more'", "motion": "'system', 'full', 'none'"}


def upgrade() -> None:
    """Members have both, as their device is set."""
    for name, choices in CHOICES.items():
        column = sa.Column(name, sa.String(), nullable=False, server_default="system")
        op.add_column("member", column)
        op.create_check_constraint(op.f(f"ck_member_{name}"), "member", f"{name} in ({choices})")


def downgrade() -> None:
    """The device decides again."""
    for name in CHOICES:
        op.drop_column("member", name)
