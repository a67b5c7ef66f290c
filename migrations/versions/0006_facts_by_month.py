"""Facts in monthly partitions that nobody can change, each named once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = "md5(kind || ':' || key)::uuid"
COLUMNS = "kind, key, at, noted_at, visitor_id, member_id, title_id, subscription_id, data"
INDEXES = (
    ("ix_fact_kind_at", ["kind", "at"]),
    ("ix_fact_member", ["member_id", "at"]),
    ("ix_fact_visitor", ["visitor_id", "at"]),
)

# The month's table is made beside the others and attached: readers are not locked out.
MAKE_MONTH = """
CREATE FUNCTION make_fact_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name text := to_char(month, '"m"YYYY_MM');
    first timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    after timestamptz :=
        (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass('fact_months.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(5240918);
    IF to_regclass('fact_months.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE fact_months.%I (LIKE fact INCLUDING INDEXES)', name);
    EXECUTE format(
        'ALTER TABLE fact ATTACH PARTITION fact_months.%I FOR VALUES FROM (%L) TO (%L)',
        name, first, after);
    RETURN true;
END $$
"""

REFUSE = """
CREATE FUNCTION refuse_change_of_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A fact is never changed or removed; note another one.'
        USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    """Move what is there into its months; a fact outlives the film or person it tells of."""
    _set_aside()
    op.execute("CREATE SCHEMA fact_months")
    _make_table(postgresql_partition_by="RANGE (at)")
    op.create_primary_key(op.f("pk_fact"), "fact", ["id", "at"])
    op.create_table("fact_name", sa.Column("name", sa.Uuid(), primary_key=True))
    op.execute(MAKE_MONTH)
    op.execute(
        "SELECT make_fact_month(month::date) FROM ("
        "SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC') AS month FROM fact_before"
        " UNION SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month'"
        " FROM generate_series(0, 3) AS n) AS months"
    )
    op.execute(f"INSERT INTO fact ({COLUMNS}) SELECT {COLUMNS} FROM fact_before ORDER BY id")  # noqa: S608
    op.execute(f"INSERT INTO fact_name SELECT {NAME} FROM fact_before")  # noqa: S608
    op.drop_table("fact_before")
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER fact_stays BEFORE UPDATE OR DELETE ON fact"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_fact()"
    )
    op.execute(
        "CREATE TRIGGER fact_stays_whole BEFORE TRUNCATE ON fact"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_fact()"
    )


def downgrade() -> None:
    """One table again, with the references it had; what they no longer find is left empty."""
    op.execute("DROP TRIGGER fact_stays ON fact")
    op.execute("DROP TRIGGER fact_stays_whole ON fact")
    op.execute("DROP FUNCTION refuse_change_of_fact")
    _set_aside()
    _make_table()
    op.create_primary_key(op.f("pk_fact"), "fact", ["id"])
    op.create_unique_constraint(op.f("uq_fact_kind_key"), "fact", ["kind", "key"])
    kept = {
        name: f"(SELECT id FROM {name.removesuffix('_id')} WHERE id = before.{name})"  # noqa: S608
        for name in ("visitor_id", "member_id", "title_id", "subscription_id")
    }
    chosen = ", ".join(kept.get(name, name) for name in COLUMNS.split(", "))
    op.execute(f"INSERT INTO fact ({COLUMNS}) SELECT {chosen} FROM fact_before AS before")  # noqa: S608
    for name in kept:
        table = name.removesuffix("_id")
        ondelete = "SET NULL" if table == "title" else None
        op.create_foreign_key(
            op.f(f"fk_fact_{name}"), "fact", table, [name], ["id"], ondelete=ondelete
        )
    op.drop_table("fact_before")
    op.drop_table("fact_name")
    op.execute("DROP FUNCTION make_fact_month")
    op.execute("DROP SCHEMA fact_months")


def _set_aside() -> None:
    for name, _ in INDEXES:
        op.drop_index(name, table_name="fact")
    op.execute("ALTER TABLE fact DROP CONSTRAINT pk_fact CASCADE")
    op.rename_table("fact", "fact_before")
    op.execute("ALTER SEQUENCE fact_id_seq RENAME TO fact_before_id_seq")


def _make_table(**options: str) -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("visitor_id", "member_id", "title_id", "subscription_id")
        ),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        **options,
    )
    for name, columns in INDEXES:
        op.create_index(name, "fact", columns)
