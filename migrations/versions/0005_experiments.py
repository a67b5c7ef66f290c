"""Experiments on the offer: one row for each time that one was started."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nothing runs until an operator starts it."""
    op.create_table(
        "experiment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("base_permille", sa.Integer(), nullable=False),
        sa.Column("goal_permille", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "0 < base_permille and base_permille < goal_permille and goal_permille < 1000",
            name=op.f("ck_experiment_rates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
    )
    op.create_index(
        "uq_experiment_running",
        "experiment",
        ["code"],
        unique=True,
        postgresql_where=sa.text("stopped_at is null"),
    )


def downgrade() -> None:
    """Drop it with the runs that it holds."""
    op.drop_table("experiment")
