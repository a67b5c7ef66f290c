"""Pages hear nothing of drafts, of withdrawn films that stay so, and of reviews that wait."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# The function of 0038. A row that no page shows is as good as none: where it stays so nothing is
# said, and where it is published or ceases to be it comes or goes.
SAY_CHANGED = """
create or replace function say_changed_pages() returns trigger language plpgsql as $$
declare
    many int := 0;
    hidden text[];
    olds jsonb[];
    news jsonb[];
    tags text[] := '{}';
begin
    if tg_op in ('UPDATE', 'DELETE') then
        many := (select count(*) from old_rows);
    elsif tg_op = 'INSERT' then
        many := (select count(*) from new_rows);
    end if;
    if many > 100 or tg_op = 'TRUNCATE' then
        perform pg_notify('pages', 'everything');
        return null;
    end if;
    for place in 0 .. tg_nargs - 1 by 2 loop
        hidden := coalesce(string_to_array(tg_argv[place + 1], ' '), '{}');
        olds := '{}';
        news := '{}';
        if tg_op <> 'INSERT' then
            olds := array(
                select to_jsonb(old_rows) - hidden from old_rows OLD_SHOWN
            );
        end if;
        if tg_op <> 'DELETE' then
            news := array(
                select to_jsonb(new_rows) - hidden from new_rows NEW_SHOWN
            );
        end if;
        tags := tags || array(
            with changed as (
                (select unnest(olds) as it except select unnest(news))
                union all
                (select unnest(news) except select unnest(olds))
            )
            select distinct replace(replace(replace(tag,
                '{slug}', coalesce(it ->> 'slug', '')),
                '{film}', coalesce(film.slug, '')),
                '{person}', coalesce(person.slug, ''))
            from changed
            left join title as film on film.id = (it ->> 'title_id')::bigint
            left join person on person.id = (it ->> 'person_id')::bigint
            cross join unnest(string_to_array(tg_argv[place], ' ')) as tag
        );
    end loop;
    if cardinality(tags) > 0 then
        perform pg_notify('pages', case
            when length(array_to_string(tags, ' ')) > 7000 then 'everything'
            else array_to_string(tags, ' ') end);
    end if;
    return null;
end
$$
"""
SHOWN = "where coalesce(to_jsonb({rows}) ->> 'status', 'published') in ('published', 'approved')"


def upgrade() -> None:
    """Leave out the rows that nobody sees."""
    _say(SHOWN)


def downgrade() -> None:
    """Hear of every row."""
    _say("")


def _say(shown: str) -> None:
    told = SAY_CHANGED
    for place, rows in (("OLD_SHOWN", "old_rows"), ("NEW_SHOWN", "new_rows")):
        told = told.replace(place, shown.format(rows=rows))
    op.execute(told)
