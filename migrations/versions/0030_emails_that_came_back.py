"""An e-mail that the mail server took and then sent back."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep when the report came that an e-mail did not arrive, and find those being sent."""
    op.add_column("notice", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notice_sending", "notice", ["sending_at"], postgresql_where=sa.text("state = 'sending'")
    )


def downgrade() -> None:
    """Forget which e-mails came back."""
    op.drop_index("ix_notice_sending", "notice")
    op.drop_column("notice", "bounced_at")
