"""Writes in doubt: what Stripe was asked to do, by which key; and contracts ended by a form."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "stripe_write",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("said", sa.String()),
    )
    op.create_index("ix_stripe_write_done", "stripe_write", ["done_at"])
    op.create_table(
        "termination",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("member_id", sa.BigInteger(), sa.ForeignKey("member.id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "email", "contract")),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("wished_on", sa.Date()),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind in ('ordinary', 'extraordinary')", name="kind"),
        sa.CheckConstraint("kind = 'ordinary' or cause <> ''", name="cause"),
        sa.CheckConstraint("state in ('received', 'waiting', 'done', 'void')", name="state"),
    )
    op.create_index(op.f("ix_termination_member_id"), "termination", ["member_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_termination_waiting", "termination", ["id"], postgresql_where=waiting)


def downgrade() -> None:
    """Take them away."""
    op.execute("delete from notice where kind = 'termination'")
    op.drop_table("termination")
    op.drop_table("stripe_write")
