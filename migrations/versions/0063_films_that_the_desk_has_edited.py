"""A film knows when the desk last changed its facts: an import then tells again what differs.

Of those of old the audit knows it: it names a film by the address that it had then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

EDITED = """
update title set edited_at = edited.at
from (
    select coalesce(former_slug.title_id, title.id) as title_id, max(audit.at) as at
    from audit
    left join title on title.slug = audit.before ->> 'film'
    left join former_slug on former_slug.slug = audit.before ->> 'film'
    where audit.action = 'title.changed' and jsonb_exists_any(audit.after, array[
        'name', 'original_name', 'year', 'runtime_minutes', 'synopsis', 'synopsis_long'])
    group by 1
) as edited
where edited.title_id = title.id
"""


def upgrade() -> None:
    """Films that the desk has edited say when."""
    op.add_column("title", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(EDITED)


def downgrade() -> None:
    """Nobody asks for it any more."""
    op.drop_column("title", "edited_at")
