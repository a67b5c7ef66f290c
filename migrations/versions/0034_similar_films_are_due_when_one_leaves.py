"""A film is due to be looked at anew as soon as one of those that stand beside it has left."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NOTE_CHANGE = """
create or replace function note_similar_change() returns trigger language plpgsql as $$
begin
    if new.status = 'published' then
        insert into similar_search (title_id, changed_at) values (new.id, clock_timestamp())
        on conflict (title_id) do update set changed_at = excluded.changed_at;
    else
        delete from similar_search where title_id = new.id;
        {more}
    end if;
    return null;
end
$$
"""
# A film that is being looked at in this moment is not waited for.
NOTE_NEIGHBOURS = """
        update similar_search set changed_at = clock_timestamp() where title_id in (
            select title_id from similar_search
            where title_id in (select title_id from similar_title where other_id = new.id)
            order by title_id for update skip locked
        );
"""


def upgrade() -> None:
    """Let the note of a film that leaves name those beside which it stands."""
    op.execute(NOTE_CHANGE.format(more=NOTE_NEIGHBOURS.strip()))


def downgrade() -> None:
    """Note the film alone again."""
    op.execute(NOTE_CHANGE.format(more=""))
