"""What a GIN index has not sorted in yet is read by every search: it may be no longer than this."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INDEXES = (
    *("ix_title_words", "ix_title_words_first", "ix_title_words_second", "ix_title_each_name"),
    *("ix_person_words", "ix_person_words_first", "ix_person_words_second"),
    *("ix_search_word_slips", "ix_search_word_trigrams"),
)
MOST_KILOBYTES = 64  # the least that PostgreSQL takes; usual are 4096


def upgrade() -> None:
    """Sort new words in early, so that an import does not slow searches down."""
    for name in INDEXES:
        op.execute(f"ALTER INDEX {name} SET (gin_pending_list_limit = {MOST_KILOBYTES})")


def downgrade() -> None:
    """Let the lists of new words grow as usual."""
    for name in INDEXES:
        op.execute(f"ALTER INDEX {name} RESET (gin_pending_list_limit)")
