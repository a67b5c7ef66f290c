"""Names with a sign that counts as an apostrophe from now on, or as nothing, are read anew.

Searches and imports compare names by ``catalog/plain.py``, and what is kept of these was made by an
earlier rule: nobody would find them, and the next import would bring their films in a second time.
"""

import sqlalchemy as sa
from alembic import op

from catalog import indexing, plain

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

SIGNS = "[\u00b4\u2018\u201b\u02b9\u02ba\u02bb\u02bd\u02be\u02bf\u05f3\u0640]"
PEOPLE = sa.text("select id, name from person where name ~ :signs")
TITLES = sa.text(
    """
select id, name, original_name, aliases, array(
    select person.name from credit join person on person.id = credit.person_id
    where credit.title_id = title.id order by credit.position
) as people
from title
where concat_ws(' ', name, original_name, array_to_string(aliases, ' ')) ~ :signs or id in (
    select title_id from credit join person on person.id = credit.person_id
    where person.name ~ :signs
)
"""
)
READ = sa.text(
    "update title set plain_name = :plain_name, plain_names = :plain_names,"
    " words = cast(:words as tsvector) where id = :id"
)
LEARNT = sa.text(
    "insert into search_word (word) select distinct unnest(tsvector_to_array(words)) from title"
    " where id = any(:ids) order by 1 on conflict do nothing"
)


def upgrade() -> None:
    """What is kept of these names is what is asked for."""
    here = op.get_bind()
    for row in here.execute(PEOPLE, {"signs": SIGNS}).all():
        known = {"id": row.id, "plain": plain.text(row.name)}
        here.execute(sa.text("update person set plain_name = :plain where id = :id"), known)
    titles = here.execute(TITLES, {"signs": SIGNS}).all()
    for row in titles:
        columns = indexing.columns(row.name, row.original_name, row.aliases, row.people)
        here.execute(READ, {"id": row.id, **columns})
    here.execute(LEARNT, {"ids": [row.id for row in titles]})


def downgrade() -> None:
    """They stay as they are: the rule is none of the schema's."""
