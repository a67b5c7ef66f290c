"""The message queue inside PostgreSQL, which is the broker where no other one is set.

It is laid down whatever the broker is, in a schema of its own, so that the versions of two
installations mean the same. The SQL comes with the pinned ``pgmq`` wheel; it cannot be applied
twice, so a newer one is a migration that drops the schema and lays it down again.
"""

from alembic import op
from pgmq.install import get_embedded_install_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay down the schema ``pgmq``."""
    # Straight to the driver: SQLAlchemy would look for parameters in it.
    op.get_bind().connection.driver_connection.execute(get_embedded_install_sql())


def downgrade() -> None:
    """Drop the queues with whatever waits in them: the rows they ring for stay."""
    op.execute("DROP SCHEMA pgmq CASCADE")
