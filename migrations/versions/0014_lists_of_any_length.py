"""Lists of any length: what they are ordered and narrowed by in one narrow row a film, and counts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ORDERS = ("less_popular", "newest", "oldest", "worse", "name")

# A kept plan from when the tables were empty would read them whole for each film of an import.
LIST = """
create function list_titles(ids bigint[]) returns void
language sql set enable_seqscan = off set plan_cache_mode = force_custom_plan as $$
    delete from listing using unnest(ids) as given (id), title
        where title_id = given.id and title.id = given.id and title.status <> 'published';
    insert into listing (title_id, less_popular, newest, oldest, worse, name, facets)
    select title.id, -popularity, coalesce(-year, 32767), coalesce(year, 32767),
        coalesce((
            select -round(1000 * score / scale) from rating
            where title_id = title.id order by count desc, source limit 1
        ), 1),
        left(plain_name, 100),
        array(
            select 'genre:' || genre.slug from title_genre join genre on genre.id = genre_id
            where title_id = title.id order by position
        ) || array(
            select distinct 'certificate:' || label from certificate
            where title_id = title.id order by 1
        ) || array_remove(array[
            'decade:' || (year - year % 10),
            'length:' || case when runtime_minutes < 90 then 'short'
                when runtime_minutes <= 120 then 'usual' when runtime_minutes > 120 then 'long' end
        ], null)
    from (select distinct unnest(ids) as id) as given
    join title on title.id = given.id and title.status = 'published'
    on conflict (title_id) do update set
        less_popular = excluded.less_popular, newest = excluded.newest, oldest = excluded.oldest,
        worse = excluded.worse, name = excluded.name, facets = excluded.facets
    where listing is distinct from excluded;
$$
"""

FUNCTIONS = {
    "list_new_titles": "select array_agg(id) from now_there",
    "list_changed_titles": """
        select array_agg(fresh.id) from now_there as fresh join then_there as past using (id)
        where (fresh.status, fresh.popularity, fresh.year, fresh.runtime_minutes, fresh.plain_name)
            is distinct from (past.status, past.popularity, past.year, past.runtime_minutes,
                past.plain_name)""",
    "list_titles_with": "select array_agg(distinct title_id) from now_there",
    "list_titles_without": "select array_agg(distinct title_id) from then_there",
    "list_titles_of_genre": """
        select array_agg(distinct title_id) from title_genre join now_there as fresh
            on fresh.id = genre_id join then_there as past on past.id = fresh.id
        where fresh.slug <> past.slug""",
}
NEW, OLD = "new table as now_there", "old table as then_there"
TRIGGERS = [
    ("title", "insert", NEW, "list_new_titles"),
    ("title", "update", f"{OLD} {NEW}", "list_changed_titles"),
    ("genre", "update", f"{OLD} {NEW}", "list_titles_of_genre"),
    *(
        (table, event, seen, function)
        for table in ("title_genre", "certificate", "rating")
        for event, seen, function in (
            ("insert", NEW, "list_titles_with"),
            ("update", NEW, "list_titles_with"),
            ("delete", OLD, "list_titles_without"),
        )
    ),
]


def upgrade() -> None:
    """Add the tables, have the database keep them, and fill them with what is there."""
    op.create_table(
        "listing",
        sa.Column("title_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ORDERS[:4]),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("facets", sa.ARRAY(sa.String()), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"], ["title.id"], name=op.f("fk_listing_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title_id", name=op.f("pk_listing")),
    )
    op.create_table(
        "listing_count",
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("first_year", sa.Integer()),
        sa.Column("last_year", sa.Integer()),
        sa.PrimaryKeyConstraint("cell", name=op.f("pk_listing_count")),
    )
    op.execute(LIST)
    for name, ids in FUNCTIONS.items():
        body = f"begin perform list_titles(({ids})); return null; end"
        op.execute(f"create function {name}() returns trigger language plpgsql as $${body}$$")
    for table, event, seen, function in TRIGGERS:
        op.execute(
            f"create trigger listed_after_{event} after {event} on {table} referencing {seen} "
            f"for each statement execute function {function}()"
        )
    op.execute("select list_titles(array(select id from title))")
    for column in ORDERS:
        more = [] if column == "less_popular" else ["less_popular"]
        op.create_index(f"ix_listing_{column}", "listing", [column, *more, "title_id"])
    op.create_index("ix_listing_facets", "listing", ["facets"], postgresql_using="gin")
    op.create_index("ix_certificate_label", "certificate", ["label", "title_id"])
    op.create_index(
        "ix_collection_title_place", "collection_title", ["collection_id", "position", "title_id"]
    )
    op.drop_index("ix_title_listing", table_name="title")


def downgrade() -> None:
    """Drop them with what they hold; it can be made again."""
    op.create_index("ix_title_listing", "title", ["status", sa.text("popularity desc"), "id"])
    op.drop_index("ix_collection_title_place", table_name="collection_title")
    op.drop_index("ix_certificate_label", table_name="certificate")
    for table, event, _, _ in TRIGGERS:
        op.execute(f"drop trigger listed_after_{event} on {table}")
    for name in FUNCTIONS:
        op.execute(f"drop function {name}()")
    op.execute("drop function list_titles(bigint[])")
    op.drop_table("listing_count")
    op.drop_table("listing")
