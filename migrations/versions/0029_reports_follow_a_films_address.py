"""The rows that reports read name films by their addresses: a changed one has them made anew."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note whose trials name a film as soon as its address is another."""
    op.execute(
        """
        CREATE FUNCTION name_film_anew() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO fact_due (owner)
            SELECT DISTINCT owner FROM trial_story
            WHERE deciding = OLD.slug OR played = OLD.slug OR OLD.slug = ANY (helped);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER name_film_anew AFTER UPDATE OF slug ON title FOR EACH ROW"
        " WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION name_film_anew()"
    )


def downgrade() -> None:
    """Let the rows keep the addresses that they were made with."""
    op.execute("DROP TRIGGER name_film_anew ON title")
    op.execute("DROP FUNCTION name_film_anew()")
