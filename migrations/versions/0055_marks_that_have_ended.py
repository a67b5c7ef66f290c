"""Spans in which members were staff or test accounts and are so no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep them from now on; of those that ended before, nothing tells the span."""
    op.create_table(
        "former_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("since < until", name=op.f("ck_former_mark_order")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_former_mark_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_mark")),
    )
    op.create_index(op.f("ix_former_mark_member_id"), "former_mark", ["member_id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("former_mark")
