"""The first looks of a day taken together, and trials found by their start and by their way."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DAY_US = 86_400_000_000
WAITS = ("seen_waits", "clicked_waits", "account_waits", "checkout_waits", "trial_waits")


def upgrade() -> None:
    """Add the tables, have every day made by the workers, and add the indexes."""
    op.create_table(
        "first_look",
        sa.Column("day_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("settled_us", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("robots", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in WAITS),
        sa.PrimaryKeyConstraint("day_us", "source", name=op.f("pk_first_look")),
    )
    for name in WAITS:  # packing them costs more time than it saves
        op.execute(f"ALTER TABLE first_look ALTER COLUMN {name} SET STORAGE EXTERNAL")
    op.create_table(
        "first_look_due",
        sa.Column("day_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day_us", name=op.f("pk_first_look_due")),
    )
    op.execute(
        f"INSERT INTO first_look_due SELECT DISTINCT entered_us - entered_us % {DAY_US}"  # noqa: S608
        " FROM journey WHERE scope_id = 0 AND gap = -1 AND entered_us >= 0"
    )
    op.create_index(
        "ix_journey_tried",
        "journey",
        ["entered_us"],
        postgresql_where=sa.text("scope_id = 0 AND gap = -1 AND trial_us IS NOT NULL"),
        postgresql_include=[
            *("since_us", "until_us", "source", "robot_us", "seen_us", "clicked_us"),
            *("account_us", "checkout_us", "trial_us", "started_us", "played_us", "paid_us"),
        ],
    )
    op.create_index("ix_trial_story_started", "trial_story", ["started_us"])
    op.create_index(
        "ix_trial_story_fraud", "trial_story", ["started_us"], postgresql_where=sa.text("fraud")
    )


def downgrade() -> None:
    """Take them away; the ways stay."""
    op.drop_index("ix_trial_story_fraud", "trial_story")
    op.drop_index("ix_trial_story_started", "trial_story")
    op.drop_index("ix_journey_tried", "journey")
    op.drop_table("first_look_due")
    op.drop_table("first_look")
