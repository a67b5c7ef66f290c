"""An address is proved before there is an account; captions say their language; reviews by key."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

REVIEWS = {
    "ix_review_newest": ["title_id", "written_on", "id"],
    "ix_review_highest": ["title_id", "score", "written_on", "id"],
}


def upgrade() -> None:
    """Add what waits for its link, and the caption tracks of each video: English ones so far."""
    op.create_table(
        "sign_up_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("there", sa.String(), nullable=False),
        sa.Column("zone", sa.String()),
        sa.Column("visitor_id", sa.BigInteger()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitor.id"], name=op.f("fk_sign_up_request_visitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_request")),
    )
    op.create_index("ix_sign_up_request_email", "sign_up_request", ["email", "asked_at"])
    op.create_index("ix_sign_up_request_asked_at", "sign_up_request", ["asked_at"])
    op.create_table(
        "caption_track",
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"],
            ["video.id"],
            name=op.f("fk_caption_track_video_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("video_id", "language", name=op.f("pk_caption_track")),
        sa.CheckConstraint(
            "language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'",
            name=op.f("ck_caption_track_language"),
        ),
    )
    for name, columns in REVIEWS.items():
        approved = sa.text("status = 'approved'")
        op.create_index(name, "review", columns, postgresql_where=approved)
    op.drop_index("ix_review_listing", "review")
    op.execute("insert into caption_track select id, 'en', null, 'captions.vtt', 0 from video")
    op.execute("select watch_pages('caption_track', 'everything')")


def downgrade() -> None:
    """Forget both, and find reviews as before."""
    op.create_index("ix_review_listing", "review", ["title_id", "status", "written_on"])
    for name in REVIEWS:
        op.drop_index(name, "review")
    op.drop_table("caption_track")
    op.drop_table("sign_up_request")
