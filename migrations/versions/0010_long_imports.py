"""Imports that go on where they were broken off, and titles found by each of their names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, the mark of the import that saw a title last, and the index."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(
        "uq_import_run_unfinished",
        "import_run",
        ["fingerprint"],
        unique=True,
        postgresql_where=sa.text("finished_at is null"),
    )
    op.add_column("title_source", sa.Column("import_run_id", sa.BigInteger()))
    op.create_index(
        "ix_title_each_name",
        "title",
        [sa.text("string_to_array(plain_names, '\n')")],
        postgresql_using="gin",
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_title_each_name", "title")
    op.drop_column("title_source", "import_run_id")
    op.drop_table("import_run")
