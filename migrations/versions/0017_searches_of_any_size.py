"""Searches of any size: the most popular first, how common a word is, and people by their words."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME_WORDS = "array_to_tsvector(string_to_array(plain_name, ' '))"


def upgrade() -> None:
    """Add the columns that a worker fills, and the indexes; take away those of spelling alone."""
    for table in ("title", "person"):
        op.add_column(
            table, sa.Column("tier", sa.SmallInteger(), nullable=False, server_default="2")
        )
    op.add_column(
        "search_word", sa.Column("titles", sa.Integer(), nullable=False, server_default="1")
    )
    for name, table, words, rule in (
        ("ix_title_words_first", "title", "words", "tier = 0"),
        ("ix_title_words_second", "title", "words", "tier <= 1"),
        ("ix_person_words", "person", NAME_WORDS, None),
        ("ix_person_words_first", "person", NAME_WORDS, "tier = 0"),
        ("ix_person_words_second", "person", NAME_WORDS, "tier <= 1"),
    ):
        where = None if rule is None else sa.text(rule)
        op.create_index(
            name, table, [sa.text(words)], postgresql_using="gin", postgresql_where=where
        )
    op.create_index(
        "ix_search_word_prefix",
        "search_word",
        ["word"],
        postgresql_ops={"word": "text_pattern_ops"},
    )
    op.drop_index("ix_title_names_trigrams", table_name="title")
    op.drop_index("ix_person_name_trigrams", table_name="person")


def downgrade() -> None:
    """Put the old indexes back."""
    for name, table, column in (
        ("ix_title_names_trigrams", "title", "plain_names"),
        ("ix_person_name_trigrams", "person", "plain_name"),
    ):
        op.create_index(
            name,
            table,
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
        )
    for name in ("ix_title_words_first", "ix_title_words_second"):
        op.drop_index(name, table_name="title")
    for name in ("ix_person_words", "ix_person_words_first", "ix_person_words_second"):
        op.drop_index(name, table_name="person")
    op.drop_index("ix_search_word_prefix", table_name="search_word")
    op.drop_column("search_word", "titles")
    op.drop_column("person", "tier")
    op.drop_column("title", "tier")
