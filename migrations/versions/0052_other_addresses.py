"""Members who ask for another e-mail address, and customers whose new one Stripe is to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the changes, and since when a customer's address is due."""
    op.create_table(
        "email_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("former", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("over_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_email_change_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
    )
    op.create_index(op.f("ix_email_change_member_id"), "email_change", ["member_id"])
    op.create_index(
        "ix_email_change_former",
        "email_change",
        ["former"],
        postgresql_where=sa.text("done_at is not null"),
    )
    op.add_column("customer", sa.Column("address_due_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_customer_address_due",
        "customer",
        ["address_due_at"],
        postgresql_where=sa.text("address_due_at is not null"),
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_customer_address_due", table_name="customer")
    op.drop_column("customer", "address_due_at")
    op.drop_table("email_change")
