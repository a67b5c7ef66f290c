"""A film that is taken back to a draft has left the catalogue; a draft that nobody has seen has not.

Which those of old are the audit tells: it names a film by the address that it had then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

TAKEN_BACK = """
update title set taken_back = true
where status = 'draft' and exists (
    select from audit
    where action = 'title.changed' and after ->> 'status' = 'draft'
        and before ->> 'status' in ('published', 'withdrawn')
        and (before ->> 'film' = title.slug
            or before ->> 'film' in (select slug from former_slug where title_id = title.id)))
"""


def upgrade() -> None:
    """Drafts that the desk took back say so."""
    taken_back = sa.Column("taken_back", sa.Boolean(), nullable=False, server_default="false")
    op.add_column("title", taken_back)
    op.execute(TAKEN_BACK)


def downgrade() -> None:
    """All drafts are alike."""
    op.drop_column("title", "taken_back")
