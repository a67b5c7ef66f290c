"""Accounts that their owners delete; the audit lets words be taken out of it for them alone.

What was done, when, by whom and about whom is never changed, and no row is removed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {unless}
    RAISE EXCEPTION 'The audit is never changed or removed; note another row.'
        USING ERRCODE = 'restrict_violation';
END $$
"""
ERASING = """
    IF TG_OP = 'UPDATE' AND current_setting('matinee.erasing', true) = 'on'
        AND (new.id, new.at, new.actor, new.action) = (old.id, old.at, old.actor, old.action)
        AND new.member_id IS NOT DISTINCT FROM old.member_id
    THEN
        RETURN new;
    END IF;
"""


def upgrade() -> None:
    """Add the table, and the exception."""
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("customers", JSONB(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_erasure_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("member_id", name=op.f("uq_erasure_member_id")),
    )
    op.create_index(
        "ix_erasure_due", "erasure", ["id"], postgresql_where=sa.text("done_at is null")
    )
    op.execute(REFUSE.format(unless=ERASING))


def downgrade() -> None:
    """Take both away."""
    op.execute(REFUSE.format(unless=""))
    op.drop_table("erasure")
