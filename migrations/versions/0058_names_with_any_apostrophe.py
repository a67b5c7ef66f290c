"""Names with a sign that counts as an apostrophe from now on, or as nothing, are read anew."""

from alembic import op

from catalog import indexing

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

SIGNS = "[\u00b4\u2018\u201b\u02b9\u02ba\u02bb\u02bd\u02be\u02bf\u05f3\u0640]"


def upgrade() -> None:
    """What is kept of these names is what is asked for."""
    indexing.read_anew(op.get_bind(), SIGNS)


def downgrade() -> None:
    """They stay as they are: the rule is none of the schema's."""
