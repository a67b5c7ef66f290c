"""Names with umlauts are read anew: "Müller" is found by "mueller"."""

from alembic import op

from catalog import indexing

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

SIGNS = "[äöüÄÖÜ]|[aouAOU]\u0308"


def upgrade() -> None:
    """What is kept of these names is what is asked for."""
    indexing.read_anew(op.get_bind(), SIGNS)


def downgrade() -> None:
    """They stay as they are: the rule is none of the schema's."""
