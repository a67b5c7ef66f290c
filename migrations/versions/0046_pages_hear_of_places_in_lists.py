"""A film that moves in lists drops the pages on which its place is another, and no more."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# What 0041 says of lists by tags alone: each way in which they are ordered, each facet.
EACH_WAY = """        foreach way in array case
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
"""
EACH_FACET = """                tags := array_append(tags, 'list:' || facet);
"""
BY_TAGS = "        said := tags_of_lists(olds, news);"
BY_FILMS = f"        perform say_films_in_lists(olds, news);\n{BY_TAGS}"
MORE = {
    "tags_of_lists": [
        (EACH_WAY, "        -- Places in orders are said film by film.\n"),
        (EACH_FACET, "                -- So are the lists that it leaves or joins.\n"),
    ],
    "say_pages_of_lists": [(BY_TAGS, BY_FILMS)],
}

# Each film that comes, goes or moves, as [its row before, its row now, its collections], as many
# to a message as it has room for. ``catalog/stretches.py`` reads them.
SAY_FILMS = """
create function say_films_in_lists(olds listing[], news listing[]) returns void
language plpgsql as $$
declare
    past listing;
    fresh listing;
    told text;
    films text := '';
begin
    for at in 1 .. greatest(cardinality(olds), cardinality(news)) loop
        past := olds[at];
        fresh := news[at];
        continue when past is not distinct from fresh;
        told := jsonb_build_array(to_jsonb(past), to_jsonb(fresh), array(
            select 'collection:' || slug from collection where exists (
                select from collection_title where collection_id = collection.id
                    and title_id = coalesce(fresh.title_id, past.title_id)
            )
        ));
        if octet_length(films) + octet_length(told) > 7000 then
            perform pg_notify('pages', '[' || films || ']') where films <> '';
            films := '';
        end if;
        if octet_length(told) > 7000 then
            perform pg_notify('pages', 'everything');
        else
            films := concat_ws(',', nullif(films, ''), told);
        end if;
    end loop;
    perform pg_notify('pages', '[' || films || ']') where films <> '';
end
$$
"""


def upgrade() -> None:
    """Say of a film in lists where it stood and where it stands; compare names letter by letter, as
    whoever hears of it does."""
    op.execute(SAY_FILMS)
    for function, parts in MORE.items():
        _say_otherwise(function, parts)
    op.alter_column("listing", "name", type_=sa.String(collation="C"))


def downgrade() -> None:
    """Say what the lists have that a film moves in."""
    op.alter_column("listing", "name", type_=sa.String(collation="default"))
    for function, parts in MORE.items():
        _say_otherwise(function, [(fresh, past) for past, fresh in parts])
    op.execute("drop function say_films_in_lists(listing[], listing[])")


def _say_otherwise(function: str, parts: list[tuple[str, str]]) -> None:
    """Put other parts into a function that stands."""
    find = sa.text("select pg_get_functiondef(cast(:name as regproc))")
    told = op.get_bind().scalar(find, {"name": function})
    for past, fresh in parts:
        if past not in told:
            raise ValueError(f"{function} is not that of 0041: it lacks {past}")
        told = told.replace(past, fresh)
    op.execute(told)
