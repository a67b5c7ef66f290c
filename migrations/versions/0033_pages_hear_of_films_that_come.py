"""The pages of a film's people, and of films like it, hear when it begins or ceases to be shown."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

# Beside what ``say_changed_pages`` says, which also says "everything" of a statement of more than a
# hundred rows: a page that has not shown a film yet does not hear of its card.
SAY_SHOWN = """
create function say_pages_of_status() returns trigger language plpgsql as $$
declare
    said text;
begin
    if (select count(*) from new_rows) > 100 then
        return null;
    end if;
    said := (
        with changed as (
            select id from new_rows join old_rows using (id)
            where new_rows.status <> old_rows.status
        )
        select string_agg(tag, ' ') from (
            select 'person:' || person.slug
            from changed join credit on credit.title_id = changed.id
            join person on person.id = credit.person_id
            union
            select 'film:' || film.slug
            from changed join similar_title near on near.other_id = changed.id
            join title film on film.id = near.title_id
        ) as shown (tag)
    );
    if said is not null then
        perform pg_notify('pages', case when length(said) > 7000 then 'everything' else said end);
    end if;
    return null;
end
$$
"""


def upgrade() -> None:
    """Let titles say where they are shown, and find the films like one by an index."""
    op.create_index("ix_similar_title_other_id", "similar_title", ["other_id"])
    op.execute(SAY_SHOWN)
    op.execute(
        "create trigger status_pages_update after update on title "
        "referencing old table as old_rows new table as new_rows "
        "for each statement execute function say_pages_of_status()"
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.execute("drop trigger status_pages_update on title")
    op.execute("drop function say_pages_of_status()")
    op.drop_index("ix_similar_title_other_id", table_name="similar_title")
