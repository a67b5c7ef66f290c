"""Pages hear that captions have changed, and nothing of the order in which a search looks."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# The function of 0007. A last group of tags without columns has no word after it, and a row less
# nothing known is nothing known: every row was equal to every other.
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
        hidden := COLUMNS;
        olds := '{}';
        news := '{}';
        if tg_op <> 'INSERT' then
            olds := array(select to_jsonb(old_rows) - hidden from old_rows);
        end if;
        if tg_op <> 'DELETE' then
            news := array(select to_jsonb(new_rows) - hidden from new_rows);
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
SEARCHED = "updated_at words plain_names"
TOLD = "synopsis synopsis_long content_notices rights aliases original_name video_id created_at"
WATCHED = {  # as in 0007, before there was a tier
    "title": (
        *("film:{slug}", f"{SEARCHED} plain_name popularity"),
        *("film-card:{slug}", f"{SEARCHED} {TOLD} plain_name popularity runtime_minutes"),
        *("lists", f"{SEARCHED} {TOLD}"),
    ),
    "person": ("person:{slug} person-card:{slug}", "plain_name"),
}
BEFORE = "string_to_array(tg_argv[place + 1], ' ')"


def upgrade() -> None:
    """Let no columns be none, and hide the tier."""
    op.execute(SAY_CHANGED.replace("COLUMNS", f"coalesce({BEFORE}, '{{}}')"))
    _watch(" tier")


def downgrade() -> None:
    """Compare as before."""
    _watch("")
    op.execute(SAY_CHANGED.replace("COLUMNS", BEFORE))


def _watch(more: str) -> None:
    for table, says in WATCHED.items():
        for event in ("insert", "update", "delete", "truncate"):
            op.execute(f"drop trigger pages_{event} on {table}")
        pairs = zip(says[::2], says[1::2], strict=True)
        given = ", ".join(f"'{tags}', '{hidden}{more}'" for tags, hidden in pairs)
        op.execute(f"select watch_pages('{table}', {given})")
