"""A withdrawal goes on by itself while Stripe is away, and a guest's address has its receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two more states of a withdrawal; an e-mail to an address that is no member's."""
    _states("'declared', 'proved', 'done', 'late', 'void'")
    op.create_index(
        "ix_withdrawal_proved",
        "withdrawal",
        ["id"],
        postgresql_where=sa.text("state = 'proved'"),
    )
    op.add_column("notice", sa.Column("address", sa.String()))
    op.alter_column("notice", "member_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_notice_receiver"), "notice", "(member_id is null) = (address is not null)"
    )


def downgrade() -> None:
    """Take them away again; what was written to guests is forgotten."""
    op.execute("delete from notice where member_id is null")
    op.drop_constraint(op.f("ck_notice_receiver"), "notice")
    op.alter_column("notice", "member_id", nullable=False)
    op.drop_column("notice", "address")
    op.drop_index("ix_withdrawal_proved", "withdrawal")
    op.execute("update withdrawal set state = 'declared' where state = 'proved'")
    op.execute("update withdrawal set state = 'done' where state = 'void'")
    _states("'declared', 'done', 'late'")


def _states(names: str) -> None:
    op.drop_constraint(op.f("ck_withdrawal_state"), "withdrawal")
    op.create_check_constraint(op.f("ck_withdrawal_state"), "withdrawal", f"state in ({names})")
