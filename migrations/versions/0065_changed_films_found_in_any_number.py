"""Which of many changed films lists place anew is found without comparing each with all others."""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

# A plan of a trigger stays for the session: the join's, made for one film, met thousands.
FRESH = """
        select array_agg(id) from (
            select id, status, popularity, year, runtime_minutes, plain_name from now_there
            except
            select id, status, popularity, year, runtime_minutes, plain_name from then_there
        ) as fresh"""
BEFORE = """
        select array_agg(fresh.id) from now_there as fresh join then_there as past using (id)
        where (fresh.status, fresh.popularity, fresh.year, fresh.runtime_minutes, fresh.plain_name)
            is distinct from (past.status, past.popularity, past.year, past.runtime_minutes,
                past.plain_name)"""


def upgrade() -> None:
    """Set what the rows are now against what they were."""
    _find(FRESH)


def downgrade() -> None:
    """Join them by their number."""
    _find(BEFORE)


def _find(ids: str) -> None:
    op.execute(
        "create or replace function list_changed_titles() returns trigger language plpgsql as "
        f"$$begin perform list_titles(({ids})); return null; end$$"
    )
