"""A change drops the pages that show it: a list by what it is narrowed and ordered by."""

from alembic import op
from sqlalchemy import text

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

SEARCHED = "updated_at words plain_names plain_name popularity tier"
UNSEEN = f"{SEARCHED} countries rights"
TOLD = "synopsis synopsis_long content_notices aliases original_name languages video_id created_at"
WATCHED = {
    # table: tags that a changed row says, and the columns by which it is not changed; and so on
    "title": (
        *("film:{slug}", UNSEEN),
        *("film-card:{slug}", f"{UNSEEN} {TOLD} runtime_minutes still"),
        *("film-still:{slug}", f"{UNSEEN} {TOLD} runtime_minutes name year picture"),
    ),
    "certificate": ("film:{film}", ""),
    "rating": ("film:{film}", ""),
    "review": ("film:{film} reviews:{film}", "id member_id"),
    "title_genre": ("film:{film} film-card:{first}", ""),
    "genre": ("{forms} list:genre:{slug} film:{with} film-card:{led}", ""),
    "collection": ("collections list:collection:{slug}", ""),
    "collection_title": ("collections", "", "list:collection:{collection}", "position"),
    "experiment": ("experiments", ""),
    "offer": ("offers", "name partner_url stripe_product_id stripe_price_id"),
    "video": ("video:{id}", "folder encryption_key"),
    "caption_track": ("captions:{video_id}", "name file"),
}
OF_LISTS = "updated_at words plain_names"
LONG = "synopsis synopsis_long content_notices rights aliases original_name video_id created_at"
WATCHED_BEFORE = {
    "title": (
        *("film:{slug}", f"{OF_LISTS} plain_name popularity tier"),
        *("film-card:{slug}", f"{OF_LISTS} {LONG} plain_name popularity runtime_minutes tier"),
        *("lists", f"{OF_LISTS} {LONG} tier"),
    ),
    "certificate": ("film:{film} lists", ""),
    "rating": ("film:{film} ratings", ""),
    "review": ("film:{film}", "id member_id"),
    "title_genre": ("film:{film} film-card:{film} lists", ""),
    "genre": ("everything", ""),
    "collection": ("collections", ""),
    "collection_title": ("collections", ""),
    "experiment": ("offers", ""),
    "offer": ("offers", ""),
    "video": ("everything", ""),
    "caption_track": ("everything",),
}

# What differs in the function of 0040: which rows are shown, and how their tags are found.
SHOWN = "is_on_pages(to_jsonb({rows}))"
SHOWN_BEFORE = "coalesce(to_jsonb({rows}) ->> 'status', 'published') in ('published', 'approved')"
SAID = """select distinct said from changed
            cross join unnest(string_to_array(tg_argv[place], ' ')) as tag
            cross join lateral tags_of(tag, it) as said"""
SAID_BEFORE = """select distinct replace(replace(replace(tag,
                '{slug}', coalesce(it ->> 'slug', '')),
                '{film}', coalesce(film.slug, '')),
                '{person}', coalesce(person.slug, ''))
            from changed
            left join title as film on film.id = (it ->> 'title_id')::bigint
            left join person on person.id = (it ->> 'person_id')::bigint
            cross join unnest(string_to_array(tg_argv[place], ' ')) as tag"""
PARTS = [
    (SAID_BEFORE, SAID),
    *(
        (SHOWN_BEFORE.format(rows=rows), SHOWN.format(rows=rows))
        for rows in ("old_rows", "new_rows")
    ),
]

# An offer that is switched off or kept from pages, and an experiment that is over, are on no page.
IS_ON_PAGES = """
create function is_on_pages(it jsonb) returns boolean language sql immutable as $$
    select coalesce(it ->> 'status', 'published') in ('published', 'approved')
        and coalesce((it ->> 'active')::boolean, true)
        and coalesce((it ->> 'on_pages')::boolean, true)
        and it ->> 'stopped_at' is null
$$
"""

# A place in a tag is a column of the row, or one of these: the film, person or collection that it
# belongs to; the film whose first genre it is; the films with a genre, those led by it (which
# their cards show), and the forms of all lists where it has films.
TAGS_OF = """
create function tags_of(tag text, it jsonb) returns setof text language plpgsql stable as $$
declare
    place text := substring(tag from '{(.+)}');
    key bigint;
    word text;
begin
    if place is null then
        return next tag;
        return;
    elsif it ? place then
        return next replace(tag, '{' || place || '}', it ->> place);
        return;
    end if;
    key := it ->> case place
        when 'person' then 'person_id' when 'collection' then 'collection_id'
        when 'film' then 'title_id' when 'first' then 'title_id' else 'id' end;
    if place = 'film' or place = 'first' and it ->> 'position' = '0' then
        select slug into word from title where title.id = key;
    elsif place = 'person' then
        select slug into word from person where person.id = key;
    elsif place = 'collection' then
        select slug into word from collection where collection.id = key;
    elsif place in ('with', 'led') then
        return query select replace(tag, '{' || place || '}', slug)
            from title_genre join title on title.id = title_id
            where genre_id = key and (place = 'with' or position = 0);
    elsif place = 'forms' and exists (select from title_genre where genre_id = key) then
        word := 'lists';
    end if;
    if word is not null then
        return next replace(tag, '{' || place || '}', word);
    end if;
end
$$
"""

# What the lists say on which a film stands, comes or goes. ``list:genre:drama`` is shown by every
# list narrowed by that facet or collection, ``list:`` by those that are not narrowed;
# ``rating:genre:drama`` by such a list in that order; ``lists``, the choices of the form, by all.
# Others with a facet are walked to: a plan that reads whole tables takes a hundred times as long.
TAGS_OF_LISTS = """
create function tags_of_lists(olds listing[], news listing[]) returns text
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    ids bigint[] := array(select title_id from unnest(olds || news));
    past listing;
    fresh listing;
    facets text[];
    facet text;
    way text;
    inside text[];
    tags text[] := '{}';
begin
    for at in 1 .. greatest(cardinality(olds), cardinality(news)) loop
        past := olds[at];
        fresh := news[at];
        facets := coalesce(past.facets, '{}') || coalesce(fresh.facets, '{}');
        inside := array(
            select 'collection:' || slug from collection where exists (
                select from collection_title where collection_id = collection.id
                    and title_id = coalesce(fresh.title_id, past.title_id)
            )
        );
        foreach way in array case
            when past.less_popular is distinct from fresh.less_popular then array['list']
            else array_remove(array[
                case when past.worse <> fresh.worse then 'rating' end,
                case when past.name <> fresh.name then 'name' end,
                case when past.newest <> fresh.newest then 'newest' end,
                case when past.oldest <> fresh.oldest then 'oldest' end
            ], null) end
        loop
            foreach facet in array array_append(facets || inside, '') loop
                tags := array_append(tags, way || ':' || facet);
            end loop;
        end loop;
        foreach facet in array facets loop
            if (facet = any (past.facets) and facet = any (fresh.facets)) is not true then
                tags := array_append(tags, 'list:' || facet);
                if not is_on_other_lists(facet, ids) then
                    tags := array_append(tags, 'lists');
                end if;
            end if;
        end loop;
        if (past.title_id is null or fresh.title_id is null) and inside <> '{}' then
            tags := array_append(tags, 'collections');
        end if;
    end loop;
    return (select string_agg(distinct replace(tag, ' ', '_'), ' ') from unnest(tags) as tag);
end
$$
"""
IS_ON_OTHER_LISTS = """
create function is_on_other_lists(facet text, ids bigint[]) returns boolean
language plpgsql stable as $$
declare
    kind text := split_part(facet, ':', 1);
    wanted text := substr(facet, length(kind) + 2);
begin
    if kind = 'genre' then
        return exists (
            select from genre join title_genre on genre_id = genre.id join listing using (title_id)
            where genre.slug = wanted and title_id <> all (ids)
        );
    elsif kind = 'certificate' then
        return exists (
            select from certificate join listing using (title_id)
            where label = wanted and title_id <> all (ids)
        );
    elsif kind = 'decade' then
        return exists (
            select from listing
            where oldest between wanted::int and wanted::int + 9 and title_id <> all (ids)
        );
    end if;
    return true;  -- a length is always a choice
end
$$
"""
SAY_LISTS = """
create function say_pages_of_lists() returns trigger language plpgsql as $$
declare
    olds listing[] := '{}';
    news listing[] := '{}';
    said text;
begin
    if tg_op in ('UPDATE', 'DELETE') then
        olds := array(
            select row(old_rows.*)::listing from old_rows order by title_id limit 101
        );
    end if;
    if tg_op in ('INSERT', 'UPDATE') then
        news := array(
            select row(new_rows.*)::listing from new_rows order by title_id limit 101
        );
    end if;
    if tg_op = 'TRUNCATE' or greatest(cardinality(olds), cardinality(news)) > 100 then
        said := 'everything';
    elsif greatest(cardinality(olds), cardinality(news)) > 0 then
        said := tags_of_lists(olds, news);
    end if;
    if said is not null then
        perform pg_notify(
            'pages', case when octet_length(said) > 7000 then 'everything' else said end
        );
    end if;
    return null;
end
$$
"""
MADE = (IS_ON_PAGES, TAGS_OF, IS_ON_OTHER_LISTS, TAGS_OF_LISTS, SAY_LISTS)
MADE_NAMES = (
    *("say_pages_of_lists()", "tags_of_lists(listing[], listing[])"),
    *("is_on_other_lists(text, bigint[])", "tags_of(text, jsonb)", "is_on_pages(jsonb)"),
)
EVENTS = {
    "insert": "referencing new table as new_rows",
    "update": "referencing old table as old_rows new table as new_rows",
    "delete": "referencing old table as old_rows",
    "truncate": "",
}


def upgrade() -> None:
    """Say of each row what shows it, and of lists by the rows from which they are drawn."""
    for function in MADE:
        op.execute(function)
    _say_otherwise(PARTS)
    op.execute("alter function say_changed_pages() set plan_cache_mode = force_generic_plan")
    _watch(WATCHED)
    for event, sees in EVENTS.items():
        op.execute(
            f"create trigger pages_{event} after {event} on listing {sees} "
            "for each statement execute function say_pages_of_lists()"
        )


def downgrade() -> None:
    """Say more than what changes, as before."""
    for event in EVENTS:
        op.execute(f"drop trigger pages_{event} on listing")
    _watch(WATCHED_BEFORE)
    op.execute("alter function say_changed_pages() reset plan_cache_mode")
    _say_otherwise([(fresh, past) for past, fresh in PARTS])
    for name in MADE_NAMES:
        op.execute(f"drop function {name}")


def _say_otherwise(parts: list[tuple[str, str]]) -> None:
    """Put other parts into the function that all tables but listing share."""
    told = op.get_bind().scalar(text("select pg_get_functiondef('say_changed_pages'::regproc)"))
    for past, fresh in parts:
        if past not in told:
            raise ValueError(f"say_changed_pages is not that of 0040: it lacks {past}")
        told = told.replace(past, fresh)
    op.execute(told)


def _watch(watched: dict[str, tuple[str, ...]]) -> None:
    """Let tables say other tags than so far."""
    for table, says in watched.items():
        for event in EVENTS:
            op.execute(f"drop trigger pages_{event} on {table}")
        given = ", ".join(f"'{one}'" for one in says)
        op.execute(f"select watch_pages('{table}', {given})")
