"""Slips by what is left of a word, the people of short words kept, and changed titles noted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# A word, and all that is left of it when one letter is left out.
ONE_LETTER_LESS = """
create function one_letter_less(word text) returns text[]
language sql immutable strict parallel safe as $$
    select array_agg(distinct left(word, at - 1) || substr(word, at + 1))
    from generate_series(1, length(word) + 1) as at
$$
"""
NOTE_CHANGE = """
create function note_similar_change() returns trigger language plpgsql as $$
begin
    if new.status = 'published' then
        insert into similar_search (title_id, changed_at) values (new.id, clock_timestamp())
        on conflict (title_id) do update set changed_at = excluded.changed_at;
    else
        delete from similar_search where title_id = new.id;
    end if;
    return null;
end
$$
"""
TRIGGERS = (
    """
    create trigger note_similar_new after insert on title
    for each row execute function note_similar_change()
    """,
    """
    create trigger note_similar_changed after update on title for each row
    when (old.updated_at is distinct from new.updated_at or old.status <> new.status)
    execute function note_similar_change()
    """,
)
# What stood to be looked for before there was a note of it.
TAKE_UP = (
    "delete from similar_search using title where id = title_id and status <> 'published'",
    """
    insert into similar_search (title_id, changed_at)
    select id, clock_timestamp() from title left join similar_search on title_id = id
    where status = 'published' and (made_at is null or updated_at > made_at) order by id
    on conflict (title_id) do update set changed_at = excluded.changed_at
    """,
)


def upgrade() -> None:
    """Add the index of slips, what a worker keeps of people, an index that counts films, and notes
    of what has changed since its similar films were looked for."""
    op.execute(ONE_LETTER_LESS)
    op.create_index(
        "ix_search_word_slips",
        "search_word",
        [sa.text("one_letter_less(word)")],
        postgresql_using="gin",
    )
    for column, kind in (("person_ids", sa.BigInteger()), ("person_films", sa.Integer())):
        op.add_column(
            "search_prefix",
            sa.Column(column, postgresql.ARRAY(kind), nullable=False, server_default="{}"),
        )
    op.create_index("ix_credit_person", "credit", ["person_id", "title_id"])
    op.drop_index("ix_credit_person_id", table_name="credit")
    op.alter_column("similar_search", "made_at", nullable=True)
    op.add_column("similar_search", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_similar_search_changed_at",
        "similar_search",
        ["changed_at", "title_id"],
        postgresql_where=sa.text("changed_at is not null"),
    )
    for statement in (*TAKE_UP, NOTE_CHANGE, *TRIGGERS):
        op.execute(statement)
    op.create_table(
        "watched_together",
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["title.id"],
                name=op.f(f"fk_watched_together_{column}"),
                ondelete="CASCADE",
            )
            for column in ("title_id", "other_id")
        ),
        sa.PrimaryKeyConstraint("title_id", "other_id", name=op.f("pk_watched_together")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("watched_together")
    for trigger in ("note_similar_changed", "note_similar_new"):
        op.execute(f"drop trigger {trigger} on title")
    op.execute("drop function note_similar_change()")
    op.execute("delete from similar_search where made_at is null")
    op.drop_index("ix_similar_search_changed_at", table_name="similar_search")
    op.drop_column("similar_search", "changed_at")
    op.alter_column("similar_search", "made_at", nullable=False)
    op.create_index("ix_credit_person_id", "credit", ["person_id"])
    op.drop_index("ix_credit_person", table_name="credit")
    for column in ("person_films", "person_ids"):
        op.drop_column("search_prefix", column)
    op.drop_index("ix_search_word_slips", table_name="search_word")
    op.execute("drop function one_letter_less(text)")
