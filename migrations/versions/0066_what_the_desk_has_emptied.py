"""A film knows what the desk has emptied of its facts: no import fills that in again.

Of those of old the audit knows it, where they are empty still: it names a film by the address that
it had then.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

EMPTIED = """
update title set emptied = gone.facts
from (
    select title.id, array_agg(distinct fact) as facts
    from (
        select coalesce(former_slug.title_id, there.id) as title_id, said.fact
        from audit
        cross join lateral jsonb_each_text(audit.after) as said (fact, told)
        left join title as there on there.slug = audit.before ->> 'film'
        left join former_slug on former_slug.slug = audit.before ->> 'film'
        where audit.action = 'title.changed' and said.told is null and said.fact in (
            'original_name', 'year', 'runtime_minutes', 'synopsis', 'synopsis_long')
    ) as emptied
    join title on title.id = emptied.title_id
    where to_jsonb(title) ->> fact is null
    group by title.id
) as gone
where gone.id = title.id
"""


def upgrade() -> None:
    """Films of which the desk has emptied something say what."""
    emptied = sa.Column("emptied", ARRAY(sa.String()), nullable=False, server_default="{}")
    op.add_column("title", emptied)
    op.execute(EMPTIED)


def downgrade() -> None:
    """Nobody asks for it any more."""
    op.drop_column("title", "emptied")
