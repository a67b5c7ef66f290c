"""Offers with words, audience and partners; reviews that are voted on, reported and moderated."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = "Try {days} days free"
BANNER = "Unlimited streaming with {brand}: try {days} days free"
OFFER_RULES = {
    "kind": "kind in ('own', 'partner')",
    "audience": "audience in ('everyone', 'new', 'returning')",
    "tax": "tax in ('exclusive', 'inclusive')",
    "partner": (
        "(kind = 'partner') = (partner_url is not null) and (kind = 'own' or brand is not null)"
    ),
}


def upgrade() -> None:
    """Add what older rows have a plain answer for; an offer that stands stays as it reads."""
    _offers()
    _members()
    _reviews()


def _offers() -> None:
    for column, value in {
        "kind": "own",
        "words": WORDS,
        "banner": BANNER,
        "tax": "exclusive",
        "audience": "everyone",
    }.items():
        _filled("offer", sa.Column(column, sa.String(), nullable=False, server_default=value))
    territories = sa.Column(
        "territories", ARRAY(sa.String()), nullable=False, server_default=sa.text("'{}'")
    )
    _filled("offer", territories)
    for column in ("starts_at", "ends_at"):
        op.add_column("offer", sa.Column(column, sa.DateTime(timezone=True)))
    for column in ("brand", "partner_url", "partner_code"):
        op.add_column("offer", sa.Column(column, sa.String()))
    for name, rule in OFFER_RULES.items():
        op.create_check_constraint(op.f(f"ck_offer_{name}"), "offer", rule)


def _members() -> None:
    op.add_column("member", sa.Column("territory", sa.String()))
    _filled("member", sa.Column("theme", sa.String(), nullable=False, server_default="system"))
    rule = "theme in ('system', 'light', 'dark')"
    op.create_check_constraint(op.f("ck_member_theme"), "member", rule)


def _reviews() -> None:
    op.add_column("rating", sa.Column("histogram", ARRAY(sa.Integer())))
    _filled("review", sa.Column("helpful", sa.Integer(), nullable=False, server_default="0"))
    watched = sa.Column("watched", sa.Boolean(), nullable=False, server_default=sa.false())
    _filled("review", watched)
    rule = "status in ('approved', 'waiting', 'hidden')"
    op.create_check_constraint(op.f("ck_review_status"), "review", rule)
    waiting = sa.text("status = 'waiting'")
    op.create_index("ix_review_waiting", "review", ["id"], postgresql_where=waiting)
    op.create_table("review_vote", *_of_a_member("review_vote"))
    op.create_table(
        "review_report",
        *_of_a_member("review_report"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
    )
    undecided = sa.text("decided_at is null")
    op.create_index(
        "ix_review_report_open", "review_report", ["review_id"], postgresql_where=undecided
    )
    for table in ("review_vote", "review_report"):
        op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"])


def _of_a_member(table: str) -> list[sa.schema.SchemaItem]:
    """The two columns of a row that one member may have of one review."""
    whose = [("review_id", "review.id"), ("member_id", "member.id")]
    return [
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name, _ in whose),
        *(
            sa.ForeignKeyConstraint(
                [name], [there], name=op.f(f"fk_{table}_{name}"), ondelete="CASCADE"
            )
            for name, there in whose
        ),
        sa.PrimaryKeyConstraint("review_id", "member_id", name=op.f(f"pk_{table}")),
    ]


def _filled(table: str, column: sa.Column[object]) -> None:
    """Add a column with a value for the rows that are there, and no default for later ones."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def downgrade() -> None:
    """Drop them with what they hold."""
    for table in ("review_report", "review_vote"):
        op.drop_table(table)
    op.drop_index("ix_review_waiting", "review")
    op.drop_constraint(op.f("ck_review_status"), "review")
    for column in ("watched", "helpful"):
        op.drop_column("review", column)
    op.drop_column("rating", "histogram")
    op.drop_constraint(op.f("ck_member_theme"), "member")
    for column in ("theme", "territory"):
        op.drop_column("member", column)
    for name in OFFER_RULES:
        op.drop_constraint(op.f(f"ck_offer_{name}"), "offer")
    columns = ("partner_code", "partner_url", "brand", "ends_at", "starts_at", "territories")
    for column in (*columns, "audience", "tax", "banner", "words", "kind"):
        op.drop_column("offer", column)
