"""Two accounts of one person: a member may have had several customers at Stripe, each with its
own subscriptions, and an account that became another is found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One customer a member is the one that pays; the others stay known."""
    op.add_column(
        "customer",
        sa.Column("is_former", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.drop_constraint("uq_customer_member_id", "customer", type_="unique")
    op.create_index("ix_customer_member_id", "customer", ["member_id"])
    op.create_index(
        "uq_customer_paying",
        "customer",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("not is_former"),
    )
    op.add_column("subscription", sa.Column("customer_id", sa.BigInteger()))
    op.create_foreign_key(
        "fk_subscription_customer_id", "subscription", "customer", ["customer_id"], ["id"]
    )
    op.execute(
        "UPDATE subscription SET customer_id = customer.id FROM customer"
        " WHERE customer.member_id = subscription.member_id"
    )
    op.create_index(
        "ix_member_merged_into_id",
        "member",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id is not null"),
    )


def downgrade() -> None:
    """One customer a member again: those that no longer pay go back to the account they were of,
    which the key under which Stripe was asked for them names."""
    op.drop_index("ix_member_merged_into_id", table_name="member")
    op.drop_constraint("fk_subscription_customer_id", "subscription", type_="foreignkey")
    op.drop_column("subscription", "customer_id")
    op.drop_index("uq_customer_paying", table_name="customer")
    op.drop_index("ix_customer_member_id", table_name="customer")
    op.execute("DELETE FROM customer WHERE is_former AND stripe_id IS NULL")
    op.execute(
        "UPDATE customer SET member_id = split_part(idempotency_key, ':', 2)::bigint"
        " WHERE idempotency_key LIKE 'customer:%'"
    )
    op.create_unique_constraint("uq_customer_member_id", "customer", ["member_id"])
    op.drop_column("customer", "is_former")
