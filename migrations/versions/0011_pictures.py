"""Operators' own pictures, in the sizes and formats that pages ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of pictures, and which of them a title shows."""
    op.create_table(
        "picture",
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content", name=op.f("pk_picture")),
    )
    op.create_table(
        "picture_cut",
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content"],
            ["picture.content"],
            name=op.f("fk_picture_cut_content"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content", "name", name=op.f("pk_picture_cut")),
    )
    for column in ("picture", "still"):
        op.add_column("title", sa.Column(column, sa.String()))
        op.create_foreign_key(op.f(f"fk_title_{column}"), "title", "picture", [column], ["content"])
        op.create_index(f"ix_title_{column}", "title", [column])


def downgrade() -> None:
    """Take them away; the drawn pictures come back."""
    for column in ("still", "picture"):
        op.drop_index(f"ix_title_{column}", "title")
        op.drop_constraint(op.f(f"fk_title_{column}"), "title")
        op.drop_column("title", column)
    op.drop_table("picture_cut")
    op.drop_table("picture")
