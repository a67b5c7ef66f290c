"""Slips by what is left of a word, and the people of short words kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None

# A word, and all that is left of it when one letter is left out.
ONE_LETTER_LESS = """
create function one_letter_less(word text) returns text[]
language sql immutable strict parallel safe as $$
    select array_agg(distinct left(word, at - 1) || substr(word, at + 1))
    from generate_series(1, length(word) + 1) as at
$$
"""


def upgrade() -> None:
    """Add the index of slips, what a worker keeps of people, and an index that counts films."""
    op.execute(ONE_LETTER_LESS)
    op.create_index(
        "ix_search_word_slips",
        "search_word",
        [sa.text("one_letter_less(word)")],
        postgresql_using="gin",
    )
    for column, kind in (("person_ids", sa.BigInteger()), ("person_films", sa.Integer())):
        op.add_column(
            "search_prefix",
            sa.Column(column, postgresql.ARRAY(kind), nullable=False, server_default="{}"),
        )
    op.create_index("ix_credit_person", "credit", ["person_id", "title_id"])
    op.drop_index("ix_credit_person_id", table_name="credit")


def downgrade() -> None:
    """Take them away."""
    op.create_index("ix_credit_person_id", "credit", ["person_id"])
    op.drop_index("ix_credit_person", table_name="credit")
    for column in ("person_films", "person_ids"):
        op.drop_column("search_prefix", column)
    op.drop_index("ix_search_word_slips", table_name="search_word")
    op.execute("drop function one_letter_less(text)")
