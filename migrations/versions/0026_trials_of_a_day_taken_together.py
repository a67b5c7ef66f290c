"""The trials of a day taken together, what they brought, and first looks with what followed."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

DAY_US = 86_400_000_000
STEPS = ("seen", "clicked", "account", "checkout", "trial")
WAITS = tuple(f"{step}_waits" for step in STEPS)
MORE = (
    *(f"{step}_sample" for step in STEPS),
    *("played_reach", "played_waits", "paid_reach", "paid_waits"),
)
BROUGHT = (
    ("brought_us", sa.ARRAY(sa.BigInteger()), "{}"),
    ("brought_minor", sa.ARRAY(sa.BigInteger()), "{}"),
    ("brought_currency", sa.ARRAY(sa.Text()), "{}"),
    ("paid_months", sa.SmallInteger(), "0"),
)


def upgrade() -> None:
    """Make the tables anew, and have every day and every story of a trial made by the workers."""
    op.drop_table("first_look")
    op.create_table(
        "first_look",
        sa.Column("day_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("every", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("settled_us", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("robots", sa.BigInteger(), nullable=False),
        sa.Column("first_started_us", sa.BigInteger(), nullable=True),
        sa.Column("last_started_us", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in (*WAITS, *MORE)),
        sa.PrimaryKeyConstraint("day_us", "every", "source", name=op.f("pk_first_look")),
    )
    _keep_plain("first_look", (*WAITS, *MORE))
    op.create_table(
        "trial_day",
        sa.Column("day_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("every", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("settled_us", sa.BigInteger(), nullable=False),
        sa.Column("over_us", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("outcomes", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("waits", sa.LargeBinary(), nullable=False),
        sa.Column("kept_waits", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, sa.ARRAY(sa.Text()), nullable=False)
            for name in ("decided", "helped", "played")
        ),
        sa.PrimaryKeyConstraint("day_us", "every", "source", name=op.f("pk_trial_day")),
    )
    _keep_plain("trial_day", ("waits", "kept_waits"))
    op.create_table(
        "trial_day_due",
        sa.Column("day_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day_us", name=op.f("pk_trial_day_due")),
    )
    _have_looks_made()
    op.execute(
        f"INSERT INTO trial_day_due SELECT DISTINCT started_us - started_us % {DAY_US}"  # noqa: S608
        " FROM trial_story WHERE started_us >= 0"
    )
    for name, kind, nothing in BROUGHT:
        op.add_column("trial_story", sa.Column(name, kind, nullable=False, server_default=nothing))
        op.alter_column("trial_story", name, server_default=None)
    op.execute("INSERT INTO fact_due (owner) SELECT DISTINCT owner FROM trial_story")


def downgrade() -> None:
    """Go back to the looks as they were taken together before."""
    for name, _, _ in BROUGHT:
        op.drop_column("trial_story", name)
    op.drop_table("trial_day_due")
    op.drop_table("trial_day")
    op.drop_table("first_look")
    op.create_table(
        "first_look",
        sa.Column("day_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("settled_us", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("robots", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in WAITS),
        sa.PrimaryKeyConstraint("day_us", "source", name=op.f("pk_first_look")),
    )
    _keep_plain("first_look", WAITS)
    _have_looks_made()


def _keep_plain(table: str, columns: tuple[str, ...]) -> None:
    """Packing them costs more time than it saves."""
    for name in columns:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET STORAGE EXTERNAL")


def _have_looks_made() -> None:
    op.execute(
        f"INSERT INTO first_look_due SELECT DISTINCT entered_us - entered_us % {DAY_US}"  # noqa: S608
        " FROM journey WHERE scope_id = 0 AND gap = -1 AND entered_us >= 0 ON CONFLICT DO NOTHING"
    )
