"""The second index of popular films and people holds none of the first: while it held both, the
planner could not tell which of them a search was meant to read, and read the longer one twice."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

WORDS = {
    "title": "words",
    "person": "array_to_tsvector(string_to_array(plain_name, ' '))",
}
MOST_KILOBYTES = 64  # as every index of words (0031)


def upgrade() -> None:
    """Hold the second tier alone."""
    _hold("tier = 1")


def downgrade() -> None:
    """Hold both."""
    _hold("tier <= 1")


def _hold(among: str) -> None:
    for table, words in WORDS.items():
        name = f"ix_{table}_words_second"
        op.execute(f"DROP INDEX {name}")
        op.execute(
            f"CREATE INDEX {name} ON {table} USING gin ({words})"
            f" WITH (gin_pending_list_limit = {MOST_KILOBYTES}) WHERE {among}"
        )
