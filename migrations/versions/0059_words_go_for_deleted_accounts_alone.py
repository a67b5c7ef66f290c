"""Words are taken out of the audit for accounts that their owners have deleted, and for no other.

Before, whoever said ``matinee.erasing`` could change the words and networks of anybody's rows.
"""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('matinee.erasing', true) = 'on'
        AND (new.id, new.at, new.actor, new.action) = (old.id, old.at, old.actor, old.action)
        AND new.member_id IS NOT DISTINCT FROM old.member_id
        {also}
    THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'The audit is never changed or removed; note another row.'
        USING ERRCODE = 'restrict_violation';
END $$
"""
DELETED = """
        AND EXISTS (
            WITH RECURSIVE became AS (
                SELECT id, merged_into_id FROM member WHERE id = old.member_id
                UNION
                SELECT later.id, later.merged_into_id
                FROM member AS later JOIN became ON later.id = became.merged_into_id
            )
            SELECT FROM became JOIN erasure ON erasure.member_id = became.id
        )
"""


def upgrade() -> None:
    """Ask whose row it is as well."""
    op.execute(REFUSE.format(also=DELETED))


def downgrade() -> None:
    """Ask for the setting alone."""
    op.execute(REFUSE.format(also=""))
