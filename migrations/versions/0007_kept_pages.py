"""Pages that are kept hear of changes: each commit says which films, people and lists changed."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SEARCHED = "updated_at words plain_names"
TOLD = "synopsis synopsis_long content_notices rights aliases original_name video_id created_at"
WATCHED = {
    # table: tags that a changed row says, and the columns by which it is not changed; and so on
    "title": (
        *("film:{slug}", f"{SEARCHED} plain_name popularity"),
        *("film-card:{slug}", f"{SEARCHED} {TOLD} plain_name popularity runtime_minutes"),
        *("lists", f"{SEARCHED} {TOLD}"),
    ),
    "certificate": ("film:{film} lists", ""),
    "credit": ("film:{film} person:{person}", "id"),
    "rating": ("film:{film} ratings", ""),
    "release": ("film:{film}", ""),
    "review": ("film:{film}", "id member_id"),
    "similar_title": ("film:{film}", "made_at"),
    "title_genre": ("film:{film} film-card:{film} lists", ""),
    "trailer": ("film:{film}", ""),
    "person": ("person:{slug} person-card:{slug}", "plain_name"),
    "collection": ("collections", ""),
    "collection_title": ("collections", ""),
    "experiment": ("offers", ""),
    "offer": ("offers", ""),
    "genre": ("everything", ""),
    "video": ("everything", ""),
}

# Says at commit, on the channel "pages", the tags of the rows that read otherwise than before. A
# statement of more than a hundred rows is not looked at one by one: it says "everything".
SAY_CHANGED = """
create function say_changed_pages() returns trigger language plpgsql as $$
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
        hidden := string_to_array(tg_argv[place + 1], ' ');
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

# A later migration calls this for a table of its own: select watch_pages('award', 'film:{film}').
WATCH = """
create function watch_pages(watched text, variadic says text[]) returns void language plpgsql as $$
declare
    op text;
    sees text;
    given text := (select string_agg(quote_literal(one), ', ') from unnest(says) as one);
begin
    foreach op in array array['insert', 'update', 'delete', 'truncate'] loop
        sees := case op
            when 'insert' then 'referencing new table as new_rows'
            when 'update' then 'referencing old table as old_rows new table as new_rows'
            when 'delete' then 'referencing old table as old_rows'
            else '' end;
        execute format(
            'create trigger pages_%1$s after %1$s on %2$I %3$s '
            'for each statement execute function say_changed_pages(%4$s)',
            op, watched, sees, given
        );
    end loop;
end
$$
"""


def upgrade() -> None:
    """Let every table that a public page shows say what changes in it."""
    op.execute(SAY_CHANGED)
    op.execute(WATCH)
    for table, says in WATCHED.items():
        given = ", ".join(f"'{one}'" for one in says)
        op.execute(f"select watch_pages('{table}', {given})")


def downgrade() -> None:
    """Take the triggers away."""
    for table in WATCHED:
        for event in ("insert", "update", "delete", "truncate"):
            op.execute(f"drop trigger pages_{event} on {table}")
    op.execute("drop function watch_pages(text, variadic text[])")
    op.execute("drop function say_changed_pages()")
