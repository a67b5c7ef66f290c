"""Names with raised digits or marks of trade are read anew: "Alien³" counts as "alien 3"."""

from alembic import op

from catalog import indexing

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

SIGNS = "[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2120\u2122]"


def upgrade() -> None:
    """What is kept of these names is what is asked for."""
    indexing.read_anew(op.get_bind(), SIGNS)


def downgrade() -> None:
    """They stay as they are: the rule is none of the schema's."""
