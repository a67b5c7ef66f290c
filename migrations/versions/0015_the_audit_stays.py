"""The audit stays: the database refuses to change or remove a row of it, whoever asks."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is never changed or removed; note another row.'
        USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    """Hang the refusal on the table."""
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit()"
    )
    op.execute(
        "CREATE TRIGGER audit_stays_whole BEFORE TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()"
    )


def downgrade() -> None:
    """Let rows be changed again."""
    op.execute("DROP TRIGGER audit_stays ON audit")
    op.execute("DROP TRIGGER audit_stays_whole ON audit")
    op.execute("DROP FUNCTION refuse_change_of_audit")
