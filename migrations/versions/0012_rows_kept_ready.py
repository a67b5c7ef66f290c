"""Rows kept ready for the reports, what they wait for, and since when marks of members hold."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OWNER = (
    "CASE WHEN member_id IS NOT NULL THEN 'member:' || member_id"
    " WHEN visitor_id IS NOT NULL THEN 'visitor:' || visitor_id"
    " ELSE 'history:' || (data ->> 'person') END"
)
COUNTED = "kind IN ('visit', 'cta_seen', 'cta_click', 'play')"
CELL = "coalesce(title_id, 0), (at AT TIME ZONE 'UTC')::date, kind, count(*)"

FUNCTIONS = {
    "note_fact_due": f"""
        INSERT INTO fact_due (owner)
        SELECT DISTINCT owner FROM (SELECT {OWNER} AS owner FROM added) AS owners
        WHERE owner IS NOT NULL;
        INSERT INTO counter_due (title_id, day, kind, number)
        SELECT {CELL} FROM added WHERE {COUNTED} GROUP BY 1, 2, 3;
    """,  # noqa: S608
    "note_visitor_due": """
        INSERT INTO fact_due (owner) VALUES ('visitor:' || NEW.id);
    """,
    "note_member_due": """
        INSERT INTO fact_due (owner) VALUES ('member:' || NEW.id);
        IF OLD.merged_into_id IS NOT NULL THEN
            INSERT INTO fact_due (owner) VALUES ('member:' || OLD.merged_into_id);
        END IF;
    """,
    "note_role_due": """
        INSERT INTO fact_due (owner) VALUES ('member:' || coalesce(NEW.member_id, OLD.member_id));
    """,
    "note_title_due": f"""
        INSERT INTO fact_due (owner)
        SELECT DISTINCT owner FROM (SELECT {OWNER} AS owner FROM fact WHERE title_id = OLD.id)
        AS owners WHERE owner IS NOT NULL;
    """,  # noqa: S608
}
TRIGGERS = (
    "fact_is_due AFTER INSERT ON fact REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION note_fact_due()",
    "visitor_is_due AFTER UPDATE OF member_id, joined_at, source ON visitor"
    " FOR EACH ROW EXECUTE FUNCTION note_visitor_due()",
    "member_is_due AFTER UPDATE OF is_test, test_since, merged_into_id, merged_at ON member"
    " FOR EACH ROW EXECUTE FUNCTION note_member_due()",
    "role_is_due AFTER INSERT OR UPDATE OR DELETE ON member_role"
    " FOR EACH ROW EXECUTE FUNCTION note_role_due()",
    "title_is_due AFTER UPDATE OF slug OR DELETE ON title"
    " FOR EACH ROW EXECUTE FUNCTION note_title_due()",
)


def upgrade() -> None:
    """Add the tables, let the database itself say what they lack, and ask for all there is."""
    op.add_column("member", sa.Column("test_since", sa.DateTime(timezone=True)))
    op.add_column("member", sa.Column("merged_at", sa.DateTime(timezone=True)))
    op.add_column("member_role", sa.Column("since", sa.DateTime(timezone=True)))
    op.execute(
        "CREATE INDEX ix_fact_person ON fact ((data ->> 'person'))"
        " WHERE member_id IS NULL AND visitor_id IS NULL"
    )
    _make_tables()
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body} RETURN NULL; END $$"
        )
    for trigger in TRIGGERS:
        op.execute(f"CREATE TRIGGER {trigger}")
    op.execute(
        f"INSERT INTO fact_due (owner) SELECT owner FROM (SELECT DISTINCT {OWNER} AS owner"  # noqa: S608
        " FROM fact) AS owners WHERE owner IS NOT NULL"
    )
    op.execute(
        f"INSERT INTO counter SELECT {CELL} FROM fact WHERE {COUNTED} GROUP BY 1, 2, 3"  # noqa: S608
    )


def downgrade() -> None:
    """Drop them; the facts stay."""
    for trigger in TRIGGERS:
        words = trigger.split()
        op.execute(f"DROP TRIGGER {words[0]} ON {words[words.index('ON') + 1]}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    for table in ("paying", "trial_story", "journey", "counter", "counter_due", "fact_due"):
        op.drop_table(table)
    op.execute("DROP INDEX ix_fact_person")
    op.drop_column("member_role", "since")
    op.drop_column("member", "merged_at")
    op.drop_column("member", "test_since")


def _make_tables() -> None:
    op.create_table(
        "fact_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_due")),
    )
    op.create_table(
        "counter_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_due")),
    )
    op.create_table(
        "counter",
        sa.Column("title_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("title_id", "day", "kind", name=op.f("pk_counter")),
    )
    op.create_table(
        "journey",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("entered_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.SmallInteger(), nullable=False),
        sa.Column("title_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("previous_us", sa.BigInteger(), nullable=True),
        sa.Column("robot_us", sa.BigInteger(), nullable=True),
        sa.Column("seen_us", sa.BigInteger(), nullable=True),
        sa.Column("clicked_us", sa.BigInteger(), nullable=True),
        sa.Column("account_us", sa.BigInteger(), nullable=True),
        sa.Column("checkout_us", sa.BigInteger(), nullable=True),
        sa.Column("trial_us", sa.BigInteger(), nullable=True),
        sa.Column("started_us", sa.BigInteger(), nullable=True),
        sa.Column("played_us", sa.BigInteger(), nullable=True),
        sa.Column("paid_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "owner", "scope_id", "person", "entered_us", "since_us", name=op.f("pk_journey")
        ),
    )
    op.create_index(
        "ix_journey_entered", "journey", ["scope_id", "gap", "entered_us"], unique=False
    )
    op.create_table(
        "trial_story",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.Column("cancel_set_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_cause", sa.String(), nullable=True),
        sa.Column("converted_us", sa.BigInteger(), nullable=True),
        sa.Column("carded", sa.Boolean(), nullable=False),
        sa.Column("fraud", sa.Boolean(), nullable=False),
        sa.Column("comped", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("seen_us", sa.BigInteger(), nullable=True),
        sa.Column("deciding", sa.String(), nullable=False),
        sa.Column("helped", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("played", sa.String(), nullable=False),
        sa.Column("played_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "key", "since_us", name=op.f("pk_trial_story")),
    )
    op.create_index("ix_trial_story_holds", "trial_story", ["until_us", "started_us"], unique=False)
    op.create_table(
        "paying",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("interval", sa.String(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("to_us", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String()),
        sa.Column("seen_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("owner", "key", "since_us", name=op.f("pk_paying")),
    )
    op.create_index("ix_paying_holds", "paying", ["to_us", "from_us"])
